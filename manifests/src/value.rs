//! From a tree to the value it states, with everything that would make two readers disagree.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;

use gradus_engine::diagnostic::Diagnostic;
use serde_json::{Map, Value};

use crate::lines::Lines;
use crate::path::{Step, Trail};
use crate::scalar::{Plain, plain};
use crate::tree::{Content, NodeId, Tree};

/// Mappings above this many keys look for duplicates by hashing.
const SMALL: usize = 16;

/// Something in a tree that is no value, or is one only for some readers.
#[derive(Debug)]
pub struct Flaw {
    /// Where, in bytes of the document's text.
    pub span: Range<usize>,
    /// What, with its path from the value's root.
    pub diagnostic: Diagnostic,
}

/// Reads the value below a node, and collects every flaw on the way.
pub fn value_of(tree: &Tree<'_>, lines: &Lines<'_>, root: NodeId) -> (Value, Vec<Flaw>) {
    let mut reader = Reader {
        tree,
        lines,
        flaws: Vec::new(),
    };
    let value = reader.value(root, None);
    (value, reader.flaws)
}

struct Reader<'a, 'text> {
    tree: &'a Tree<'text>,
    lines: &'a Lines<'a>,
    flaws: Vec<Flaw>,
}

impl Reader<'_, '_> {
    /// Recursion is bounded: a tree is at most [`crate::tree::DEEPEST`] levels high.
    fn value(&mut self, id: NodeId, trail: Option<&Trail<'_>>) -> Value {
        let tree = self.tree;
        match tree.node(id).map(|node| &node.content) {
            None | Some(Content::Alias(_)) => Value::Null,
            Some(Content::Text(text)) => Value::String(text.clone().into_owned()),
            Some(Content::Plain(text)) => self.plain(id, text, trail),
            Some(Content::Sequence(items)) => items
                .iter()
                .enumerate()
                .map(|(index, item)| {
                    self.value(*item, Some(&Trail::down(trail, Step::Item(index))))
                })
                .collect(),
            Some(Content::Mapping(entries)) => {
                self.duplicates(entries, trail);
                Value::Object(self.mapping(entries, trail))
            }
        }
    }

    fn plain(&mut self, id: NodeId, text: &str, trail: Option<&Trail<'_>>) -> Value {
        match plain(text) {
            Plain::Value(value) => value,
            Plain::Ambiguous(old, new) => {
                let message = format!("`{text}` is {old} for YAML 1.1 and {new} for YAML 1.2");
                let help = match text {
                    "<<" => "write the fields out".to_owned(),
                    _ => format!("write \"{text}\" for the text{}", other_spelling(text)),
                };
                self.flaw(id, trail, "AmbiguousScalar", message, help);
                Value::String(text.to_owned())
            }
            Plain::NotFinite => {
                let help = format!("write \"{text}\" for the text, or a number");
                self.flaw(
                    id,
                    trail,
                    "InvalidNumber",
                    format!("`{text}` is not a finite number"),
                    help,
                );
                Value::Null
            }
        }
    }

    fn mapping(
        &mut self,
        entries: &[(NodeId, NodeId)],
        trail: Option<&Trail<'_>>,
    ) -> Map<String, Value> {
        let tree = self.tree;
        let mut map = Map::new();
        for (key, value) in entries {
            let Some(name) = tree.text(*key) else {
                let help = "write the key as plain or quoted text".to_owned();
                self.flaw(
                    *key,
                    trail,
                    "InvalidKey",
                    "a key must be text".to_owned(),
                    help,
                );
                continue;
            };
            let trail = Trail::down(trail, Step::Key(name));
            self.key(*key, name, &trail);
            let value = self.value(*value, Some(&trail));
            map.insert(name.to_owned(), value);
        }
        map
    }

    /// A key is text for every reader, or refused.
    fn key(&mut self, id: NodeId, name: &str, trail: &Trail<'_>) {
        if !matches!(
            self.tree.node(id).map(|node| &node.content),
            Some(Content::Plain(_))
        ) {
            return;
        }
        match plain(name) {
            Plain::Value(Value::String(_) | Value::Number(_)) => {}
            Plain::Value(_) => {
                let message = format!("the key `{name}` is not text");
                self.flaw(
                    id,
                    Some(trail),
                    "InvalidKey",
                    message,
                    format!("write \"{name}\""),
                );
            }
            Plain::Ambiguous(..) | Plain::NotFinite => {
                self.plain(id, name, Some(trail));
            }
        }
    }

    fn duplicates(&mut self, entries: &[(NodeId, NodeId)], trail: Option<&Trail<'_>>) {
        let tree = self.tree;
        let named = |(key, _): &(NodeId, NodeId)| Some((tree.text(*key)?, *key));
        let keys = entries.iter().filter_map(named);
        let repeated: Vec<(NodeId, NodeId)> = if entries.len() <= SMALL {
            let keys: Vec<_> = keys.collect();
            let again = keys.iter().enumerate().filter_map(|(index, (name, key))| {
                let first = keys.iter().take(index).find(|(other, _)| other == name)?;
                Some((first.1, *key))
            });
            again.collect()
        } else {
            let mut seen = HashMap::with_capacity(entries.len());
            keys.filter_map(|(name, key)| match seen.entry(name) {
                Entry::Occupied(first) => Some((*first.get(), key)),
                Entry::Vacant(vacant) => {
                    vacant.insert(key);
                    None
                }
            })
            .collect()
        };
        for (first, key) in repeated {
            self.duplicate(first, key, trail);
        }
    }

    fn duplicate(&mut self, first: NodeId, key: NodeId, trail: Option<&Trail<'_>>) {
        let name = self.tree.text(key).unwrap_or_default();
        let line = |node| self.lines.line(self.tree.span(node).start);
        let (first_line, own_line) = (line(first), line(key));
        let back = own_line.saturating_sub(first_line);
        let place = match back {
            0 => "earlier on the same line".to_owned(),
            1 => "on the line before".to_owned(),
            _ => format!("{back} lines above"),
        };
        let message = format!("the key `{name}` is stated twice, first {place}");
        let trail = Trail::down(trail, Step::Key(name));
        self.flaw(
            key,
            Some(&trail),
            "DuplicateKey",
            message,
            "keep one of the two".to_owned(),
        );
    }

    fn flaw(
        &mut self,
        id: NodeId,
        trail: Option<&Trail<'_>>,
        code: &'static str,
        message: String,
        help: String,
    ) {
        let path = trail.map(ToString::to_string).unwrap_or_default();
        let diagnostic = Diagnostic::error(code, path, message).with_help(help);
        self.flaws.push(Flaw {
            span: self.tree.span(id),
            diagnostic,
        });
    }
}

/// The spelling of the other meaning, where both readers agree on one.
fn other_spelling(text: &str) -> String {
    match text.to_ascii_lowercase().as_str() {
        "y" | "yes" | "on" => ", or true".to_owned(),
        "n" | "no" | "off" => ", or false".to_owned(),
        lower => match lower
            .strip_prefix("0o")
            .and_then(|digits| i64::from_str_radix(digits, 8).ok())
        {
            Some(number) => format!(", or {number} for the number"),
            None if lower.contains('_') => match lower.replace('_', "").parse::<i64>() {
                Ok(number) => format!(", or {number} for the number"),
                Err(_) => String::new(),
            },
            None => String::new(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(text: &str) -> (Value, Vec<Flaw>) {
        let tree = Tree::parse(text).unwrap().unwrap();
        value_of(&tree, &Lines::of(text), tree.root())
    }

    #[test]
    fn a_document_states_a_value() {
        let (value, flaws) = read("a: [1, two, '3', null]\nb: {c: true}\n");
        assert_eq!(value, json!({"a": [1, "two", "3", null], "b": {"c": true}}));
        assert!(flaws.is_empty());
    }

    #[test]
    fn an_ambiguous_scalar_is_refused_with_the_quoted_form() {
        let text = "spec:\n  facts:\n    on: yes\n";
        let (_, flaws) = read(text);
        let found: Vec<_> = flaws
            .iter()
            .map(|flaw| (&text[flaw.span.clone()], flaw.diagnostic.path.as_str()))
            .collect();
        assert_eq!(found, [("on", "spec.facts.on"), ("yes", "spec.facts.on")]);
        assert_eq!(
            flaws[1].diagnostic.help.as_deref(),
            Some("write \"yes\" for the text, or true")
        );
    }

    #[test]
    fn quoted_scalars_are_never_ambiguous() {
        assert!(read("\"on\": 'yes'\n").1.is_empty());
    }

    #[test]
    fn a_duplicate_key_names_both_places_also_among_many_keys() {
        let (_, flaws) = read("a: 1\nb: 2\nc: 3\na: 4\n");
        assert_eq!(
            flaws[0].diagnostic.message,
            "the key `a` is stated twice, first 3 lines above"
        );
        let many: Vec<_> = (0..40).map(|index| format!("k{}: 1", index % 39)).collect();
        let many = many.join("\n");
        assert_eq!(read(&many).1.len(), 1);
    }

    #[test]
    fn keys_that_are_no_text_are_refused() {
        for text in ["null: 1\n", "true: 1\n", "? [a]\n: 1\n", "~: 1\n"] {
            assert_eq!(read(text).1[0].diagnostic.code, "InvalidKey", "{text}");
        }
        assert!(read("1: one\n").1.is_empty());
    }

    #[test]
    fn an_alias_states_its_value_again() {
        assert_eq!(
            read("a: &x {n: 1}\nb: *x\n").0,
            json!({"a": {"n": 1}, "b": {"n": 1}})
        );
    }
}
