//! What every object that was scored is to everybody who looks at it: settled, and by no tool's rules broken.

use serde_json::Value;

use super::conventions::check_conventions;
use super::kstatus::Status;
use super::object::{condition, title};
use super::{argo_cd, flux};

/// What an object breaks of what is promised of all; nothing when it keeps it.
///
/// An object is ready as soon as it was looked at, however low its stage is; one that points at nothing, or that
/// cannot be used, is not, and each tool waits for it.
pub fn check_promises(object: &Value) -> Vec<String> {
    let mut broken = check_conventions(object);
    let is_ready = condition(object, "Ready").is_some_and(|ready| ready["status"] == "True");
    let (current, healthy) = if is_ready {
        (Status::Current, argo_cd::Health::Healthy)
    } else {
        (Status::InProgress, argo_cd::Health::Progressing)
    };
    let mut hold = |tool: &str, is_so: bool| {
        if !is_so {
            let ready = if is_ready { "ready" } else { "not ready" };
            broken.push(format!(
                "{}: {ready}, and {tool} says otherwise",
                title(object)
            ));
        }
    };
    hold("kstatus", flux::by_default(Some(object)) == current);
    let wildcard = argo_cd::health(Some(object), argo_cd::Script::Wildcard);
    hold("Argo CD", wildcard == Some(healthy));
    if is_ready {
        let usual = flux::by_usual_expressions(Some(object));
        hold("Flux", usual == Status::Current);
        let by_ready = argo_cd::health(Some(object), argo_cd::Script::ReadyCondition);
        hold(
            "Argo CD by Ready",
            by_ready == Some(argo_cd::Health::Healthy),
        );
    }
    broken
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn model(ready: &str) -> Value {
        json!({
            "apiVersion": "gradus.dev/v1alpha1", "kind": "MaturityModel",
            "metadata": {"name": "ladder", "generation": 2},
            "status": {"observedGeneration": 2, "conditions": [{
                "type": "Ready", "status": ready, "reason": "Compiled", "message": "It can be used.",
                "lastTransitionTime": "2026-11-01T00:00:00Z", "observedGeneration": 2,
            }]},
        })
    }

    #[test]
    fn an_object_that_is_ready_keeps_every_promise() {
        assert_eq!(check_promises(&model("True")), Vec::<String>::new());
    }

    #[test]
    fn an_object_that_was_not_looked_at_again_breaks_one() {
        let mut object = model("True");
        object["metadata"]["generation"] = json!(3);
        let broken = check_promises(&object);
        assert!(broken.iter().any(|it| it.contains("kstatus")), "{broken:?}");
    }

    #[test]
    fn an_object_without_a_status_breaks_one() {
        let mut object = model("True");
        object["status"] = Value::Null;
        assert!(!check_promises(&object).is_empty());
    }
}
