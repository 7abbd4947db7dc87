//! From a diagnostic's path, such as `spec.criteria[3].requires.where`, to the text it is about.

use std::fmt::{self, Write};
use std::ops::Range;

use crate::tree::{Content, NodeId, Tree};

/// One step of a path, linked to the steps before it, so that walking a tree allocates nothing.
#[derive(Debug, Clone, Copy)]
pub struct Trail<'a> {
    before: Option<&'a Trail<'a>>,
    step: Step<'a>,
}

/// One step down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// A mapping's key.
    Key(&'a str),
    /// A sequence's item.
    Item(usize),
}

impl<'a> Trail<'a> {
    /// The trail one step further down.
    pub fn down(before: Option<&'a Trail<'a>>, step: Step<'a>) -> Self {
        Self { before, step }
    }
}

impl fmt::Display for Trail<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(before) = self.before {
            before.fmt(formatter)?;
        }
        match self.step {
            Step::Item(index) => write!(formatter, "[{index}]"),
            Step::Key(key) if !is_simple(key) => write!(formatter, "[{key:?}]"),
            Step::Key(key) => {
                if self.before.is_some() {
                    formatter.write_char('.')?;
                }
                formatter.write_str(key)
            }
        }
    }
}

fn is_simple(key: &str) -> bool {
    !key.is_empty()
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// The part of a document's text that a path is about. A path that leads further than the document
/// does is about the last part that is there.
pub fn locate(tree: &Tree<'_>, root: NodeId, path: &str) -> Located {
    let mut at = Located {
        key: None,
        value: root,
        whole: true,
    };
    let mut rest = path;
    while let Some((step, after)) = next_step(rest) {
        rest = after;
        let found = match &step {
            OwnedStep::Key(key) => tree
                .get(at.value, key)
                .map(|(key, value)| (Some(key), value)),
            OwnedStep::Item(index) => item(tree, at.value, *index).map(|value| (None, value)),
        };
        let Some((key, value)) = found else {
            return Located { whole: false, ..at };
        };
        at = Located {
            key,
            value,
            whole: true,
        };
    }
    at
}

/// Where a path led.
#[derive(Debug, Clone, Copy)]
pub struct Located {
    key: Option<NodeId>,
    value: NodeId,
    /// Whether the whole path was there.
    whole: bool,
}

impl Located {
    /// What to point at: a scalar itself, a collection by its key, or else by its first line.
    pub fn span(&self, tree: &Tree<'_>, text: &str, about_key: bool) -> Range<usize> {
        let value = tree.span(self.value);
        let scalar = tree.text(self.value).is_some_and(|_| !value.is_empty());
        match self.key {
            Some(key) if about_key || !scalar || !self.whole => tree.span(key),
            _ if scalar => value,
            _ => first_line(text, value),
        }
    }

    /// The part of a scalar's text that is wrong, when the text stands in the file as it is read.
    pub fn within(
        &self,
        tree: &Tree<'_>,
        text: &str,
        part: (usize, usize),
    ) -> Option<Range<usize>> {
        if !self.whole {
            return None;
        }
        let span = tree.span(self.value);
        let raw = text.get(span.clone())?;
        let starts = alignment(raw, tree.text(self.value)?)?;
        let start = *starts.get(part.0)?;
        let end = match part.1.checked_sub(1) {
            Some(last) if last >= part.0 => starts.get(last)? + 1,
            _ => start,
        };
        Some(span.start + start..span.start + end)
    }
}

/// For every byte of a scalar's text, where it stands in the raw text; none when escapes changed it.
fn alignment(raw: &str, text: &str) -> Option<Vec<usize>> {
    let mut raw_at = match raw.bytes().next()? {
        b'"' | b'\'' => 1,
        b'|' | b'>' => raw.find('\n')? + 1,
        _ => 0,
    };
    let bytes = raw.as_bytes();
    let mut starts = Vec::with_capacity(text.len() + 1);
    for byte in text.bytes() {
        let blank = byte.is_ascii_whitespace();
        while !blank && bytes.get(raw_at)?.is_ascii_whitespace() {
            raw_at += 1;
        }
        starts.push(raw_at);
        if blank && bytes.get(raw_at).is_some_and(u8::is_ascii_whitespace) {
            raw_at += 1;
        } else if !blank {
            if *bytes.get(raw_at)? != byte {
                return None;
            }
            raw_at += 1;
        }
    }
    starts.push(raw_at);
    Some(starts)
}

fn item(tree: &Tree<'_>, sequence: NodeId, index: usize) -> Option<NodeId> {
    match &tree.node(sequence)?.content {
        Content::Sequence(items) => items.get(index).copied(),
        _ => None,
    }
}

fn first_line(text: &str, span: Range<usize>) -> Range<usize> {
    let line = text
        .get(span.clone())
        .and_then(|raw| raw.lines().next())
        .unwrap_or_default();
    span.start..span.start + line.trim_end().len()
}

enum OwnedStep {
    Key(String),
    Item(usize),
}

fn next_step(path: &str) -> Option<(OwnedStep, &str)> {
    let path = path.strip_prefix('.').unwrap_or(path);
    if let Some(inner) = path.strip_prefix('[') {
        if inner.starts_with('"') {
            let mut keys = serde_json::Deserializer::from_str(inner).into_iter::<String>();
            let key = keys.next()?.ok()?;
            let rest = inner.get(keys.byte_offset()..)?;
            return Some((OwnedStep::Key(key), rest.strip_prefix(']').unwrap_or(rest)));
        }
        let (index, rest) = inner.split_once(']')?;
        return Some((OwnedStep::Item(index.parse().ok()?), rest));
    }
    let end = path.find(['.', '[']).unwrap_or(path.len());
    let (key, rest) = path.split_at_checked(end)?;
    (!key.is_empty()).then(|| (OwnedStep::Key(key.to_owned()), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "spec:\n  list:\n  - a: one\n    b: \"two words\"\n  facts: {\"a.b\": 1}\n  where: |\n    x == 1 &&\n    y == 2\n";

    fn pointed_at(path: &str) -> &'static str {
        let tree = Tree::parse(TEXT).unwrap().unwrap();
        &TEXT[locate(&tree, tree.root(), path).span(&tree, TEXT, false)]
    }

    #[test]
    fn a_path_leads_to_the_text_it_is_about() {
        assert_eq!(pointed_at("spec.list[0].a"), "one");
        assert_eq!(pointed_at("spec.facts[\"a.b\"]"), "1");
        assert_eq!(pointed_at("spec.list"), "list");
        assert_eq!(pointed_at("spec.list[0]"), "a: one");
    }

    #[test]
    fn a_path_to_what_is_missing_leads_to_what_should_hold_it() {
        assert_eq!(pointed_at("spec.list[7].a"), "list");
        assert_eq!(pointed_at("spec.owner.team"), "spec");
        assert_eq!(pointed_at("status"), "spec:");
    }

    #[test]
    fn a_part_of_a_scalar_is_found_in_quotes_and_blocks() {
        let tree = Tree::parse(TEXT).unwrap().unwrap();
        let quoted = locate(&tree, tree.root(), "spec.list[0].b");
        assert_eq!(&TEXT[quoted.within(&tree, TEXT, (4, 9)).unwrap()], "words");
        let block = locate(&tree, tree.root(), "spec.where");
        assert_eq!(&TEXT[block.within(&tree, TEXT, (10, 11)).unwrap()], "y");
    }

    #[test]
    fn a_trail_is_written_as_a_path() {
        let spec = Trail::down(None, Step::Key("spec"));
        let facts = Trail::down(Some(&spec), Step::Key("facts"));
        assert_eq!(
            Trail::down(Some(&facts), Step::Key("a.b")).to_string(),
            "spec.facts[\"a.b\"]"
        );
        assert_eq!(
            Trail::down(Some(&facts), Step::Item(3)).to_string(),
            "spec.facts[3]"
        );
    }
}
