//! The scoring rule of a model: thresholds, aggregates and levels.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::words::{Positive, Rank, Whole, mirror};

/// The rule that computes the stage from met criteria.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Scoring {
    /// The stage walk: its threshold, and how empty stages count. Required if any aggregate is `Walk`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub walk: Option<Walk>,
    /// How the result of a domain without children is computed. Default: `Walk`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leaf: Option<LeafAggregate>,
    /// How the result of a domain with children is computed. Default: `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inner: Option<InnerAggregate>,
    /// How the overall result is computed.
    pub overall: Overall,
    /// How an unknown answer counts in graded results. Default: `Lowest`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown: Option<UnknownWord>,
    /// How points are displayed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display: Option<Display>,
    /// The lowest points of each level. Empty in a model of points only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 32))]
    pub levels: Vec<Level>,
}

/// The stage walk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Walk {
    /// The share of the weight of a stage that must be met, inclusive.
    pub threshold: Threshold,
    /// How a stage without applicable criteria counts. Default: `Skip`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub empty_stage: Option<EmptyStageWord>,
}

/// A share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Threshold {
    /// The numerator, at most the denominator.
    #[schemars(with = "Positive")]
    pub numerator: u32,
    /// The denominator.
    #[schemars(with = "Positive")]
    pub denominator: u32,
}

mirror! {
    /// How a stage without applicable criteria counts.
    EmptyStageWord of model::EmptyStage {
        /// It passes, but is never the result.
        Skip,
        /// It passes, and may be the result.
        Pass,
        /// It fails.
        Fail,
    }
}

mirror! {
    /// How the result of a domain without children is computed.
    LeafAggregate of model::Aggregate {
        /// By the stage walk.
        Walk,
        /// The weighted mean.
        Mean,
        /// The lowest.
        Min,
        /// The weighted sum.
        Sum,
    }
}

mirror! {
    /// How the result of a domain with children is computed.
    InnerAggregate of model::Aggregate {
        /// The weighted mean.
        Mean,
        /// The lowest.
        Min,
        /// The weighted sum.
        Sum,
        /// Nothing.
        None,
    }
}

mirror! {
    /// How the overall result is computed.
    OverallAggregate of model::Aggregate {
        /// By the stage walk.
        Walk,
        /// The weighted mean.
        Mean,
        /// The lowest.
        Min,
        /// The weighted sum.
        Sum,
        /// Nothing: domains only.
        None,
    }
}

/// How the overall result is computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Overall {
    /// What it is computed from.
    pub over: OverWord,
    /// How it is computed.
    pub by: OverallAggregate,
}

mirror! {
    /// What the overall result is computed from.
    OverWord of model::Over {
        /// All criteria.
        Criteria,
        /// The top domains.
        Domains,
    }
}

mirror! {
    /// How an unknown answer counts in graded results.
    UnknownWord of model::UnknownPoints {
        /// The lowest points (for the potential: the highest).
        Lowest,
        /// It is left out of the mean, and displayed as k of n.
        Exclude,
        /// The result is unknown too.
        Propagate,
    }
}

/// How points are displayed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Display {
    /// Digits after the decimal point. Default: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 6))]
    pub digits: Option<u32>,
}

/// One level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Level {
    /// The rank of the stage.
    #[schemars(with = "Rank")]
    pub rank: u32,
    /// The lowest points of the level.
    pub from: Points,
}

/// Exact points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Points {
    /// The numerator.
    #[schemars(with = "Whole")]
    pub numerator: i64,
    /// The denominator. Default: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Positive>")]
    pub denominator: Option<i64>,
}
