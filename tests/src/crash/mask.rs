//! What may differ from one run to another, masked; all else must be equal.
//!
//! Masked are: the name of the namespace, instants (any moment is as good as another), digests (of
//! what holds names: each is called by when it first appears, so that equal ones stay equal), the
//! links of a history (they cover instants, so two assessments committed in one instant may have the
//! same one; that each chain is whole is looked at in every version of it), and of metadata everything
//! but names, labels and the generation. An Event is called by the history entry that it tells, since
//! its name is made of a uid.

use std::collections::BTreeMap;

use gradus_engine::fold::event_name;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// Objects and Events as every run must end with them.
///
/// `lives` are the assessments that ever were, by name and uid, oldest first.
pub fn masked(
    objects: &[Value],
    events: &[Value],
    lives: &[(String, String)],
    namespace: &str,
) -> Value {
    let mut objects: Vec<Value> = objects.iter().map(stated).collect();
    objects.sort_by_cached_key(|object| {
        let of = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (of(&object["kind"]), of(&object["metadata"]["name"]))
    });
    let mut events: Vec<Value> = events
        .iter()
        .map(|event| masked_event(event, lives))
        .collect();
    events.sort_by_key(|event| (event["life"].as_u64(), event["sequence"].as_u64()));
    let mut mask = Mask {
        namespace,
        digests: BTreeMap::new(),
    };
    mask.value(&json!({"objects": objects, "events": events}))
}

/// An object as its author and the operator state it.
fn stated(object: &Value) -> Value {
    let metadata = object["metadata"].as_object();
    let kept = metadata
        .into_iter()
        .flatten()
        .filter(|(field, _)| matches!(field.as_str(), "name" | "labels" | "generation"));
    let kept: Map<String, Value> = kept
        .map(|(field, value)| (field.clone(), value.clone()))
        .collect();
    json!({
        "kind": object["kind"],
        "metadata": kept,
        "spec": object["spec"],
        "status": object["status"],
    })
}

/// An Event without what may differ between runs.
fn masked_event(event: &Value, lives: &[(String, String)]) -> Value {
    let regarding = &event["regarding"];
    let life = lives
        .iter()
        .position(|(_, uid)| regarding["uid"] == uid.as_str());
    json!({
        "life": life,
        "sequence": life.and_then(|life| sequence(event, &lives[life])),
        "assessment": regarding["name"],
        "type": event["type"],
        "reason": event["reason"],
        "action": event["action"],
        "note": event["note"],
        "related": event["related"]["name"],
        "series": event["series"]["count"],
    })
}

/// Which entry of a life an Event tells, by its name.
fn sequence(event: &Value, (name, uid): &(String, String)) -> Option<u64> {
    let uid = uid.as_str().into();
    (1..=100).find(|sequence| event["metadata"]["name"] == event_name(name, &uid, *sequence))
}

/// Where the links of a history are.
const LINKS: [&str; 2] = ["digest", "historyAnchor"];

struct Mask<'a> {
    namespace: &'a str,
    digests: BTreeMap<String, usize>,
}

impl Mask<'_> {
    fn value(&mut self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.text(text).into(),
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Object(fields) => fields
                .iter()
                .map(|(field, value)| (field.clone(), self.field(field, value)))
                .collect::<Map<_, _>>()
                .into(),
            plain => plain.clone(),
        }
    }

    fn field(&mut self, field: &str, value: &Value) -> Value {
        if value.is_string() && LINKS.contains(&field) {
            return "a link".into();
        }
        self.value(value)
    }

    fn text(&mut self, text: &str) -> String {
        if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            let next = self.digests.len() + 1;
            let number = self.digests.entry(text.to_owned()).or_insert(next);
            return format!("digest {number}");
        }
        if text.contains('T') && text.parse::<Timestamp>().is_ok() {
            return "an instant".to_owned();
        }
        text.replace(self.namespace, "the namespace")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UID: &str = "u-1";

    fn assessment(stage: u64, at: &str, digest: char) -> Value {
        let digest = digest.to_string().repeat(64);
        json!({
            "kind": "Assessment",
            "metadata": {"name": "site", "namespace": "crash-a", "uid": UID, "resourceVersion": "7"},
            "spec": {"model": {"name": "small-crash-a"}},
            "status": {"stage": stage, "stageChangedAt": at, "history": [{"digest": digest}]},
        })
    }

    fn event(sequence: u64) -> Value {
        json!({
            "metadata": {"name": event_name("site", &UID.into(), sequence)},
            "regarding": {"name": "site", "uid": UID},
            "reason": "StageRegressed",
        })
    }

    fn mask(object: Value, events: &[Value], namespace: &str) -> Value {
        let lives = [("site".to_owned(), UID.to_owned())];
        masked(&[object], events, &lives, namespace)
    }

    #[test]
    fn instants_digests_versions_and_the_namespace_may_differ() {
        let first = assessment(3, "2026-01-01T00:00:00Z", 'a');
        let mut second = assessment(3, "2026-01-02T00:00:00.25Z", 'b');
        second["metadata"]["resourceVersion"] = json!("9");
        second["metadata"]["namespace"] = json!("crash-b");
        second["spec"]["model"]["name"] = json!("small-crash-b");
        assert_eq!(mask(first, &[], "crash-a"), mask(second, &[], "crash-b"));
    }

    #[test]
    fn a_stage_a_word_and_which_digests_are_equal_may_not() {
        let whole = assessment(3, "2026-01-01T00:00:00Z", 'a');
        let with = |inputs: &str| {
            let mut assessment = whole.clone();
            assessment["status"]["modelDigest"] = json!("a".repeat(64));
            assessment["status"]["inputsDigest"] = json!(inputs.repeat(64));
            assessment
        };
        let (repeated, distinct) = (with("a"), with("b"));
        let of = |object: &Value| mask(object.clone(), &[], "crash-a");
        let lower = assessment(2, "2026-01-01T00:00:00Z", 'a');
        assert_ne!(of(&whole), of(&lower));
        assert_ne!(of(&repeated), of(&distinct));
    }

    #[test]
    fn links_that_are_equal_by_the_instant_that_they_cover_are_no_likeness() {
        let pair = |second: char| {
            let at = "2026-01-01T00:00:00Z";
            let mut other = assessment(3, at, second);
            other["metadata"]["name"] = json!("other");
            masked(&[assessment(3, at, 'a'), other], &[], &[], "crash-a")
        };
        assert_eq!(pair('a'), pair('b'));
    }

    #[test]
    fn event_is_named_by_its_entry() {
        let whole = assessment(3, "2026-01-01T00:00:00Z", 'a');
        let of = |events: &[Value]| mask(whole.clone(), events, "crash-a");
        let both = of(&[event(1), event(2)]);
        assert_eq!(both, of(&[event(2), event(1)]), "in any order");
        assert_eq!(both["events"][0]["sequence"], 1);
        assert_ne!(both, of(&[event(1), event(1)]));
        assert_ne!(both, of(&[event(1)]));
    }
}
