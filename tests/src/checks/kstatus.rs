//! The status that kstatus computes of a custom resource, written from its rules.
//!
//! The rules are those of `sigs.k8s.io/cli-utils`, `pkg/kstatus/status` (`Compute`,
//! `checkGenericProperties`, `checkReadyCondition`). Those for the built-in kinds are left out: no
//! kind of ours is one. In order, the first that applies decides:
//!
//! ```text
//! not there                                       NotFound
//! metadata.deletionTimestamp                      Terminating
//! status.observedGeneration, and another
//!   than metadata.generation                      InProgress
//! condition Reconciling is True                   InProgress   (whichever of the two
//! condition Stalled is True                       Failed        comes first in the list)
//! condition Ready is True                         Current
//! condition Ready is False or Unknown             InProgress
//! otherwise                                       Current
//! ```
//!
//! A field of another form than these rules read is an error there, and `Unknown` to who polls.

use serde_json::Value;

/// What kstatus says of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It is as it was asked to be.
    Current,
    /// It is on its way there.
    InProgress,
    /// It will not get there.
    Failed,
    /// It is being deleted.
    Terminating,
    /// It is not there.
    NotFound,
    /// It cannot be told.
    Unknown,
}

/// A status, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Computed {
    /// The status.
    pub status: Status,
    /// Why, in the words of the rule or of the condition that decided.
    pub message: String,
}

impl Computed {
    fn new(status: Status, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
        }
    }
}

/// Computes the status of an object, or of one that is not there.
pub fn compute(object: Option<&Value>) -> Computed {
    let Some(object) = object else {
        return Computed::new(Status::NotFound, "it is not there");
    };
    decide(object).unwrap_or_else(|why| Computed::new(Status::Unknown, why))
}

fn decide(object: &Value) -> Result<Computed, String> {
    if let Some(since) = string(object, "metadata", "deletionTimestamp")?
        && !since.is_empty()
    {
        return Ok(Computed::new(Status::Terminating, "it is being deleted"));
    }
    if let Some(stale) = generation(object)? {
        return Ok(stale);
    }
    let conditions = conditions(object)?;
    let decided = conditions
        .iter()
        .find_map(abnormal)
        .or_else(|| conditions.iter().find_map(ready));
    Ok(decided.unwrap_or_else(|| Computed::new(Status::Current, "nothing says otherwise")))
}

fn generation(object: &Value) -> Result<Option<Computed>, String> {
    let Some(generation) = integer(object, "metadata", "generation")? else {
        return Ok(None);
    };
    let observed = integer(object, "status", "observedGeneration")?;
    Ok(observed
        .filter(|observed| *observed != generation)
        .map(|observed| {
            Computed::new(
                Status::InProgress,
                format!("it is at generation {generation}, and {observed} was observed"),
            )
        }))
}

/// A condition as kstatus reads it.
struct Condition<'a> {
    kind: &'a str,
    status: &'a str,
    message: &'a str,
}

/// The two conditions that are there only while something is unusual.
fn abnormal(condition: &Condition<'_>) -> Option<Computed> {
    let status = match (condition.kind, condition.status) {
        ("Reconciling", "True") => Status::InProgress,
        ("Stalled", "True") => Status::Failed,
        _ => return None,
    };
    Some(Computed::new(status, condition.message))
}

fn ready(condition: &Condition<'_>) -> Option<Computed> {
    match (condition.kind, condition.status) {
        ("Ready", "True") => Some(Computed::new(Status::Current, "it is ready")),
        ("Ready", "False" | "Unknown") => {
            Some(Computed::new(Status::InProgress, condition.message))
        }
        _ => None,
    }
}

fn conditions(object: &Value) -> Result<Vec<Condition<'_>>, String> {
    let list = match field(object, "status", "conditions")? {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(list)) => list,
        Some(_) => return Err("status.conditions is no list".to_owned()),
    };
    list.iter().map(condition).collect()
}

fn condition(value: &Value) -> Result<Condition<'_>, String> {
    let fields = value.as_object().ok_or("a condition is no object")?;
    let text = |name: &str| match fields.get(name) {
        None | Some(Value::Null) => Ok(""),
        Some(Value::String(text)) => Ok(text.as_str()),
        Some(_) => Err(format!("{name} of a condition is no text")),
    };
    Ok(Condition {
        kind: text("type")?,
        status: text("status")?,
        message: text("message")?,
    })
}

fn field<'a>(object: &'a Value, parent: &str, name: &str) -> Result<Option<&'a Value>, String> {
    match object.get(parent) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(fields)) => Ok(fields.get(name)),
        Some(_) => Err(format!("{parent} is no object")),
    }
}

fn string<'a>(object: &'a Value, parent: &str, name: &str) -> Result<Option<&'a str>, String> {
    field(object, parent, name)?
        .map(|value| {
            value
                .as_str()
                .ok_or_else(|| format!("{parent}.{name} is no text"))
        })
        .transpose()
}

fn integer(object: &Value, parent: &str, name: &str) -> Result<Option<i64>, String> {
    field(object, parent, name)?
        .map(|value| {
            value
                .as_i64()
                .ok_or_else(|| format!("{parent}.{name} is no whole number"))
        })
        .transpose()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn status_of(object: &Value) -> Status {
        compute(Some(object)).status
    }

    fn with_conditions(conditions: &Value) -> Value {
        json!({
            "metadata": {"generation": 2},
            "status": {"observedGeneration": 2, "conditions": conditions},
        })
    }

    #[test]
    fn absent_object_is_not_found() {
        assert_eq!(compute(None).status, Status::NotFound);
    }

    #[test]
    fn deleting_object_is_terminating_for_any_conditions() {
        let mut object = with_conditions(&json!([{"type": "Ready", "status": "True"}]));
        assert_eq!(status_of(&object), Status::Current);
        object["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
        assert_eq!(status_of(&object), Status::Terminating);
    }

    #[test]
    fn a_generation_that_was_not_observed_is_in_progress() {
        let mut object = with_conditions(&json!([{"type": "Ready", "status": "True"}]));
        object["metadata"]["generation"] = json!(3);
        let computed = compute(Some(&object));
        assert_eq!(computed.status, Status::InProgress);
        assert!(computed.message.contains('3') && computed.message.contains('2'));
    }

    #[test]
    fn object_without_observed_generation_is_not_checked_for_it() {
        let object = json!({"metadata": {"generation": 3}, "status": {}});
        assert_eq!(status_of(&object), Status::Current);
    }

    #[test]
    fn reconciling_and_stalled_decide_before_ready_and_the_first_of_them_wins() {
        let ready = json!({"type": "Ready", "status": "True"});
        let reconciling = json!({"type": "Reconciling", "status": "True", "message": "at it"});
        let stalled = json!({"type": "Stalled", "status": "True", "message": "stuck"});
        for (conditions, expected) in [
            (json!([ready, reconciling]), Status::InProgress),
            (json!([ready, stalled]), Status::Failed),
            (json!([reconciling, stalled]), Status::InProgress),
            (json!([stalled, reconciling]), Status::Failed),
        ] {
            assert_eq!(status_of(&with_conditions(&conditions)), expected);
        }
    }

    #[test]
    fn reconciling_and_stalled_that_are_false_decide_nothing() {
        let object = with_conditions(&json!([
            {"type": "Reconciling", "status": "False"},
            {"type": "Stalled", "status": "False"},
            {"type": "Ready", "status": "False", "message": "no model"},
        ]));
        let computed = compute(Some(&object));
        assert_eq!(computed.status, Status::InProgress);
        assert_eq!(computed.message, "no model");
    }

    #[test]
    fn ready_decides_where_nothing_is_unusual() {
        for (ready, expected) in [
            ("True", Status::Current),
            ("False", Status::InProgress),
            ("Unknown", Status::InProgress),
            ("Perhaps", Status::Current),
        ] {
            let object = with_conditions(&json!([{"type": "Ready", "status": ready}]));
            assert_eq!(status_of(&object), expected, "{ready}");
        }
    }

    #[test]
    fn object_without_conditions_is_current() {
        assert_eq!(status_of(&json!({"kind": "ConfigMap"})), Status::Current);
    }

    #[test]
    fn field_of_another_form_is_undetermined() {
        for object in [
            json!({"metadata": {"generation": 2}, "status": {"observedGeneration": "2"}}),
            json!({"metadata": {"generation": 2}, "status": {"observedGeneration": 2.0}}),
            json!({"status": {"conditions": {}}}),
            json!({"status": {"conditions": [7]}}),
            json!({"status": {"conditions": [{"type": true}]}}),
            json!({"status": "fine"}),
            json!({"metadata": {"deletionTimestamp": 7}}),
        ] {
            assert_eq!(status_of(&object), Status::Unknown, "{object}");
        }
    }
}
