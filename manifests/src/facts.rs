//! Facts that are not what they look like: without a value, or a number that is text.

use gradus_engine::diagnostic::Diagnostic;

use crate::path::{Step, Trail};
use crate::scalar::{Plain, plain};
use crate::tree::{Content, NodeId, Tree};

/// What is wrong with the facts of a document, and what may not be meant. An API server drops a key without a value, so
/// nothing else sees it.
pub(crate) fn check(tree: &Tree<'_>, root: NodeId) -> Vec<Diagnostic> {
    let facts = tree
        .get(root, "spec")
        .and_then(|(_, spec)| tree.get(spec, "facts"));
    let facts = facts.and_then(|(_, facts)| tree.node(facts));
    let Some(Content::Mapping(facts)) = facts.map(|facts| &facts.content) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut before = None;
    for (key, value) in facts {
        let name = tree.text(*key).unwrap_or_default();
        let spec = Trail::down(None, Step::Key("spec"));
        let of_facts = Trail::down(Some(&spec), Step::Key("facts"));
        let path = Trail::down(Some(&of_facts), Step::Key(name)).to_string();
        match tree.node(*value).map(|value| &value.content) {
            Some(Content::Plain(text)) if plain(text) == Plain::Value(serde_json::Value::Null) => {
                found.push(without_value(name, before, path));
            }
            Some(Content::Plain(text)) if is_number_for_people(text) => {
                let message = format!("`{text}` is text, and compares with no number");
                found.push(
                    Diagnostic::note("NumberAsText", path, message).with_help(format!(
                        "write digits alone for a number, or \"{text}\" for the text"
                    )),
                );
            }
            _ => {}
        }
        before = tree.text(*value);
    }
    found
}

/// `1,200` in braces is the number 1 and a key 200 without a value.
fn without_value(name: &str, before: Option<&str>, path: String) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        "InvalidFact",
        path,
        format!("the fact {name:?} has no value"),
    );
    match before.filter(|before| is_digits(before) && is_digits(name)) {
        Some(before) => diagnostic.with_help(format!(
            "a comma ends a value in braces: write \"{before},{name}\" for the text, or a number without a comma"
        )),
        None => diagnostic.with_help("write a value, or leave the fact out"),
    }
}

/// `99,95`, `1.200,50`, `95%`, `95 %`: a number for people, and text for YAML.
fn is_number_for_people(text: &str) -> bool {
    let number = text.strip_suffix('%').unwrap_or(text).trim_end();
    let is_marked = number.len() < text.len() || number.contains(',');
    is_marked && number.split([',', '.']).all(is_digits)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(facts: &str) -> Vec<(String, String)> {
        let text = format!("spec:\n  facts: {facts}\n");
        let tree = Tree::parse(&text).unwrap().unwrap();
        let found = check(&tree, tree.root());
        found
            .into_iter()
            .map(|it| (it.path, it.help.unwrap_or_default()))
            .collect()
    }

    #[test]
    fn key_without_a_value_is_no_fact() {
        let one = |facts| found(facts).pop().unwrap_or_default();
        assert!(one("{accessPoints: 1,200}").1.contains("write \"1,200\""));
        assert_eq!(one("{users: 1,200,300}").0, "spec.facts.300");
        for facts in [
            "{gone: }",
            "{gone: null}",
            "{gone: ~}",
            "{mode, }",
            "\n    gone:\n    other: 1",
        ] {
            assert_eq!(found(facts).len(), 1, "{facts}");
            assert!(one(facts).1.starts_with("write a value"), "{facts}");
        }
        assert_eq!(found("{users: 1200, mode: \"\", quoted: '1,200'}"), []);
    }

    #[test]
    fn number_with_a_comma_or_a_percent_sign_is_noted_as_text() {
        let text = "\n    a: 99,95\n    b: 95%\n    c: 95 %\n    d: 1.200,5\n    e: 1.2.3\n    f: '95%'\n    g: a,b";
        let paths: Vec<String> = found(text).into_iter().map(|it| it.0).collect();
        assert_eq!(
            paths,
            [
                "spec.facts.a",
                "spec.facts.b",
                "spec.facts.c",
                "spec.facts.d"
            ]
        );
    }
}
