//! One document as a tree of spanned nodes, built from the parser's events within a budget.
//!
//! The nodes lie in one list and name each other by index, so that neither building nor dropping a
//! tree recurses. Aliases point at what they repeat; what they would expand to is counted, never
//! built first.

mod broken;
mod builder;

use std::borrow::Cow;
use std::ops::Range;

use granit_parser::{Options, Parser};

pub use self::broken::Broken;

use self::broken::broken_syntax;
use self::builder::Builder;

/// Collections within collections.
pub const DEEPEST: usize = 64;

/// A node's place in its tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeId(u32);

/// One document.
#[derive(Debug)]
pub struct Tree<'text> {
    nodes: Vec<Node<'text>>,
    root: NodeId,
}

/// One node of a document.
#[derive(Debug)]
pub struct Node<'text> {
    /// Where it stands, in bytes of the document's text.
    pub span: Range<usize>,
    /// What it is.
    pub content: Content<'text>,
    /// Collections below and including it.
    height: usize,
    /// What it would take when every alias in it were expanded.
    size: u64,
}

/// What a node is.
#[derive(Debug)]
pub enum Content<'text> {
    /// A scalar that a reader interprets.
    Plain(Cow<'text, str>),
    /// A scalar that is text whatever it says: quoted, a block, or tagged as a string.
    Text(Cow<'text, str>),
    /// Items.
    Sequence(Vec<NodeId>),
    /// Keys and values, in the order of the text.
    Mapping(Vec<(NodeId, NodeId)>),
    /// Another node again.
    Alias(NodeId),
}

impl<'text> Tree<'text> {
    /// Reads a text that holds at most one document; none when it holds only comments.
    ///
    /// # Errors
    ///
    /// What is wrong first: the syntax, an unknown tag or alias, or a budget that is exceeded.
    pub fn parse(text: &'text str) -> Result<Option<Self>, Box<Broken>> {
        let mut options = Options::default();
        options.set_emit_comments(false);
        options.flow_nesting_limit = DEEPEST;
        options.block_nesting_limit = DEEPEST;
        let mut builder = Builder::default();
        for event in Parser::new_from_str_with_options(text, options) {
            let (event, span) = event.map_err(|error| Box::new(broken_syntax(text, &error)))?;
            builder.take(event, span)?;
        }
        Ok(builder.finish())
    }

    /// The node that holds all others.
    pub fn root(&self) -> NodeId {
        self.root
    }

    /// A node; an alias is followed to what it repeats.
    pub fn node(&self, id: NodeId) -> Option<&Node<'text>> {
        match self.nodes.get(id.0 as usize)? {
            Node {
                content: Content::Alias(target),
                ..
            } => self.nodes.get(target.0 as usize),
            node => Some(node),
        }
    }

    /// Where a node stands; an alias stands where it is written.
    pub fn span(&self, id: NodeId) -> Range<usize> {
        self.nodes
            .get(id.0 as usize)
            .map_or(0..0, |node| node.span.clone())
    }

    /// The value of a mapping's key, by the key's text.
    pub fn get(&self, mapping: NodeId, key: &str) -> Option<(NodeId, NodeId)> {
        match &self.node(mapping)?.content {
            Content::Mapping(entries) => entries
                .iter()
                .copied()
                .find(|(name, _)| self.text(*name) == Some(key)),
            _ => None,
        }
    }

    /// The text of a scalar.
    pub fn text(&self, id: NodeId) -> Option<&str> {
        match &self.node(id)?.content {
            Content::Plain(text) | Content::Text(text) => Some(text),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    fn code(text: &str) -> &'static str {
        Tree::parse(text).unwrap_err().diagnostic.code
    }

    #[test]
    fn a_document_becomes_nodes_with_spans() {
        let text = "a: {b: [1, 'two']}\n";
        let tree = Tree::parse(text).unwrap().unwrap();
        let (_, a) = tree.get(tree.root(), "a").unwrap();
        let (key, b) = tree.get(a, "b").unwrap();
        assert_eq!(&text[tree.span(key)], "b");
        let Content::Sequence(items) = &tree.node(b).unwrap().content else {
            panic!("a sequence")
        };
        assert_eq!(&text[tree.span(items[1])], "'two'");
        assert!(matches!(
            tree.node(items[1]).unwrap().content,
            Content::Text(_)
        ));
    }

    #[test]
    fn a_text_of_comments_holds_no_document() {
        assert!(Tree::parse("# nothing\n").unwrap().is_none());
    }

    #[test]
    fn an_alias_is_what_it_repeats() {
        let tree = Tree::parse("a: &x {n: 1}\nb: *x\n").unwrap().unwrap();
        let (_, b) = tree.get(tree.root(), "b").unwrap();
        assert!(tree.get(b, "n").is_some());
    }

    #[test]
    fn an_alias_bomb_is_refused_before_it_is_expanded() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let repeated = format!("*a{}, ", level - 1).repeat(9);
            writeln!(
                text,
                "a{level}: &a{level} [{}]",
                repeated.trim_end_matches(", ")
            )
            .unwrap();
        }
        assert_eq!(code(&text), "AliasBomb");
    }

    #[test]
    fn an_alias_within_itself_is_refused() {
        assert_eq!(code("a: &a [*a]\n"), "InvalidAlias");
    }

    #[test]
    fn nesting_of_a_hundred_thousand_levels_is_refused() {
        assert_eq!(code(&"[".repeat(100_000)), "TooDeep");
        assert_eq!(code(&"- ".repeat(100_000)), "TooDeep");
        assert_eq!(code(&"{a: ".repeat(100_000)), "TooDeep");
        assert_eq!(
            code(&format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000))),
            "TooDeep"
        );
    }

    #[test]
    fn aliases_cannot_nest_deeper_than_text_can() {
        let mut text = "a0: &a0 [1]\n".to_owned();
        for level in 1..=DEEPEST {
            writeln!(text, "a{level}: &a{level} [*a{}]", level - 1).unwrap();
        }
        assert_eq!(code(&text), "TooDeep");
    }

    #[test]
    fn a_foreign_tag_is_refused_and_core_tags_are_read() {
        assert_eq!(code("a: !Ref b\n"), "UnknownTag");
        let tree = Tree::parse("a: !!str 5\nb: !!int '5'\n").unwrap().unwrap();
        let (_, a) = tree.get(tree.root(), "a").unwrap();
        assert!(matches!(tree.node(a).unwrap().content, Content::Text(_)));
    }

    #[test]
    fn broken_syntax_says_where_and_how_to_mend_it() {
        let error = Tree::parse("a: 1\nb: [1, 2\n").unwrap_err();
        assert_eq!(error.diagnostic.code, "InvalidSyntax");
        assert!(error.diagnostic.help.unwrap().contains("bracket"));
        assert!(error.span.start > 0);
        let tab = Tree::parse("a:\n\tb: 1\n").unwrap_err();
        assert!(tab.diagnostic.help.unwrap().contains("tabs"));
    }
}
