//! What the design promises of the status of every object, whatever the object is.
//!
//! These are promises to the tools around us: kstatus, Argo CD, Flux and `kubectl wait` take an
//! object for settled by its conditions alone, and a server takes a status only within limits.

use std::collections::BTreeSet;

use gradus_engine::verdict::Cause;
use jiff::Timestamp;
use serde_json::Value;

use super::object::{condition, conditions, title};

/// The largest status, in bytes of compact JSON.
const LARGEST: usize = 32 * 1024;

/// Conditions that are there only while they are true.
const ABNORMAL: [&str; 2] = ["Reconciling", "Stalled"];

/// The conditions of each kind: there from the first status on.
const CONDITIONS: [(&str, &[&str]); 6] = [
    ("MaturityModel", &["Ready"]),
    ("Profile", &["Ready"]),
    ("Capability", &["Ready", "FactsDisagree"]),
    ("Attestation", &["Ready", "Counted", "ValidityCapped"]),
    ("Waiver", &["Ready", "Effective"]),
    (
        "Assessment",
        &[
            "Ready",
            "Regressed",
            "TargetAtRisk",
            "Paused",
            "EvidenceStale",
        ],
    ),
];

/// The most items of the lists and maps in a status; a star stands for every item of a list.
const LIMITS: [(&str, usize); 12] = [
    ("conditions", 8),
    ("domains", 200),
    ("gaps", 50),
    ("nextSteps", 10),
    ("nextSteps.*.unlocks", 32),
    ("nextSteps.*.blockedBy", 32),
    ("regression", 200),
    ("profiles", 16),
    ("profiles.*.gaps", 50),
    ("history", 20),
    ("facts", 64),
    ("evidence", 16),
];

/// Reasons that speak of how mature or how proven something is, or that all is well: none of them
/// is a reason not to be ready.
const NO_REASON_TO_BE_UNREADY: [&str; 26] = [
    "NotAssessed",
    "Scored",
    "Evaluated",
    "Compiled",
    "Valid",
    "Regressed",
    "NoFall",
    "NoTarget",
    "AtRisk",
    "Reached",
    "OnTrack",
    "Paused",
    "Descriptive",
    "NotEngaged",
    "Withdrawn",
    "Refuted",
    "Absent",
    "Degraded",
    "Unknown",
    "NotDeclared",
    "DeclaredAbsent",
    "PredicateFalse",
    "EvidenceTooWeak",
    "NotAttested",
    "NotYetProbed",
    "Stale",
];

/// What an object that was scored breaks of the promises; nothing when it keeps them all.
pub fn check_conventions(object: &Value) -> Vec<String> {
    let Some(status) = object.get("status").filter(|status| status.is_object()) else {
        return vec![format!("{}: there is no status", title(object))];
    };
    let mut broken = Vec::new();
    broken.extend(kinds_conditions(object));
    broken.extend(conditions(object).iter().flat_map(form_of_condition));
    broken.extend(twice(object));
    broken.extend(abnormal_only_while_true(object));
    broken.extend(ready_and_maturity(object));
    broken.extend(generations(object));
    broken.extend(size(status));
    broken.extend(floats("", object));
    broken.extend(lengths(status));
    broken
        .into_iter()
        .map(|complaint| format!("{}: {complaint}", title(object)))
        .collect()
}

fn kinds_conditions(object: &Value) -> Vec<String> {
    let kind = object["kind"].as_str().unwrap_or_default();
    let Some((_, own)) = CONDITIONS.iter().find(|(known, _)| *known == kind) else {
        return vec![format!("{kind:?} is none of our kinds")];
    };
    own.iter()
        .filter(|own| condition(object, own).is_none())
        .map(|own| format!("condition {own} is missing"))
        .collect()
}

fn form_of_condition(condition: &Value) -> Vec<String> {
    let text = |field: &str| condition[field].as_str().unwrap_or_default();
    let kind = text("type");
    let forms = [
        ("type", is_pascal_case(kind)),
        (
            "status",
            matches!(text("status"), "True" | "False" | "Unknown"),
        ),
        ("reason", is_pascal_case(text("reason"))),
        ("message", !text("message").is_empty()),
        (
            "lastTransitionTime",
            is_rfc_3339(text("lastTransitionTime")),
        ),
        (
            "observedGeneration",
            condition["observedGeneration"].as_u64().is_some(),
        ),
    ];
    forms
        .into_iter()
        .filter(|(_, right)| !right)
        .map(|(field, _)| format!("condition {kind}: {field} is {}", condition[field]))
        .collect()
}

fn is_pascal_case(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_uppercase())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric())
}

/// Our own parser takes more than RFC 3339: a blank for the T, and a zone's name in brackets.
fn is_rfc_3339(text: &str) -> bool {
    text.as_bytes().get(10) == Some(&b'T')
        && !text.contains('[')
        && text.parse::<Timestamp>().is_ok()
}

fn twice(object: &Value) -> Vec<String> {
    let mut seen = BTreeSet::new();
    conditions(object)
        .iter()
        .filter_map(|condition| condition["type"].as_str())
        .filter(|kind| !seen.insert(*kind))
        .map(|kind| format!("condition {kind} is there twice"))
        .collect()
}

fn abnormal_only_while_true(object: &Value) -> Vec<String> {
    ABNORMAL
        .iter()
        .filter_map(|kind| condition(object, kind))
        .filter(|condition| condition["status"] != "True")
        .map(|condition| {
            format!(
                "condition {} is there and not true",
                condition["type"].as_str().unwrap_or_default()
            )
        })
        .collect()
}

fn ready_and_maturity(object: &Value) -> Option<String> {
    let ready = condition(object, "Ready")?;
    let reason = ready["reason"].as_str().unwrap_or_default();
    let is_cause = serde_json::from_value::<Cause>(ready["reason"].clone()).is_ok();
    let about_maturity = is_cause || NO_REASON_TO_BE_UNREADY.contains(&reason);
    (ready["status"] != "True" && about_maturity)
        .then(|| format!("it is not ready because of {reason}, which is no reason"))
}

fn generations(object: &Value) -> Vec<String> {
    let Some(observed) = object["status"]["observedGeneration"].as_u64() else {
        return vec!["status.observedGeneration is missing".to_owned()];
    };
    let mut ahead = Vec::new();
    if object["metadata"]["generation"]
        .as_u64()
        .is_some_and(|generation| observed > generation)
    {
        ahead.push("status.observedGeneration is ahead of metadata.generation".to_owned());
    }
    let of_conditions = conditions(object)
        .iter()
        .filter_map(|condition| condition["observedGeneration"].as_u64());
    if of_conditions.max().is_some_and(|newest| newest > observed) {
        ahead.push("a condition is ahead of status.observedGeneration".to_owned());
    }
    ahead
}

fn size(status: &Value) -> Option<String> {
    let bytes = status.to_string().len();
    (bytes > LARGEST).then(|| format!("the status has {bytes} bytes, and {LARGEST} are the most"))
}

fn floats(path: &str, value: &Value) -> Vec<String> {
    match value {
        Value::Number(number) if number.is_f64() => vec![format!("{path} is the float {number}")],
        Value::Array(items) => items
            .iter()
            .enumerate()
            .flat_map(|(index, item)| floats(&format!("{path}[{index}]"), item))
            .collect(),
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, field)| floats(&format!("{path}.{name}"), field))
            .collect(),
        _ => Vec::new(),
    }
}

fn lengths(status: &Value) -> Vec<String> {
    LIMITS
        .iter()
        .filter_map(|(path, most)| {
            let longest = longest(status, path);
            (longest > *most)
                .then(|| format!("{path} has {longest} items, and {most} are the most"))
        })
        .collect()
}

/// The length of the longest list or map at a path.
fn longest(value: &Value, path: &str) -> usize {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let below: Vec<&Value> = match first {
        "" => {
            return value.as_array().map_or_else(
                || value.as_object().map_or(0, serde_json::Map::len),
                Vec::len,
            );
        }
        "*" => value.as_array().into_iter().flatten().collect(),
        name => value.get(name).into_iter().collect(),
    };
    below
        .into_iter()
        .map(|value| longest(value, rest))
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests;
