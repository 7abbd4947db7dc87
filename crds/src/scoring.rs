//! The rule of a model: thresholds, aggregates and levels.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::words::{Positive, Rank, Whole, mirror};

/// The rule that turns met criteria into a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Scoring {
    /// The stage walk: its threshold and what an empty stage does. Needed wherever something is a `Walk`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub walk: Option<Walk>,
    /// How a domain without children comes out of its criteria. Left out: `Walk`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leaf: Option<LeafAggregate>,
    /// How a domain with children comes out of them. Left out: `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inner: Option<InnerAggregate>,
    /// How the overall result comes out.
    pub overall: Overall,
    /// What an unknown answer is worth in graded nodes. Left out: `Lowest`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown: Option<UnknownWord>,
    /// How points are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display: Option<Display>,
    /// From which points on a level stands. Absent in models of points only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 32))]
    pub levels: Vec<Level>,
}

/// The stage walk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Walk {
    /// The share of a stage's weight that must be met, inclusive.
    pub threshold: Threshold,
    /// What a stage without applicable criteria does. Left out: `Skip`.
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
    /// What a stage without applicable criteria does.
    EmptyStageWord of model::EmptyStage {
        /// Passes, and is never the result.
        Skip,
        /// Passes, and may be the result.
        Pass,
        /// Fails.
        Fail,
    }
}

mirror! {
    /// How a domain without children comes out.
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
    /// How a domain with children comes out.
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
    /// How the overall comes out.
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

/// How the overall result comes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Overall {
    /// Over what.
    pub over: OverWord,
    /// How.
    pub by: OverallAggregate,
}

mirror! {
    /// What the overall is made of.
    OverWord of model::Over {
        /// All criteria.
        Criteria,
        /// The top domains.
        Domains,
    }
}

mirror! {
    /// What an unknown answer is worth in graded nodes.
    UnknownWord of model::UnknownPoints {
        /// The lowest points (for the potential: the highest).
        Lowest,
        /// Left out of the mean, and said as k of n.
        Exclude,
        /// The node is unknown too.
        Propagate,
    }
}

/// How points are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Display {
    /// Digits after the point. Left out: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 6))]
    pub digits: Option<u32>,
}

/// One level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Level {
    /// The rank of the stage that these points are.
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
    /// The denominator. Left out: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Positive>")]
    pub denominator: Option<i64>,
}
