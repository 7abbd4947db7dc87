//! Cases for the rules in CEL: values that hold them by a hair, and values that just break them.
//! Every rule of the schemas has its line here; one without is noticed.

use gradus_engine::key::Kind;
use serde_json::{Value, json};

use super::case::{Case, set};
use super::constraint::{Constraint, Part, Rule, constraints};
use super::example::Examples;
use super::finding::{Code, Finding};

/// What is said of one rule: changes to the value it is about, each merged into a good one.
struct Told {
    message: &'static str,
    holds: &'static [&'static str],
    breaks: &'static [&'static str],
}

const TOLD: [Told; 14] = [
    Told {
        message: "numerator must not be greater than denominator: a threshold is at most 1",
        holds: &[
            r#"{"numerator": 1, "denominator": 1}"#,
            r#"{"numerator": 7, "denominator": 10}"#,
        ],
        breaks: &[r#"{"numerator": 11, "denominator": 10}"#],
    },
    Told {
        message: "walk, with its threshold, is required when leaf or overall.by is Walk",
        holds: &[
            r#"{"walk": null, "overall": {"by": "Mean"}}"#,
            r#"{"walk": null, "leaf": "Mean", "overall": {"by": "None"}}"#,
        ],
        breaks: &[
            r#"{"walk": null}"#,
            r#"{"walk": null, "leaf": "Walk", "overall": {"by": "Mean"}}"#,
        ],
    },
    Told {
        message: "atLeast.count must not be greater than the number of items in atLeast.of",
        holds: &[
            r#"{"requires": {"atLeast": {"count": 2, "of": [{"absent": "a"}, {"absent": "b"}]}}}"#,
        ],
        breaks: &[
            r#"{"requires": {"atLeast": {"count": 3, "of": [{"absent": "a"}, {"absent": "b"}]}}}"#,
        ],
    },
    Told {
        message: "negates is only for a criterion of kind Negative",
        holds: &[
            r#"{"kind": "Negative", "negates": {"anyOf": ["a"]}}"#,
            r#"{"kind": "Negative"}"#,
        ],
        breaks: &[
            r#"{"negates": {"anyOf": ["a"]}}"#,
            r#"{"kind": "Interim", "negates": {"allOf": ["a"]}}"#,
        ],
    },
    Told {
        message: "maximum must not be less than minimum",
        holds: &[
            r#"{"capability": null, "met": null, "domain": "a", "minimum": 3, "maximum": 3}"#,
            r#"{"capability": null, "met": null, "domain": "a", "maximum": -3}"#,
        ],
        breaks: &[
            r#"{"capability": null, "met": null, "domain": "a", "minimum": 3, "maximum": 2}"#,
        ],
    },
    Told {
        message: "covered must not be greater than total",
        holds: &[
            r#"{"items": null, "total": 12, "covered": 12}"#,
            r#"{"items": null, "total": 12.0, "covered": 0}"#,
        ],
        breaks: &[
            r#"{"items": null, "total": 12, "covered": 13}"#,
            r#"{"items": null, "total": 0, "covered": 9007199254740991}"#,
        ],
    },
    Told {
        message: "a probe must set every (how often it runs) and maxAge (how long a result is valid)",
        holds: &[
            r#"{"attestation": null, "http": {"url": "a"}}"#,
            r#"{"every": null, "maxAge": null}"#,
        ],
        breaks: &[
            r#"{"attestation": null, "http": {"url": "a"}, "every": null}"#,
            r#"{"attestation": null, "http": {"url": "a"}, "maxAge": null}"#,
        ],
    },
    Told {
        message: "validUntil must not be before issued",
        holds: &[r#"{"issued": "2026-01-31", "validUntil": "2026-01-31"}"#],
        breaks: &[
            r#"{"issued": "2026-01-31", "validUntil": "2026-01-30"}"#,
            r#"{"issued": "9999-12-31", "validUntil": "0001-01-01"}"#,
        ],
    },
    Told {
        message: "validUntil must be at most three years after issued",
        holds: &[
            r#"{"issued": "2026-01-31", "validUntil": "2029-01-31"}"#,
            r#"{"issued": "2024-02-29", "validUntil": "2027-02-28"}"#,
        ],
        breaks: &[
            r#"{"issued": "2026-01-31", "validUntil": "2029-02-01"}"#,
            r#"{"issued": "2024-02-29", "validUntil": "2027-03-01"}"#,
            r#"{"issued": "2026-12-31", "validUntil": "2030-01-01"}"#,
            r#"{"issued": "0001-01-01", "validUntil": "9999-12-31"}"#,
        ],
    },
    Told {
        message: "approvedBy must be another person than requestedBy",
        holds: &[r#"{"requestedBy": "ada", "approvedBy": "grace"}"#],
        breaks: &[r#"{"requestedBy": "ada", "approvedBy": "ada"}"#],
    },
    Told {
        message: "until must not be before from",
        holds: &[r#"{"from": "2026-11-01", "until": "2026-11-01"}"#],
        breaks: &[
            r#"{"from": "2026-11-01", "until": "2026-10-31"}"#,
            r#"{"from": "9999-12-31", "until": "0001-01-01"}"#,
        ],
    },
    Told {
        message: "until must be at most 400 days after from",
        holds: &[
            r#"{"from": "2026-11-01", "until": "2027-12-06"}"#,
            r#"{"from": "0001-01-01", "until": "0001-01-02"}"#,
            r#"{"from": "9999-12-01", "until": "9999-12-31"}"#,
        ],
        breaks: &[
            r#"{"from": "2026-11-01", "until": "2027-12-07"}"#,
            r#"{"from": "0001-01-01", "until": "9999-12-31"}"#,
        ],
    },
    Told {
        message: "upTo must not be less than stage",
        holds: &[
            r#"{"stage": 6, "upTo": 6}"#,
            r#"{"stage": 3.0, "upTo": 4.0}"#,
        ],
        breaks: &[r#"{"stage": 6, "upTo": 5}"#],
    },
    Told {
        message: "until must not be before since",
        holds: &[
            r#"{"since": "2026-11-01", "until": "2026-11-01"}"#,
            r#"{"since": "0001-01-01", "until": "9999-12-31"}"#,
        ],
        breaks: &[r#"{"since": "2026-11-01", "until": "2026-10-31"}"#],
    },
];

/// Whether a rule compares with the object before.
pub fn compares(rule: &str) -> bool {
    rule.contains("oldSelf")
}

/// The message of a rule.
pub(super) fn message_of(schema: &'static Value, rule: &str) -> &'static str {
    let rules = schema["x-kubernetes-validations"]
        .as_array()
        .into_iter()
        .flatten();
    let mut found = rules.filter(|one| one["rule"] == rule);
    let message = found.next().and_then(|one| one["message"].as_str());
    message.expect("every rule has a message")
}

/// The cases of one rule over one object.
///
/// # Panics
///
/// When nothing is told of the rule.
pub(super) fn cases(examples: &Examples, constraint: &Constraint, rule: &str) -> Vec<Case> {
    if compares(rule) {
        return Vec::new();
    }
    let message = message_of(constraint.schema, rule);
    let told = TOLD.iter().find(|told| told.message == message);
    let told = told.unwrap_or_else(|| panic!("nothing is told of {message:?}"));
    let base = examples.with(&constraint.place);
    let pointer = constraint.place.pointer();
    let changed = |change: &&str| {
        let mut object = base.clone();
        let value = object.pointer_mut(&pointer).expect("the place is there");
        merge(
            value,
            &serde_json::from_str(change).expect("a change is JSON"),
        );
        object
    };
    let path = blamed(constraint, rule);
    let holds = told
        .holds
        .iter()
        .map(|change| Case::accepted(constraint, changed(change)));
    let breaks = told.breaks.iter().map(changed);
    let breaks = breaks.map(|object| Case::refused(constraint, &path, Code::Invalid, object));
    holds.chain(breaks).collect()
}

/// The path that a rule puts the blame on.
fn blamed(constraint: &Constraint, rule: &str) -> String {
    let rules = constraint.schema["x-kubernetes-validations"].as_array();
    let mut rules = rules.into_iter().flatten();
    let found = rules.find(|one| one["rule"] == rule);
    let field = found
        .and_then(|one| one["fieldPath"].as_str())
        .unwrap_or_default();
    format!("{}{field}", constraint.place.path())
}

/// Merges a change into a value; a null takes a field away.
fn merge(value: &mut Value, change: &Value) {
    let (Value::Object(fields), Value::Object(changes)) = (&mut *value, change) else {
        *value = change.clone();
        return;
    };
    for (name, change) in changes {
        if change.is_null() {
            fields.remove(name);
        } else {
            merge(fields.entry(name.clone()).or_insert(Value::Null), change);
        }
    }
}

/// An update, and what must be said of it.
pub struct Transition {
    /// The rules that it is about, by name.
    pub rule: String,
    /// The kind.
    pub kind: Kind,
    /// What was stored one after the other; nothing for a creation.
    pub before: Vec<Value>,
    /// What is asked for now.
    pub after: Value,
    /// What must be found; nothing when it is allowed.
    pub expected: Option<Finding>,
}

/// Updates for every rule that compares with the object before.
pub fn transitions() -> Vec<Transition> {
    let kinds = Kind::ALL.into_iter();
    let rules = kinds.flat_map(|kind| constraints(kind, Part::Stated));
    rules
        .flat_map(|constraint| match constraint.rule.clone() {
            Rule::Cel(rule) if compares(&rule) => updates(&constraint, &rule),
            _ => Vec::new(),
        })
        .collect()
}

fn updates(constraint: &Constraint, rule: &str) -> Vec<Transition> {
    let examples = Examples::of(constraint.kind);
    let requested = examples.smallest();
    let with = |object: &Value, change: Value| {
        let mut object = object.clone();
        merge(&mut object, &change);
        object
    };
    let path = blamed(constraint, rule);
    let told = |before: &[&Value], after: Value, expected: bool| Transition {
        rule: constraint.name(),
        kind: constraint.kind,
        before: before.iter().map(|object| (*object).clone()).collect(),
        after,
        expected: (!expected).then(|| Finding::new(&path, Code::Invalid)),
    };
    let labelled = |object: &Value| with(object, json!({"metadata": {"labels": {"seen": "yes"}}}));
    if rule == "self == oldSelf" {
        let there = examples.with(&constraint.place);
        // An approval is only ever added to what was requested.
        let approved = constraint.place.to_string() == "spec.approvedBy";
        let before = if approved {
            vec![&requested, &there]
        } else {
            vec![&there]
        };
        let pointer = constraint.place.pointer();
        let value = there.pointer(&pointer).expect("the place is there");
        let others = changed(value).into_iter();
        let mut all: Vec<Transition> = others
            .map(|other| told(&before, set(there.clone(), &pointer, other), false))
            .collect();
        all.push(told(&before, labelled(&there), true));
        return all;
    }
    let approved = with(&requested, json!({"spec": {"approvedBy": "grace"}}));
    let ticket = with(&requested, json!({"spec": {"ticket": "T-1"}}));
    match rule {
        "oldSelf.hasValue() || !has(self.approvedBy)" => vec![
            told(&[], approved.clone(), false),
            told(&[], requested.clone(), true),
            told(&[&requested], approved, true),
        ],
        "!has(oldSelf.approvedBy) || has(self.approvedBy)" => vec![
            told(&[&requested, &approved], requested.clone(), false),
            told(&[&requested, &approved], labelled(&approved), true),
        ],
        "has(self.ticket) == has(oldSelf.ticket)" => vec![
            told(&[&requested], ticket.clone(), false),
            told(&[&ticket], requested.clone(), false),
            told(
                &[&ticket],
                with(&ticket, json!({"spec": {"approvedBy": "grace"}})),
                true,
            ),
        ],
        _ => panic!("nothing is told of {rule:?}"),
    }
}

/// Other values than this one, each as good by itself.
fn changed(value: &Value) -> Vec<Value> {
    match value {
        Value::String(text) if text.starts_with("2026-") => vec![json!("2026-11-24")],
        Value::String(text) if text == "Met" => vec![json!("NotApplicable")],
        Value::Array(_) => vec![json!(["b"]), json!(["a0", "b"])],
        // A whole spec: a field of it changes, comes or goes.
        Value::Object(_) => [
            json!({"statement": "another"}),
            json!({"facts": {"mode": "ha"}}),
            json!({"external": {"organisation": "another"}}),
            json!({"validUntil": "2026-11-24"}),
        ]
        .iter()
        .map(|change| {
            let mut other = value.clone();
            merge(&mut other, change);
            other
        })
        .collect(),
        _ => vec![json!("b")],
    }
}
