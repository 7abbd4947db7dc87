//! The health that Argo CD computes of a custom resource, written from its rules.
//!
//! `GetResourceHealth` in `gitops-engine/pkg/health/health.go` of `argoproj/argo-cd` takes, in this
//! order: a pending deletion, a Lua script (the installation's own in `argocd-cm` by kind, then by
//! wildcard; else one built into Argo CD for the kind), and a check in Go for the well-known
//! built-in kinds. A custom resource for which there is no script has **no** health: there is no
//! generic check of conditions, and `setApplicationHealth` in `controller/health.go` leaves an
//! object without health out, so that it can neither make an application healthy nor unhealthy.
//!
//! What a script says of our kinds is therefore whatever somebody writes. [`Script`] has the two
//! forms that are copied most.

use serde_json::Value;

use super::object::{condition, conditions, text};

/// Argo CD's health of an object, from the healthiest on as `healthOrder` has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    /// As it should be.
    Healthy,
    /// Paused by somebody. No script here says so.
    Suspended,
    /// Not healthy, and may become so.
    Progressing,
    /// Not in the cluster.
    Missing,
    /// Failed.
    Degraded,
    /// Cannot be told.
    Unknown,
}

/// The script that an installation has for our kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// None, as it comes: no health.
    None,
    /// The example of the manual (`docs/operator-manual/health.md`, for `Certificate`): Ready False
    /// is Degraded, Ready True is Healthy, anything else is Progressing.
    ReadyCondition,
    /// A wildcard over a whole group, as the one that is built in for `_.crossplane.io/_`: the first
    /// in the list of Synced or `LastAsyncOperation` False is Degraded, of Ready, Healthy and their
    /// like True is Healthy; anything else is Progressing, Ready False too.
    Wildcard,
}

/// The health of an object, or of one that is not in the cluster; none where Argo CD has no opinion.
pub fn health(object: Option<&Value>, script: Script) -> Option<Health> {
    let Some(object) = object else {
        return Some(Health::Missing);
    };
    if text(object, "/metadata/deletionTimestamp").is_some() {
        return Some(Health::Progressing);
    }
    match script {
        Script::None => None,
        Script::ReadyCondition => Some(by_ready(object)),
        Script::Wildcard => Some(by_any_good_sign(object)),
    }
}

/// The health of an application: the worst of what it is made of. What is missing or has no health
/// is left out, as in `setApplicationHealth`, but for an application of which nothing is there.
pub fn application(healths: &[Option<Health>]) -> Health {
    let all_missing = healths
        .iter()
        .all(|health| *health == Some(Health::Missing));
    if all_missing && !healths.is_empty() {
        return Health::Missing;
    }
    healths
        .iter()
        .flatten()
        .copied()
        .filter(|health| *health != Health::Missing)
        .max()
        .unwrap_or(Health::Healthy)
}

fn by_ready(object: &Value) -> Health {
    match condition(object, "Ready").and_then(|ready| ready["status"].as_str()) {
        Some("True") => Health::Healthy,
        Some("False") => Health::Degraded,
        _ => Health::Progressing,
    }
}

fn by_any_good_sign(object: &Value) -> Health {
    const GOOD: [&str; 6] = [
        "Ready",
        "Healthy",
        "Offered",
        "Established",
        "ValidPipeline",
        "RevisionHealthy",
    ];
    if object.get("status").is_none() {
        return Health::Healthy;
    }
    let sign = |condition: &Value| {
        let status = condition["status"].as_str()?;
        match (condition["type"].as_str()?, status) {
            ("Synced" | "LastAsyncOperation", "False") => Some(Health::Degraded),
            (kind, "True") if GOOD.contains(&kind) => Some(Health::Healthy),
            _ => None,
        }
    };
    conditions(object)
        .iter()
        .find_map(sign)
        .unwrap_or(Health::Progressing)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(conditions: &Value) -> Value {
        json!({"status": {"conditions": conditions}})
    }

    fn ready(status: &str) -> Value {
        object(&json!([
            {"type": "Regressed", "status": "True"},
            {"type": "Ready", "status": status},
        ]))
    }

    #[test]
    fn a_custom_resource_without_a_script_has_no_health() {
        for status in ["True", "False"] {
            assert_eq!(health(Some(&ready(status)), Script::None), None);
        }
    }

    #[test]
    fn absent_object_is_missing_and_deleting_object_is_progressing() {
        let leaving = json!({"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}});
        for script in [Script::None, Script::ReadyCondition, Script::Wildcard] {
            assert_eq!(health(None, script), Some(Health::Missing));
            assert_eq!(health(Some(&leaving), script), Some(Health::Progressing));
        }
    }

    #[test]
    fn the_manuals_script_reads_ready() {
        for (status, expected) in [
            ("True", Health::Healthy),
            ("False", Health::Degraded),
            ("Unknown", Health::Progressing),
        ] {
            let found = health(Some(&ready(status)), Script::ReadyCondition);
            assert_eq!(found, Some(expected), "{status}");
        }
        let silent = json!({"status": {}});
        let found = health(Some(&silent), Script::ReadyCondition);
        assert_eq!(found, Some(Health::Progressing));
    }

    #[test]
    fn a_wildcard_script_takes_the_first_sign_in_the_list() {
        let synced = json!({"type": "Synced", "status": "False"});
        let ready = json!({"type": "Ready", "status": "True"});
        let unready = json!({"type": "Ready", "status": "False"});
        for (conditions, expected) in [
            (json!([ready, synced]), Health::Healthy),
            (json!([synced, ready]), Health::Degraded),
            (json!([unready]), Health::Progressing),
            (json!([]), Health::Progressing),
        ] {
            let found = health(Some(&object(&conditions)), Script::Wildcard);
            assert_eq!(found, Some(expected), "{conditions}");
        }
        assert_eq!(
            health(Some(&json!({})), Script::Wildcard),
            Some(Health::Healthy)
        );
    }

    #[test]
    fn an_application_is_as_healthy_as_its_worst_part() {
        let healthy = Some(Health::Healthy);
        for (parts, expected) in [
            (vec![healthy, None], Health::Healthy),
            (vec![None], Health::Healthy),
            (
                vec![healthy, Some(Health::Progressing)],
                Health::Progressing,
            ),
            (
                vec![Some(Health::Degraded), Some(Health::Progressing)],
                Health::Degraded,
            ),
            (vec![healthy, Some(Health::Missing)], Health::Healthy),
            (vec![Some(Health::Missing)], Health::Missing),
            (vec![Some(Health::Unknown), healthy], Health::Unknown),
        ] {
            assert_eq!(application(&parts), expected, "{parts:?}");
        }
    }
}
