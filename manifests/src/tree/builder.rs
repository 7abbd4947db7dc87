//! From the parser's events to a tree, counting depth, nodes and what aliases would expand to.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use gradus_engine::diagnostic::Diagnostic;
use granit_parser::{Event, ScalarStyle, Span, Tag};

use super::broken::{Broken, alias_bomb, broken, too_deep, too_large, unknown_tag};
use super::{Content, DEEPEST, Node, NodeId, Tree};

/// Nodes of one document: a `List` of some 50,000 capabilities.
pub(super) const MOST_NODES: usize = 2_000_000;
/// What aliases may expand to, in bytes of text and [`NODE_SIZE`] a node.
pub(super) const MOST_ALIASED: u64 = 4 << 20;
const NODE_SIZE: u64 = 16;

#[derive(Default)]
pub(super) struct Builder<'text> {
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
    /// The tree, when the text held more than comments.
    pub(super) fn finish(self) -> Option<Tree<'text>> {
        let root = self.root?;
        Some(Tree {
            nodes: self.nodes,
            root,
        })
    }

    pub(super) fn take(&mut self, event: Event<'text>, span: Span) -> Result<(), Box<Broken>> {
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
