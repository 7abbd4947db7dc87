//! The recording rules.

use super::alert::{Alert, Group};
use super::format::Rule;
use crate::recorded::{self, REPLICA_LABELS, Recorded, SUSPENDED};

/// The recording rules of a group: the series that its alerts read, and other series about the same kind of object.
pub(super) fn rules(group: Group, alerts: &[Alert]) -> Vec<Rule> {
    let mut rules: Vec<Rule> = recorded::ALL
        .iter()
        .filter(|recorded| group_of(recorded, alerts) == group)
        .map(rule)
        .collect();
    if group == Group::Assessments {
        rules.push(suspended());
    }
    rules
}

fn group_of(recorded: &Recorded, alerts: &[Alert]) -> Group {
    match recorded.level {
        "capability" | "evidence" | "waiver" => Group::Capabilities,
        "assessment" if is_info(recorded) || is_read(recorded, alerts) => Group::Assessments,
        _ => Group::Boards,
    }
}

/// Whether it is the series that [`suspended`] reads.
fn is_info(recorded: &Recorded) -> bool {
    recorded.metric == "gradus_assessment_info"
}

fn is_read(recorded: &Recorded, alerts: &[Alert]) -> bool {
    let name = recorded.name();
    alerts
        .iter()
        .any(|alert| alert.expression.contains(&name) || alert.description.contains(&name))
}

/// Records the leader's values, and the followers' while there is no leader.
fn rule(recorded: &Recorded) -> Rule {
    let Recorded {
        metric, led, unled, ..
    } = recorded;
    let seen = match one_of(metric) {
        Some(one) => newest(metric, one),
        None => format!("  {metric}"),
    };
    let expr = format!(
        "{led} without ({REPLICA_LABELS}) (\n\
         {seen} and on (cluster, job, instance) gradus_leader == 1\n\
         )\n\
         or\n\
         {unled} without ({REPLICA_LABELS}) (\n\
         {seen} unless on (cluster, job) gradus_leader == 1\n\
         )\n"
    );
    Rule::Recording {
        record: recorded.name(),
        expr,
    }
}

/// Keeps the newest info series of each object and replica.
///
/// Why: a label that changes makes a new series. If Prometheus did not scrape at that moment, it returns the old series
/// for some minutes more. See D-077.
fn newest(metric: &str, one: &str) -> String {
    format!(
        "  (\n    \
             timestamp({metric})\n    \
             == bool on ({one}) group_left ()\n      \
               max by ({one}) (timestamp({metric}))\n  \
           ) == 1"
    )
}

/// The labels that identify one object of one replica, for metrics with one series of changing labels an object.
fn one_of(metric: &str) -> Option<&'static str> {
    match metric {
        "gradus_model_stage_info" => Some("cluster, job, instance, model, stage"),
        text if text.ends_with("_info") => {
            Some("cluster, job, instance, namespace, exported_namespace, assessment, model")
        }
        _ => None,
    }
}

fn suspended() -> Rule {
    let info = "assessment:gradus_assessment_info:max";
    let expr = format!(
        "max without (model_version, team, scope, organisation, engagement, mode) (\n  \
           {info}{{engagement!=\"active\"}} or {info}{{mode=\"descriptive\"}}\n\
         )\n"
    );
    Rule::Recording {
        record: SUSPENDED.to_owned(),
        expr,
    }
}
