//! Recorded series: every replica exports what it knows, and rules keep the leader's view of it.
//!
//! While nobody leads, the followers' view counts, and of several the one that errs to red. So there
//! is no gap in which a standing fall could resolve, and an old follower never hides one.

use std::fmt;

/// The labels that tell replicas apart, under each way of finding them that is common. None of our own
/// metrics has one of them.
pub const REPLICA_LABELS: &str =
    "container, endpoint, instance, node, pod, pod_template_hash, service";

/// How several replicas' values become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// The lowest.
    Min,
    /// The highest.
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
    /// What a series is about: the first part of the recorded name.
    pub level: &'static str,
    /// The metric.
    pub metric: &'static str,
    /// Of the leader, which is one but for the moment in which it changes.
    pub led: Operation,
    /// Of the followers while nobody leads.
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
    recorded("assessment", "gradus_assessment_unwaived_stage", Max, Min),
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
