//! The readiness that Flux computes of a custom resource, written from its rules.
//!
//! A `Kustomization` with `wait: true`, or with the object in `healthChecks`, is ready when every
//! object is `Current` by kstatus ([`super::kstatus`]); one that is `Failed` fails it at once, and
//! any other is waited for until the timeout (`docs/spec/v1/kustomizations.md` of
//! `fluxcd/kustomize-controller`). `healthCheckExprs` replace kstatus for a kind; their order is
//! that of `runtime/cel/status_evaluator.go` of `fluxcd/pkg`:
//!
//! ```text
//! status.observedGeneration, and another than metadata.generation    InProgress
//! inProgress, where it is given and true                             InProgress
//! failed, where it is given and true                                 Failed
//! current is true                                                    Current
//! otherwise                                                          InProgress
//! ```
//!
//! An expression that reads a field that is not there is an error: the object stays `Unknown`.
//! Neither deletion nor Reconciling or Stalled is looked at. There are no default expressions;
//! [`by_usual_expressions`] are the ones that the manual and its collection give for a `Ready`:
//! all conditions of the type are True, or False.

use serde_json::Value;

use super::kstatus::{self, Status};
use super::object::count;

/// What has become of a Kustomization that waits for objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waited {
    /// Everything is as it was asked to be.
    Ready,
    /// An object failed: it does not wait any longer.
    Failed,
    /// Something is not there yet; so many objects.
    Waiting(usize),
}

/// What becomes of a Kustomization whose objects stand so.
pub fn wait(statuses: &[Status]) -> Waited {
    if statuses.contains(&Status::Failed) {
        return Waited::Failed;
    }
    match statuses
        .iter()
        .filter(|status| **status != Status::Current)
        .count()
    {
        0 => Waited::Ready,
        open => Waited::Waiting(open),
    }
}

/// The health of an object without expressions: kstatus.
pub fn by_default(object: Option<&Value>) -> Status {
    kstatus::compute(object).status
}

/// The health of an object by the usual expressions over `Ready`:
/// `status.conditions.filter(e, e.type == 'Ready').all(e, e.status == 'True')` for current, and the
/// same with `'False'` for failed, which comes first.
pub fn by_usual_expressions(object: Option<&Value>) -> Status {
    let Some(object) = object else {
        return Status::NotFound;
    };
    let generation = count(object, "/metadata/generation");
    let observed = count(object, "/status/observedGeneration");
    if observed.is_some() && generation.is_some() && observed != generation {
        return Status::InProgress;
    }
    let Some(conditions) = object
        .pointer("/status/conditions")
        .and_then(Value::as_array)
    else {
        return Status::Unknown;
    };
    let all_ready = |status: &str| {
        conditions
            .iter()
            .filter(|condition| condition["type"] == "Ready")
            .all(|condition| condition["status"] == status)
    };
    if all_ready("False") {
        Status::Failed
    } else if all_ready("True") {
        Status::Current
    } else {
        Status::InProgress
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(conditions: &Value) -> Value {
        json!({
            "metadata": {"generation": 1},
            "status": {"observedGeneration": 1, "conditions": conditions},
        })
    }

    #[test]
    fn it_waits_until_everything_is_current() {
        assert_eq!(wait(&[Status::Current, Status::Current]), Waited::Ready);
        assert_eq!(wait(&[]), Waited::Ready);
        assert_eq!(
            wait(&[Status::Current, Status::InProgress, Status::Unknown]),
            Waited::Waiting(2)
        );
    }

    #[test]
    fn one_failed_object_ends_the_waiting() {
        assert_eq!(wait(&[Status::InProgress, Status::Failed]), Waited::Failed);
    }

    #[test]
    fn without_expressions_it_is_kstatus() {
        let object = object(&json!([{"type": "Ready", "status": "False"}]));
        assert_eq!(by_default(Some(&object)), Status::InProgress);
        assert_eq!(by_default(None), Status::NotFound);
    }

    #[test]
    fn the_usual_expressions_read_ready() {
        for (ready, expected) in [
            ("True", Status::Current),
            ("False", Status::Failed),
            ("Unknown", Status::InProgress),
        ] {
            let object = object(&json!([{"type": "Ready", "status": ready}]));
            assert_eq!(by_usual_expressions(Some(&object)), expected, "{ready}");
        }
    }

    #[test]
    fn without_a_ready_condition_the_usual_expressions_call_it_failed() {
        let object = object(&json!([{"type": "Regressed", "status": "False"}]));
        assert_eq!(by_usual_expressions(Some(&object)), Status::Failed);
    }

    #[test]
    fn missing_status_is_undetermined() {
        assert_eq!(by_usual_expressions(Some(&json!({}))), Status::Unknown);
        assert_eq!(by_usual_expressions(None), Status::NotFound);
    }

    #[test]
    fn an_unobserved_generation_is_in_progress_before_any_expression() {
        let mut object = object(&json!([{"type": "Ready", "status": "True"}]));
        object["metadata"]["generation"] = json!(2);
        assert_eq!(by_usual_expressions(Some(&object)), Status::InProgress);
    }
}
