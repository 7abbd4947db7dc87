//! One document as a tree of spanned nodes, built from the parser's events within a budget.
//!
//! The nodes lie in one list and name each other by index, so that neither building nor dropping a
//! tree recurses. Aliases point at what they repeat; what they would expand to is counted, never
//! built first.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use gradus_engine::diagnostic::Diagnostic;
use granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle, ScanError, Span, Tag};

/// Collections within collections.
pub const DEEPEST: usize = 64;
/// Nodes of one document: a `List` of some 50,000 capabilities.
const MOST_NODES: usize = 2_000_000;
/// What aliases may expand to, in bytes of text and [`NODE_SIZE`] a node.
const MOST_ALIASED: u64 = 4 << 20;
const NODE_SIZE: u64 = 16;

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

/// What ends the reading of a document, and where.
#[derive(Debug)]
pub struct Broken {
    /// Where, in bytes of the document's text.
    pub span: Range<usize>,
    /// What is wrong.
    pub diagnostic: Diagnostic,
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
        Ok(builder.root.map(|root| Self {
            nodes: builder.nodes,
            root,
        }))
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

#[derive(Default)]
struct Builder<'text> {
    nodes: Vec<Node<'text>>,
    root: Option<NodeId>,
    open: Vec<Open>,
    anchors: HashMap<usize, NodeId>,
    aliased: u64,
}

/// A collection whose end was not met yet.
struct Open {
    id: NodeId,
    /// In a mapping, the key that waits for its value.
    key: Option<NodeId>,
}

impl<'text> Builder<'text> {
    fn take(&mut self, event: Event<'text>, span: Span) -> Result<(), Box<Broken>> {
        let bytes = span.byte_range().unwrap_or(0..0);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let content = scalar(text, style, tag.as_deref(), &bytes)?;
                let id = self.push(bytes, content)?;
                self.anchor(anchor, id);
                self.place(id);
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.begin(bytes, Content::Sequence(Vec::new()), anchor, tag.as_deref())?;
            }
            Event::MappingStart(_, anchor, tag) => {
                self.begin(bytes, Content::Mapping(Vec::new()), anchor, tag.as_deref())?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(bytes.end),
            Event::Alias(anchor) => self.alias(anchor, bytes)?,
            _ => {}
        }
        Ok(())
    }

    fn push(&mut self, span: Range<usize>, content: Content<'text>) -> Result<NodeId, Box<Broken>> {
        if self.nodes.len() >= MOST_NODES {
            return Err(too_large(span));
        }
        let size = NODE_SIZE
            + match &content {
                Content::Plain(text) | Content::Text(text) => text.len() as u64,
                _ => 0,
            };
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(Node {
            span,
            content,
            height: 0,
            size,
        });
        Ok(id)
    }

    fn anchor(&mut self, anchor: usize, id: NodeId) {
        if anchor != 0 {
            self.anchors.insert(anchor, id);
        }
    }

    fn begin(
        &mut self,
        span: Range<usize>,
        content: Content<'text>,
        anchor: usize,
        tag: Option<&Tag>,
    ) -> Result<(), Box<Broken>> {
        if let Some(tag) = tag.filter(|tag| !matches!(tag.core_suffix(), Some("map" | "seq"))) {
            return Err(unknown_tag(tag, span));
        }
        if self.open.len() >= DEEPEST {
            return Err(too_deep(span));
        }
        let id = self.push(span, content)?;
        self.anchor(anchor, id);
        self.open.push(Open { id, key: None });
        Ok(())
    }

    fn end(&mut self, end: usize) {
        let Some(Open { id, .. }) = self.open.pop() else {
            return;
        };
        if let Some(node) = self.nodes.get_mut(id.0 as usize) {
            node.height += 1;
            node.span.end = end.max(node.span.end);
        }
        self.place(id);
    }

    fn alias(&mut self, anchor: usize, span: Range<usize>) -> Result<(), Box<Broken>> {
        let target = self.anchors.get(&anchor).copied();
        let Some(target) = target.filter(|target| self.open.iter().all(|open| open.id != *target))
        else {
            return Err(broken(
                span,
                Diagnostic::error("InvalidAlias", "", "an alias stands within what it repeats")
                    .with_help("write the content out where it is wanted"),
            ));
        };
        let (height, size) = self
            .nodes
            .get(target.0 as usize)
            .map_or((0, 0), |node| (node.height, node.size));
        self.aliased = self.aliased.saturating_add(size);
        if self.aliased > MOST_ALIASED {
            return Err(alias_bomb(span));
        }
        if self.open.len() + height > DEEPEST {
            return Err(too_deep(span));
        }
        let id = self.push(span, Content::Alias(target))?;
        if let Some(node) = self.nodes.get_mut(id.0 as usize) {
            (node.height, node.size) = (height, size);
        }
        self.place(id);
        Ok(())
    }

    /// Puts a finished node into the collection that waits for it.
    fn place(&mut self, id: NodeId) {
        let Some(open) = self.open.last_mut() else {
            self.root.get_or_insert(id);
            return;
        };
        let (height, size) = self
            .nodes
            .get(id.0 as usize)
            .map_or((0, 0), |node| (node.height, node.size));
        let Some(parent) = self.nodes.get_mut(open.id.0 as usize) else {
            return;
        };
        parent.height = parent.height.max(height);
        parent.size = parent.size.saturating_add(size);
        match &mut parent.content {
            Content::Sequence(items) => items.push(id),
            Content::Mapping(entries) => match open.key.take() {
                None => open.key = Some(id),
                Some(key) => entries.push((key, id)),
            },
            _ => {}
        }
    }
}

fn scalar<'text>(
    text: Cow<'text, str>,
    style: ScalarStyle,
    tag: Option<&Tag>,
    span: &Range<usize>,
) -> Result<Content<'text>, Box<Broken>> {
    match tag.map(|tag| (tag.core_suffix(), tag)) {
        None if style == ScalarStyle::Plain => Ok(Content::Plain(text)),
        None | Some((Some("str"), _)) => Ok(Content::Text(text)),
        Some((Some("int" | "bool" | "null" | "float"), _)) => Ok(Content::Plain(text)),
        Some((_, tag)) if tag.original() == "!" => Ok(Content::Text(text)),
        Some((_, tag)) => Err(unknown_tag(tag, span.clone())),
    }
}

fn broken(span: Range<usize>, diagnostic: Diagnostic) -> Box<Broken> {
    Box::new(Broken { span, diagnostic })
}

fn unknown_tag(tag: &Tag, span: Range<usize>) -> Box<Broken> {
    let message = format!("the tag {} means nothing here", tag.original());
    broken(
        span,
        Diagnostic::error("UnknownTag", "", message).with_help("remove the tag, or quote the text"),
    )
}

fn too_deep(span: Range<usize>) -> Box<Broken> {
    let message = format!("the document is nested more than {DEEPEST} levels deep");
    broken(
        span,
        Diagnostic::error("TooDeep", "", message)
            .with_help("no resource nests so deep: look for brackets or dashes that were repeated"),
    )
}

fn too_large(span: Range<usize>) -> Box<Broken> {
    let message = format!("the document has more than {MOST_NODES} values");
    broken(
        span,
        Diagnostic::error("TooLarge", "", message)
            .with_help("split it into documents, each after a line of `---`, or into files"),
    )
}

fn alias_bomb(span: Range<usize>) -> Box<Broken> {
    let message = format!("aliases expand to more than {} MiB", MOST_ALIASED >> 20);
    broken(
        span,
        Diagnostic::error("AliasBomb", "", message)
            .with_help("write the content out where it is wanted, without anchors and aliases"),
    )
}

/// The parser's error in words that help, at the line where it was noticed.
fn broken_syntax(text: &str, error: &ScanError) -> Broken {
    let at = error
        .marker()
        .byte_offset()
        .unwrap_or(text.len())
        .min(text.len());
    if *error.kind() == ErrorKind::RecursionLimitExceeded {
        return *too_deep(at..at);
    }
    let end = text
        .get(at..)
        .and_then(|rest| rest.chars().next())
        .map_or(at, |next| at + next.len_utf8());
    let diagnostic = Diagnostic::error(
        "InvalidSyntax",
        "",
        format!("not valid YAML: {}", error.info()),
    )
    .with_help(syntax_help(error.kind()));
    Broken {
        span: at..end,
        diagnostic,
    }
}

fn syntax_help(kind: &ErrorKind) -> &'static str {
    use ErrorKind as Kind;
    match kind {
        Kind::TabNotAllowed
        | Kind::TabInBlockIndentation
        | Kind::TabInIndentation
        | Kind::TabAtBlockScalarStart
        | Kind::TabInPlainScalar => "indent with spaces, never with tabs",
        Kind::UnclosedQuotedScalar | Kind::DocumentIndicatorInQuotedScalar => {
            "close the quote; the file may be written only in part"
        }
        Kind::UnclosedFlowCollection { .. }
        | Kind::MisplacedFlowCollectionEnd
        | Kind::MismatchedFlowCollectionEnd { .. }
        | Kind::ExpectedFlowMappingSeparator
        | Kind::ExpectedFlowSequenceSeparator
        | Kind::UnexpectedEofFlowMapping
        | Kind::UnexpectedEofFlowSequence => {
            "close every bracket and separate items by commas; the file may be written only in part"
        }
        Kind::UnknownAnchor => {
            "an alias `*name` needs an anchor `&name` before it in the same document; quote text that begins with `*`"
        }
        Kind::UnknownQuotedScalarEscape => "write a backslash twice, or use single quotes",
        Kind::MappingValueNotAllowed | Kind::InvalidColonPlacement => {
            "quote text that holds `: `, and align keys of one mapping"
        }
        Kind::ExpectedBlockMappingKey | Kind::InvalidIndentation | Kind::SimpleKeyExpected => {
            "align the keys of one mapping, and write `key: value` with a space after the colon"
        }
        Kind::UnexpectedCharacter { .. } => {
            "quote text that begins with `@`, `` ` ``, `%` or another reserved character"
        }
        _ => "look at this line and the one before it: indentation, quotes and brackets",
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
