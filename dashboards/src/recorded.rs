//! Recorded series. Every replica exports its own view, and recording rules keep one: the leader's.
//!
//! Without a leader the followers' values are used; if they differ, the worse one. So an alert does not resolve during a
//! failover, and a stale follower does not hide a fall.

use std::fmt;

/// The labels that distinguish replicas, for all common kinds of service discovery. No metric of Gradus has a label of
/// these names.
pub const REPLICA_LABELS: &str =
    "container, endpoint, instance, node, pod, pod_template_hash, service";

/// The assessments without alerts: paused, descriptive, not engaged or withdrawn. A recorded series of its own, because
/// many alerts exclude them. See D-075.
pub const SUSPENDED: &str = "assessment:gradus_assessment_suspended:max";

/// How the values of several replicas become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// The lowest value.
    Min,
    /// The highest value.
    Max,
}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Operation::Min => "min",
            Operation::Max => "max",
        })
    }
}

/// A metric that is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded {
    /// The kind of object that a series is about: the first part of the recorded name.
    pub level: &'static str,
    /// The metric.
    pub metric: &'static str,
    /// Applied to leaders. There is one, or briefly two while the leader changes.
    pub led: Operation,
    /// Applied to followers while there is no leader.
    pub unled: Operation,
}

impl Recorded {
    /// The name of the recorded series: `level:metric:operation`.
    pub fn name(&self) -> String {
        format!("{}:{}:{}", self.level, self.metric, self.led)
    }
}

const fn recorded(
    level: &'static str,
    metric: &'static str,
    led: Operation,
    unled: Operation,
) -> Recorded {
    Recorded {
        level,
        metric,
        led,
        unled,
    }
}

use Operation::{Max, Min};

/// Every metric that is recorded, by level and name.
pub const ALL: &[Recorded] = &[
    recorded("assessment", "gradus_assessment_assessed", Max, Min),
    recorded("assessment", "gradus_assessment_awarded_stage", Max, Min),
    recorded("assessment", "gradus_assessment_criteria", Max, Max),
    recorded(
        "assessment",
        "gradus_assessment_domain_high_water_stage",
        Max,
        Max,
    ),
    recorded("assessment", "gradus_assessment_domain_score", Max, Min),
    recorded("assessment", "gradus_assessment_domain_stage", Max, Min),
    recorded(
        "assessment",
        "gradus_assessment_evidence_criteria",
        Max,
        Max,
    ),
    recorded("assessment", "gradus_assessment_fall_stage", Min, Min),
    recorded(
        "assessment",
        "gradus_assessment_fall_timestamp_seconds",
        Min,
        Min,
    ),
    recorded("assessment", "gradus_assessment_high_water_stage", Max, Max),
    recorded("assessment", "gradus_assessment_info", Max, Max),
    recorded("assessment", "gradus_assessment_missing_criteria", Max, Max),
    recorded(
        "assessment",
        "gradus_assessment_pause_end_timestamp_seconds",
        Max,
        Min,
    ),
    recorded("assessment", "gradus_assessment_potential_score", Max, Min),
    recorded("assessment", "gradus_assessment_potential_stage", Max, Min),
    recorded("assessment", "gradus_assessment_regressed", Max, Max),
    recorded("assessment", "gradus_assessment_regression_info", Max, Max),
    recorded(
        "assessment",
        "gradus_assessment_regressions_total",
        Max,
        Max,
    ),
    recorded("assessment", "gradus_assessment_score", Max, Min),
    recorded("assessment", "gradus_assessment_stage", Max, Min),
    recorded(
        "assessment",
        "gradus_assessment_stage_changed_timestamp_seconds",
        Max,
        Max,
    ),
    recorded("assessment", "gradus_assessment_target_at_risk", Max, Max),
    recorded("assessment", "gradus_assessment_target_stage", Max, Max),
    recorded(
        "assessment",
        "gradus_assessment_target_timestamp_seconds",
        Max,
        Min,
    ),
    recorded(
        "assessment",
        "gradus_assessment_stage_without_waivers",
        Max,
        Min,
    ),
    recorded("capability", "gradus_capability_impact_criteria", Max, Max),
    recorded("capability", "gradus_capability_state", Max, Max),
    recorded(
        "evidence",
        "gradus_evidence_expiry_timestamp_seconds",
        Min,
        Min,
    ),
    recorded(
        "evidence",
        "gradus_evidence_observed_timestamp_seconds",
        Max,
        Min,
    ),
    recorded("model", "gradus_model_stage_info", Max, Max),
    recorded("waiver", "gradus_waiver_expiry_timestamp_seconds", Min, Min),
];
