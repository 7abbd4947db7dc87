//! Columns, legends and links use only labels that the results have.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::json::{asking, every, items, targets, text};
use crate::support::metrics::Labels;
use crate::support::promql::{Mistake, read};

pub(super) fn check(dashboard: &Value) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for panel in asking(dashboard) {
        let answers: Vec<Labels> = targets(panel)
            .map(|target| {
                let expression = super::asked::replaced(dashboard, text(&target["expr"]));
                read(&expression).labels.unwrap_or_default()
            })
            .collect();
        let title = text(&panel["title"]);
        let mut say =
            |name, about: &str| mistakes.push(Mistake::new(name, format!("{title}: {about}")));
        legends(panel, &answers, &mut say);
        links(panel, &answers, &mut say);
        if panel["type"] == "table" {
            columns(panel, &answers, &mut say);
        }
        queries(panel, &mut say);
    }
    mistakes
}

/// The texts between two delimiters.
fn between<'a>(text: &'a str, open: &str, close: char) -> impl Iterator<Item = &'a str> {
    let pieces: Vec<&str> = text.split(open).skip(1).collect();
    pieces
        .into_iter()
        .filter_map(move |rest| rest.split(close).next())
}

fn legends(panel: &Value, answers: &[Labels], say: &mut impl FnMut(&'static str, &str)) {
    for (target, labels) in targets(panel).zip(answers) {
        for label in between(text(&target["legendFormat"]), "{{", '}') {
            if !labels.contains(label) {
                say("unknown label in the legend", label);
            }
        }
    }
}

fn links(panel: &Value, answers: &[Labels], say: &mut impl FnMut(&'static str, &str)) {
    let titles = titles(panel);
    for url in every(&panel["fieldConfig"], "url").into_iter().map(text) {
        for label in between(url, "${__field.labels.", '}') {
            if !answers.iter().any(|labels| labels.contains(label)) {
                say("unknown label in a link", label);
            }
        }
        for column in between(url, "${__data.fields.", '}') {
            if !titles.contains(column) {
                say("unknown column in a link", column);
            }
        }
    }
}

/// The columns of a table before they are organized: labels, the time, and a value for each query.
fn known(panel: &Value, answers: &[Labels]) -> BTreeSet<String> {
    let ids: Vec<&str> = targets(panel)
        .map(|target| text(&target["refId"]))
        .collect();
    let values: Vec<String> = match ids.as_slice() {
        [_] => vec!["Value".to_owned()],
        ids => ids.iter().map(|id| format!("Value #{id}")).collect(),
    };
    answers
        .iter()
        .flatten()
        .cloned()
        .chain(values)
        .chain(["Time".to_owned()])
        .collect()
}

/// The titles of a table's columns.
fn titles(panel: &Value) -> BTreeSet<&str> {
    let renamed = every(&panel["transformations"], "renameByName");
    renamed
        .into_iter()
        .filter_map(Value::as_object)
        .flat_map(|names| names.values())
        .map(text)
        .collect()
}

fn columns(panel: &Value, answers: &[Labels], say: &mut impl FnMut(&'static str, &str)) {
    let known = known(panel, answers);
    let options = ["excludeByName", "indexByName", "renameByName"];
    let organized = options
        .iter()
        .flat_map(|option| every(&panel["transformations"], option));
    let organized = organized
        .filter_map(Value::as_object)
        .flat_map(|names| names.keys());
    let sorted = every(&panel["transformations"], "field")
        .into_iter()
        .filter_map(|field| match field {
            Value::String(name) => Some(name),
            _ => None,
        });
    for name in organized.chain(sorted) {
        if !known.contains(name) {
            say("unknown column", name);
        }
    }
    let shown: BTreeSet<&String> = every(&panel["transformations"], "renameByName")
        .into_iter()
        .filter_map(Value::as_object)
        .flat_map(|names| names.keys())
        .collect();
    let hidden: BTreeSet<&String> = every(&panel["transformations"], "excludeByName")
        .into_iter()
        .filter_map(Value::as_object)
        .flat_map(|names| names.keys())
        .collect();
    for name in &known {
        if !shown.contains(name) && !hidden.contains(name) {
            say("column without title", name);
        }
    }
    let titles = titles(panel);
    for matcher in every(&panel["fieldConfig"]["overrides"], "matcher") {
        if matcher["id"] == "byName" && !titles.contains(text(&matcher["options"])) {
            say("override of nothing", text(&matcher["options"]));
        }
    }
}

fn queries(panel: &Value, say: &mut impl FnMut(&'static str, &str)) {
    let ids: Vec<&str> = targets(panel)
        .map(|target| text(&target["refId"]))
        .collect();
    if ids.iter().collect::<BTreeSet<_>>().len() != ids.len() {
        say("duplicate query", "two queries have the same letter");
    }
    for matcher in items(&panel["fieldConfig"]["overrides"]).map(|one| &one["matcher"]) {
        if matcher["id"] == "byFrameRefID" && !ids.contains(&text(&matcher["options"])) {
            say("override of nothing", text(&matcher["options"]));
        }
    }
}
