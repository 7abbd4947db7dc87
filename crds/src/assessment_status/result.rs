//! The present result of an assessment: points, domains, counts, gaps, next steps, forecast.

use gradus_engine::verdict::{Reason, Verdict};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::words::{Count, Kebab, Line, Moment, ObjectName, Prose, Rank, ReasonWord, VerdictWord};

/// The points of a graded model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Score {
    /// The exact numerator, in decimal.
    #[schemars(with = "Line")]
    pub numerator: String,
    /// The exact denominator, in decimal.
    #[schemars(with = "Line")]
    pub denominator: String,
    /// As displayed, with the digits of the model. Never rounded up to a higher level.
    #[schemars(with = "Line")]
    pub shown: String,
}

/// One domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DomainStatus {
    /// The domain.
    #[schemars(with = "Kebab")]
    pub name: String,
    /// Its stage.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Rank>")]
    pub stage: Option<u32>,
    /// Its points, as displayed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line>")]
    pub score: Option<String>,
    /// The weight of met criteria.
    #[schemars(with = "Count")]
    pub met: u64,
    /// The weight that its next stage requires.
    #[schemars(with = "Count")]
    pub required: u64,
    /// The weight missing for its next stage.
    #[schemars(with = "Count")]
    pub missing: u64,
    /// The weight of applicable criteria.
    #[schemars(with = "Count")]
    pub of: u64,
    /// Its high-water mark.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Rank>")]
    pub high_water: Option<u32>,
}

/// Counts of verdicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CriteriaCounts {
    /// Met.
    #[schemars(with = "Count")]
    pub met: u64,
    /// Held.
    #[schemars(with = "Count")]
    pub held: u64,
    /// Unmet.
    #[schemars(with = "Count")]
    pub unmet: u64,
    /// Unknown.
    #[schemars(with = "Count")]
    pub unknown: u64,
    /// Not applicable.
    #[schemars(with = "Count")]
    pub not_applicable: u64,
    /// Waived.
    #[schemars(with = "Count")]
    pub waived: u64,
    /// All.
    #[schemars(with = "Count")]
    pub of: u64,
}

/// The number of applicable criteria by class of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Confidence {
    /// Met by probes.
    #[schemars(with = "Count")]
    pub probed: u64,
    /// Met by attestations.
    #[schemars(with = "Count")]
    pub attested: u64,
    /// Met by declarations.
    #[schemars(with = "Count")]
    pub declared: u64,
    /// Held.
    #[schemars(with = "Count")]
    pub held: u64,
    /// Waived.
    #[schemars(with = "Count")]
    pub waived: u64,
    /// Unknown.
    #[schemars(with = "Count")]
    pub unknown: u64,
}

/// A criterion that is Unmet or Unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Gap {
    /// The criterion.
    #[schemars(with = "Kebab")]
    pub criterion: String,
    /// `Unmet` or `Unknown`.
    #[schemars(with = "VerdictWord")]
    pub verdict: Verdict,
    /// Why.
    #[schemars(with = "ReasonWord")]
    pub reason: Reason,
    /// The team that owns the deciding capability.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line>")]
    pub owner: Option<String>,
}

/// A next step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NextStep {
    /// The criterion to meet.
    #[schemars(with = "Kebab")]
    pub criterion: String,
    /// Stages gained by this step alone.
    #[schemars(with = "Rank")]
    pub gain: u32,
    /// Effort, in days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effort_days: Option<u32>,
    /// Criteria that depend on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<Kebab>", length(max = 32))]
    pub unlocks: Vec<String>,
    /// Criteria that must come first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<Kebab>", length(max = 32))]
    pub blocked_by: Vec<String>,
}

/// An external award in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Awarded {
    /// The stage.
    #[schemars(with = "Rank")]
    pub stage: u32,
    /// The organisation that granted it.
    #[schemars(with = "Line")]
    pub organisation: String,
    /// From this instant.
    #[schemars(with = "Moment")]
    pub at: Timestamp,
    /// Until this instant, exclusive.
    #[schemars(with = "Moment")]
    pub valid_until: Timestamp,
}

/// The next fall if nothing changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ForecastStatus {
    /// The stage it falls to.
    #[schemars(with = "Rank")]
    pub stage: u32,
    /// When.
    #[schemars(with = "Moment")]
    pub at: Timestamp,
    /// What ends then.
    #[schemars(with = "Prose")]
    pub because: String,
}

/// The result of a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProfileCheck {
    /// The profile.
    #[schemars(with = "ObjectName")]
    pub name: String,
    /// Whether every requirement is met.
    pub satisfied: bool,
    /// What is missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<Line>", length(max = 50))]
    pub gaps: Vec<String>,
}

/// The lowest and highest stage of what a roll-up includes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Spread {
    /// The lowest.
    #[schemars(with = "Rank")]
    pub min: u32,
    /// The highest.
    #[schemars(with = "Rank")]
    pub max: u32,
}
