//! The queries: every name is known, every choice is used, and each dashboard reads its kind of series.

use serde_json::Value;

use crate::json::{annotations, asking, choices, panels, targets, text};
use crate::support::metrics::metric;
use crate::support::promql::{Mistake, read};

/// Grafana's own variables, and a value of each.
const BUILT_IN: [(&str, &str); 4] = [
    ("__rate_interval", "1m"),
    ("__interval", "2m"),
    ("__range", "30d"),
    ("__url_time_range", ""),
];

/// An expression with every known variable replaced.
pub(super) fn replaced(dashboard: &Value, expression: &str) -> String {
    let chosen =
        choices(dashboard).map(|choice| (text(&choice["name"]), text(&choice["allValue"])));
    replaced_by(
        &BUILT_IN.into_iter().chain(chosen).collect::<Vec<_>>(),
        expression,
    )
}

/// An expression with Grafana's own variables replaced. Its matchers still have the chosen variables.
pub(super) fn with_windows(expression: &str) -> String {
    replaced_by(&BUILT_IN, expression)
}

fn replaced_by(values: &[(&str, &str)], expression: &str) -> String {
    let mut pieces = expression.split('$');
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |done, piece| {
        let (name, rest) = piece.split_at(end_of_name(piece));
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => done + value + rest,
            None => done + "$" + piece,
        }
    })
}

fn end_of_name(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(text.len())
}

/// Whether a dashboard is about assessments. Such a dashboard reads recorded series only.
fn is_about_assessments(dashboard: &Value) -> bool {
    dashboard["uid"] != "gradus-operator"
}

pub(super) fn check(dashboard: &Value) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let annotated = annotations(dashboard).map(|annotation| &annotation["target"]);
    for target in asking(dashboard).flat_map(targets).chain(annotated) {
        of_expression(dashboard, text(&target["expr"]), &mut mistakes);
    }
    for panel in panels(dashboard) {
        for word in variables_in(text(&panel["title"])) {
            known_variable(dashboard, &word, &mut mistakes);
        }
    }
    mistakes
}

fn of_expression(dashboard: &Value, expression: &str, mistakes: &mut Vec<Mistake>) {
    let replaced = replaced(dashboard, expression);
    for word in variables_in(&replaced) {
        known_variable(dashboard, &word, mistakes);
    }
    mistakes.extend(read(&replaced).mistakes);
    let chosen = read(&with_windows(expression));
    mistakes.extend(
        chosen
            .mistakes
            .into_iter()
            .filter(|mistake| mistake.name == "syntax"),
    );
    for selector in chosen.selectors {
        let name = selector.name.as_deref().unwrap_or_default();
        if is_about_assessments(dashboard) != name.contains(':') {
            let about = format!(
                "{name}: the dashboard of the operator reads exported metrics, the others recorded series"
            );
            mistakes.push(Mistake::new("wrong kind of series", about));
        }
        let labels = metric(name).map(|metric| metric.labels).unwrap_or_default();
        for choice in choices(dashboard).map(|choice| text(&choice["name"])) {
            let chosen = format!("${choice}");
            let mut matchers = selector.matchers.matchers.iter();
            let used = matchers.any(|matcher| {
                matcher.name == choice && matcher.value == chosen && matcher.op.to_string() == "=~"
            });
            if labels.contains(choice) && !used {
                let about = format!("{name} has the label {choice}, and its choice is not used");
                mistakes.push(Mistake::new("variable ignored", about));
            }
        }
    }
}

fn known_variable(dashboard: &Value, word: &str, mistakes: &mut Vec<Mistake>) {
    let known = choices(dashboard).any(|choice| choice["name"] == word);
    if !known {
        mistakes.push(Mistake::new("unknown variable", format!("${word}")));
    }
}

/// The names of variables. References to groups (`$1`) are left out.
fn variables_in(text: &str) -> Vec<String> {
    let names = text.split('$').skip(1).map(|rest| {
        let rest = rest.trim_start_matches('{');
        let end = end_of_name(rest);
        rest[..end].to_owned()
    });
    names
        .filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
        .collect()
}
