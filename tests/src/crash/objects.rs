//! Small objects of our kinds, and where the server keeps them.

use gradus_crds::schema::plural;
use gradus_crds::{API_VERSION, GROUP, VERSION};
use gradus_engine::key::Kind;
use serde_json::{Value, json};

/// Where the objects of a kind are: all of them, or those of a namespace.
pub(super) fn collection(kind: Kind, namespace: &str) -> String {
    let plural = plural(kind);
    if kind.namespaced() {
        format!("/apis/{GROUP}/{VERSION}/namespaces/{namespace}/{plural}")
    } else {
        format!("/apis/{GROUP}/{VERSION}/{plural}")
    }
}

/// Where one object is.
pub(super) fn path(kind: Kind, namespace: &str, name: &str) -> String {
    format!("{}/{name}", collection(kind, namespace))
}

/// An object; its namespace is where it is sent to.
pub(super) fn object(kind: Kind, name: &str, spec: Value) -> Value {
    let mut object = json!({
        "apiVersion": API_VERSION,
        "kind": kind.as_str(),
        "metadata": {"name": name},
    });
    object["spec"] = spec;
    object
}

/// What a capability is, in one word.
pub(super) fn claimed(name: &str, claim: &str) -> Value {
    object(Kind::Capability, name, json!({"claim": claim}))
}

/// A capability that is there.
pub(super) fn present(name: &str) -> Value {
    claimed(name, "Present")
}

/// A capability that is not there.
pub(super) fn absent(name: &str) -> Value {
    claimed(name, "Absent")
}

/// A capability that stands on another one.
pub(super) fn dependent(name: &str, on: &str) -> Value {
    let spec = json!({"claim": "Present", "dependsOn": [{"capability": on}]});
    object(Kind::Capability, name, spec)
}

/// A capability of which somebody must vouch.
pub(super) fn vouched(name: &str) -> Value {
    let item = json!({"name": "review", "attestation": {"minimum": 1}});
    object(
        Kind::Capability,
        name,
        json!({"claim": "Present", "evidence": [item]}),
    )
}

/// A capability that answers a graded criterion.
pub(super) fn graded(name: &str, level: u32) -> Value {
    let spec = json!({"claim": "Present", "facts": {"level": level}});
    object(Kind::Capability, name, spec)
}

/// The object with a label, by which it can be selected.
pub(super) fn labelled(mut object: Value, label: &str, value: &str) -> Value {
    object["metadata"]["labels"] = json!({ label: value });
    object
}

/// Somebody's word for a capability, good for years.
pub(super) fn attestation(name: &str, capability: &str) -> Value {
    let (issued, end) = validity();
    object(
        Kind::Attestation,
        name,
        json!({
            "subject": {"capability": capability},
            "statement": "It was looked at.",
            "attestedBy": "k.brandt@larkmere.example",
            "method": "Examine",
            "issued": issued,
            "validUntil": end,
        }),
    )
}

/// An approved exception for a criterion of an assessment.
pub(super) fn waiver(name: &str, assessment: &str, criterion: &str) -> Value {
    let (from, until) = validity();
    object(
        Kind::Waiver,
        name,
        json!({
            "assessment": assessment,
            "criteria": [criterion],
            "reason": "The building works delay it.",
            "requestedBy": "j.ferreira@larkmere.example",
            "approvedBy": "m.okonjo@larkmere.example",
            "from": from,
            "until": until,
            "treatAs": "Met",
        }),
    )
}

/// From a month ago to half a year from now, as dates.
fn validity() -> (String, String) {
    let day = |hours: i64| {
        let at = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(hours);
        at.strftime("%Y-%m-%d").to_string()
    };
    (day(-30 * 24), day(180 * 24))
}

/// An assessment by a model.
pub(super) fn assessment(name: &str, model: &str) -> Value {
    assessment_with(name, model, json!({}))
}

/// An assessment by a model that says more.
pub(super) fn assessment_with(name: &str, model: &str, more: Value) -> Value {
    let mut spec = more;
    spec["model"] = json!({"name": model});
    object(Kind::Assessment, name, spec)
}
