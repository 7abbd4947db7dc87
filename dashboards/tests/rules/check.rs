//! The check of a rule file.

use std::collections::BTreeSet;

use gradus_dashboards::recorded::REPLICA_LABELS;
use promql_parser::parser::{self, Expr};
use serde_json::Value;

use crate::support::metrics::{Labels, replica_labels};
use crate::support::promql::{Mistake, read};
use crate::template;

/// The default limit of rules in a group in Mimir.
const MOST_RULES: usize = 20;
/// The fields that Prometheus 2.42 knows.
const GROUP_FIELDS: [&str; 3] = ["name", "interval", "rules"];
const RULE_FIELDS: [&str; 7] = [
    "record",
    "alert",
    "expr",
    "for",
    "keep_firing_for",
    "labels",
    "annotations",
];
const ANNOTATIONS: [&str; 4] = ["summary", "description", "runbook_url", "dashboard_url"];

/// All mistakes in a rule file.
pub(crate) fn check(file: &str) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let file: Value = match serde_saphyr::from_str(file) {
        Ok(file) => file,
        Err(error) => return vec![Mistake::new("not YAML", error.to_string())],
    };
    let mut names = BTreeSet::new();
    for group in list(&file["groups"]) {
        known_fields(group, &GROUP_FIELDS, &mut mistakes);
        let rules = list(&group["rules"]);
        if rules.len() > MOST_RULES {
            let about = format!("{} has {} rules", group["name"], rules.len());
            mistakes.push(Mistake::new("too many rules in a group", about));
        }
        for rule in rules {
            let name = text(&rule["record"]).or(text(&rule["alert"]));
            let name = name.unwrap_or_default();
            if !names.insert(name.to_owned()) {
                mistakes.push(Mistake::new("duplicate name", name));
            }
            known_fields(rule, &RULE_FIELDS, &mut mistakes);
            let mut of_rule = Vec::new();
            check_rule(rule, &mut of_rule);
            mistakes.extend(of_rule.into_iter().map(|mistake: Mistake| Mistake {
                about: format!("{name}: {}", mistake.about),
                ..mistake
            }));
        }
    }
    mistakes
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> Option<&str> {
    value.as_str()
}

fn known_fields(value: &Value, known: &[&str], mistakes: &mut Vec<Mistake>) {
    for field in value.as_object().into_iter().flat_map(|map| map.keys()) {
        if !known.contains(&field.as_str()) {
            mistakes.push(Mistake::new(
                "field that 2.42 does not know",
                field.as_str(),
            ));
        }
    }
}

fn check_rule(rule: &Value, mistakes: &mut Vec<Mistake>) {
    let expression = text(&rule["expr"]).unwrap_or_default();
    let recording = text(&rule["record"]);
    let answer = read(expression);
    // Why: a recorded counter is still a counter, and its readers take the rate.
    let of_names = answer.mistakes.into_iter();
    mistakes.extend(of_names.filter(|it| recording.is_none() || it.name != "counter without rate"));
    let labels = answer.labels.unwrap_or_default();
    if !labels.is_disjoint(&replica_labels()) {
        let about = format!("the result keeps some of {REPLICA_LABELS}");
        mistakes.push(Mistake::new("one series a replica", about));
    }
    let Ok(parsed) = parser::parse(expression) else {
        return;
    };
    match recording {
        Some(name) => check_recording(name, &parsed, mistakes),
        None => check_alert(rule, &parsed, &labels, mistakes),
    }
}

/// The name of a recorded series is `level:metric:operation`, with the outermost operation of the expression.
fn check_recording(name: &str, expression: &Expr, mistakes: &mut Vec<Mistake>) {
    let parts: Vec<&str> = name.split(':').collect();
    let outermost = outermost_operation(expression);
    match parts.as_slice() {
        [_, _, operation] if outermost.as_deref() == Some(*operation) => {}
        _ => mistakes.push(Mistake::new(
            "recorded under another operation",
            format!("{outermost:?}"),
        )),
    }
}

fn outermost_operation(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Aggregate(aggregate) => Some(aggregate.op.to_string()),
        Expr::Binary(binary) => outermost_operation(&binary.lhs),
        Expr::Paren(inner) => outermost_operation(&inner.expr),
        _ => None,
    }
}

fn check_alert(rule: &Value, expression: &Expr, labels: &Labels, mistakes: &mut Vec<Mistake>) {
    let mut mistake = |name, about: &str| mistakes.push(Mistake::new(name, about));
    if !compares(expression) {
        mistake("alert without comparison", "it fires for every value");
    }
    let hold = text(&rule["for"]).unwrap_or_default();
    if calls(expression, &["absent", "absent_over_time"]) && hold.trim_start_matches('0').len() < 2
    {
        mistake(
            "absent without for",
            "it fires at every start of Prometheus",
        );
    }
    if chooses(expression) {
        mistake(
            "alert on a choice of series",
            "its series change all the time",
        );
    }
    let own = rule["labels"].as_object().into_iter().flatten();
    for (name, value) in own {
        if text(value).is_none_or(|value| value.contains("{{")) {
            mistake("value in a label", name);
        }
    }
    if text(&rule["labels"]["severity"]).is_none() {
        mistake("alert without severity", "it cannot be routed");
    }
    for name in ANNOTATIONS {
        if text(&rule["annotations"][name]).is_none_or(str::is_empty) {
            mistake("missing annotation", name);
        }
    }
    check_texts(rule, labels, mistakes);
}

fn check_texts(rule: &Value, labels: &Labels, mistakes: &mut Vec<Mistake>) {
    let mut mistake = |name, about: String| mistakes.push(Mistake::new(name, about));
    let name = text(&rule["alert"]).unwrap_or_default();
    let annotation = |name: &str| text(&rule["annotations"][name]).unwrap_or_default();
    if !annotation("runbook_url").ends_with(&format!("/{name}")) {
        mistake(
            "runbook of another alert",
            annotation("runbook_url").to_owned(),
        );
    }
    let summary = annotation("summary");
    if summary.contains("{{") || !summary.ends_with('.') {
        mistake(
            "summary that is not a constant sentence",
            summary.to_owned(),
        );
    }
    let plain = template::without_queries(annotation("description"));
    if plain.contains("query") || !plain.ends_with('.') {
        mistake("description incomplete without query", plain);
    }
    for (name, value) in rule["annotations"].as_object().into_iter().flatten() {
        let value = text(value).unwrap_or_default();
        for label in template::labels(value) {
            if !labels.contains(&label) {
                mistake(
                    "label that a text names and the alert lacks",
                    format!("{label} in {name}"),
                );
            }
        }
        for series in template::queries(value) {
            for inner in read(&series).mistakes {
                mistake(inner.name, format!("{} in {name}", inner.about));
            }
        }
    }
}

/// Whether the result of an expression was compared with something. Of `and` and `unless` only the first operand counts.
fn compares(expression: &Expr) -> bool {
    match expression {
        Expr::Paren(inner) => compares(&inner.expr),
        Expr::Binary(binary) => match binary.op.to_string().as_str() {
            "and" | "unless" => compares(&binary.lhs),
            "or" => compares(&binary.lhs) && compares(&binary.rhs),
            operator => ["==", "!=", "<", "<=", ">", ">="].contains(&operator),
        },
        _ => false,
    }
}

fn calls(expression: &Expr, functions: &[&str]) -> bool {
    any(
        expression,
        &|it| matches!(it, Expr::Call(call) if functions.contains(&call.func.name)),
    )
}

fn chooses(expression: &Expr) -> bool {
    any(expression, &|it| {
        matches!(it, Expr::Aggregate(aggregate)
            if ["topk", "bottomk", "limitk", "limit_ratio"].contains(&aggregate.op.to_string().as_str()))
    })
}

fn any(expression: &Expr, holds: &dyn Fn(&Expr) -> bool) -> bool {
    holds(expression)
        || match expression {
            Expr::Paren(inner) => any(&inner.expr, holds),
            Expr::Unary(inner) => any(&inner.expr, holds),
            Expr::Subquery(inner) => any(&inner.expr, holds),
            Expr::Aggregate(inner) => any(&inner.expr, holds),
            Expr::Binary(binary) => any(&binary.lhs, holds) || any(&binary.rhs, holds),
            Expr::Call(call) => call.args.args.iter().any(|it| any(it, holds)),
            _ => false,
        }
}
