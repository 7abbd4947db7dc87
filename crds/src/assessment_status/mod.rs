//! The status of an `Assessment`: the stage, why, what is missing, and what it remembers.

mod ledger;
mod result;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::common::{Condition, Conditions};
use crate::words::{Count, Digest, Line, Moment, Rank};

pub use ledger::{Edition, Fall, First, HighWater, HistoryEntry, LedgerStatus};
pub use result::{
    Awarded, Confidence, CriteriaCounts, DomainStatus, ForecastStatus, Gap, NextStep, ProfileCheck,
    Score, Spread,
};

/// The status of an assessment, written by Gradus. Lists are cut to a limit; counts are complete.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssessmentStatus {
    /// Whether it could be scored: at least one capability that the model requires is declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assessed: Option<bool>,
    /// The stage. Unknown criteria count as not met.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Rank>")]
    pub stage: Option<u32>,
    /// The name of the stage.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line>")]
    pub stage_name: Option<String>,
    /// The stage if every unknown criterion were met.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Rank>")]
    pub potential_stage: Option<u32>,
    /// The stage without waivers and without the assessment's own `notApplicable`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Rank>")]
    pub stage_without_waivers: Option<u32>,
    /// The weight of the criteria missing for the next stage.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Count>")]
    pub missing: Option<u64>,
    /// When the committed stage last changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Moment>")]
    pub stage_changed_at: Option<Timestamp>,
    /// Points, in graded models.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<Score>,
    /// Domains with applicable criteria.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 200))]
    pub domains: Vec<DomainStatus>,
    /// Counts over the scored positive criteria.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub criteria: Option<CriteriaCounts>,
    /// How many criteria rest on which class of evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    /// Unmet and unknown criteria, worst first, at most 50.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 50))]
    pub gaps: Vec<Gap>,
    /// The number of all gaps.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Count>")]
    pub total_gaps: Option<u64>,
    /// What to do next, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 10))]
    pub next_steps: Vec<NextStep>,
    /// The external award in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awarded: Option<Awarded>,
    /// The highest stage ever committed under one model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high_water: Option<HighWater>,
    /// The first stage ever committed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<First>,
    /// How many falls were committed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Count>")]
    pub regressions: Option<u64>,
    /// Open falls, overall and by domain, worst first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 200))]
    pub regression: Vec<Fall>,
    /// When the stage falls if nothing changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forecast: Option<ForecastStatus>,
    /// The profiles it is checked against.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 16))]
    pub profiles: Vec<ProfileCheck>,
    /// The lowest and highest stage of what a roll-up includes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spread: Option<Spread>,
    /// The last changes of the stage, oldest first, chained by digest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20))]
    pub history: Vec<HistoryEntry>,
    /// Internal state that is carried from one commit to the next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ledger: Option<LedgerStatus>,
    /// SHA-256 over what was scored, without ages.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Digest>")]
    pub inputs_digest: Option<String>,
    /// SHA-256 over the model's spec.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Digest>")]
    pub model_digest: Option<String>,
    /// The last request to score again that was completed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line>")]
    pub last_requested_at: Option<String>,
    /// `Ready`, `Regressed`, `TargetAtRisk`, `Paused`, `EvidenceStale`; `HistoryBroken` only when it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Conditions")]
    pub conditions: Vec<Condition>,
    /// The generation of the spec that this status describes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Count>")]
    pub observed_generation: Option<i64>,
}
