//! The status of an `Assessment`: the stage, why, what is missing, and what it remembers.

use std::collections::BTreeMap;

use gradus_engine::verdict::{Cause, Reason, Transition, Verdict};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::common::{Condition, Conditions};
use crate::words::{
    CauseWord, Count, Digest, Kebab, Line, Moment, ObjectName, Prose, Rank, ReasonWord,
    TransitionWord, VerdictWord,
};

/// What Gradus says of an assessment. Lists are cut, never silently: counts stand beside them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssessmentStatus {
    /// Whether there was something to score, and it could be scored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assessed: Option<bool>,
    /// The proven stage: Unknown counts as not met.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Rank>")]
    pub stage: Option<u32>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line>")]
    pub stage_name: Option<String>,
    /// The stage if everything unknown held.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Rank>")]
    pub potential_stage: Option<u32>,
    /// The stage with neither waivers nor the assessment's own notApplicable.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Rank>")]
    pub stage_without_waivers: Option<u32>,
    /// The weight of criteria missing for the next stage.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Count>")]
    pub missing: Option<u64>,
    /// When the stage last moved.
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
    /// How much of it is real.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    /// What is missing or unknown, worst first, the first 50.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 50))]
    pub gaps: Vec<Gap>,
    /// How many gaps there are in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Count>")]
    pub total_gaps: Option<u64>,
    /// What to do next, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 10))]
    pub next_steps: Vec<NextStep>,
    /// The outside award in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awarded: Option<Awarded>,
    /// The highest stage ever committed under one model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high_water: Option<HighWater>,
    /// The first stage ever committed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<First>,
    /// How many falls there were.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Count>")]
    pub regressions: Option<u64>,
    /// Falls that stand, overall and by domain, worst first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 200))]
    pub regression: Vec<Fall>,
    /// When the stage falls if nobody acts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forecast: Option<ForecastStatus>,
    /// The profiles it is checked against.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 16))]
    pub profiles: Vec<ProfileCheck>,
    /// The lowest and highest stage of what a roll-up includes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spread: Option<Spread>,
    /// The last moves, oldest first, chained by digest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20))]
    pub history: Vec<HistoryEntry>,
    /// What the ledger holds beside the fields above: carried from one commit to the next, for nobody to read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ledger: Option<LedgerStatus>,
    /// SHA-256 over what was scored, ages excluded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Digest>")]
    pub inputs_digest: Option<String>,
    /// SHA-256 over the model's spec.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Digest>")]
    pub model_digest: Option<String>,
    /// The last request to score again that was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line>")]
    pub last_requested_at: Option<String>,
    /// `Ready`, `Regressed`, `TargetAtRisk`, `Paused`, `EvidenceStale`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Conditions")]
    pub conditions: Vec<Condition>,
    /// The generation that this status was said of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Count>")]
    pub observed_generation: Option<i64>,
}

/// Points of a graded model, exact and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Score {
    /// The exact numerator, in decimal.
    #[schemars(with = "Line")]
    pub numerator: String,
    /// The exact denominator, in decimal.
    #[schemars(with = "Line")]
    pub denominator: String,
    /// To the model's digits; never rounded across a level.
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
    /// Its points, shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line>")]
    pub score: Option<String>,
    /// Weight met.
    #[schemars(with = "Count")]
    pub met: u64,
    /// Weight required for its next stage.
    #[schemars(with = "Count")]
    pub required: u64,
    /// Weight missing for its next stage.
    #[schemars(with = "Count")]
    pub missing: u64,
    /// Weight applicable.
    #[schemars(with = "Count")]
    pub of: u64,
    /// The highest stage ever committed for it.
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

/// What the applicable criteria rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Confidence {
    /// Met on probes.
    #[schemars(with = "Count")]
    pub probed: u64,
    /// Met on attestations.
    #[schemars(with = "Count")]
    pub attested: u64,
    /// Met on declarations.
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

/// Something to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NextStep {
    /// The criterion to meet.
    #[schemars(with = "Kebab")]
    pub criterion: String,
    /// Stages gained by it alone.
    #[schemars(with = "Rank")]
    pub gain: u32,
    /// Effort in days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effort_days: Option<u32>,
    /// Criteria that it opens.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<Kebab>", length(max = 32))]
    pub unlocks: Vec<String>,
    /// Criteria that must come first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<Kebab>", length(max = 32))]
    pub blocked_by: Vec<String>,
}

/// An outside award in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Awarded {
    /// The stage.
    #[schemars(with = "Rank")]
    pub stage: u32,
    /// Who granted it.
    #[schemars(with = "Line")]
    pub organisation: String,
    /// From this instant.
    #[schemars(with = "Moment")]
    pub at: Timestamp,
    /// Until this instant, exclusive.
    #[schemars(with = "Moment")]
    pub valid_until: Timestamp,
}

/// The highest stage ever committed under one model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HighWater {
    /// The model.
    #[schemars(with = "ObjectName")]
    pub model: String,
    /// The digest of its spec then.
    #[schemars(with = "Digest")]
    pub model_digest: String,
    /// The stage.
    #[schemars(with = "Rank")]
    pub stage: u32,
    /// When it was reached.
    #[schemars(with = "Moment")]
    pub at: Timestamp,
}

/// The first stage ever committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct First {
    /// The stage.
    #[schemars(with = "Rank")]
    pub stage: u32,
    /// When.
    #[schemars(with = "Moment")]
    pub at: Timestamp,
}

/// A fall that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Fall {
    /// Its sequence in the history: what an acknowledgement names.
    #[schemars(with = "Count")]
    pub sequence: u64,
    /// The domain that fell, when the model has no overall stage.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Kebab>")]
    pub domain: Option<String>,
    /// The mark it fell from.
    #[schemars(with = "Rank")]
    pub from: u32,
    /// The stage it was committed at; a partial recovery does not change it.
    #[schemars(with = "Rank")]
    pub to: u32,
    /// The highest stage since then, when it recovered in part.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Rank>")]
    pub recovered: Option<u32>,
    /// Since when.
    #[schemars(with = "Moment")]
    pub since: Timestamp,
    /// Why.
    #[schemars(with = "CauseWord")]
    pub cause: Cause,
    /// The capability that decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line>")]
    pub capability: Option<String>,
    /// The evidence, attestation or waiver that decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line>")]
    pub evidence: Option<String>,
}

/// The first fall if nobody acts.
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

/// One profile, checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProfileCheck {
    /// The profile.
    #[schemars(with = "ObjectName")]
    pub name: String,
    /// Whether everything it asks for is there.
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

/// One move of the stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HistoryEntry {
    /// One more than the entry before.
    #[schemars(with = "Count")]
    pub sequence: u64,
    /// When.
    #[schemars(with = "Moment")]
    pub at: Timestamp,
    /// What it tells.
    #[schemars(with = "TransitionWord")]
    pub transition: Transition,
    /// The domain, when the model has no overall stage.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Kebab>")]
    pub domain: Option<String>,
    /// The stage before; none at the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Rank>")]
    pub from: Option<u32>,
    /// The stage after.
    #[schemars(with = "Rank")]
    pub to: u32,
    /// Why, for falls and new marks.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<CauseWord>")]
    pub cause: Option<Cause>,
    /// The capability that decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line>")]
    pub capability: Option<String>,
    /// SHA-256 over the entry before's digest and this entry without its own.
    #[schemars(with = "Digest")]
    pub digest: String,
}

/// What the ledger holds beside the fields that people read. Without it, a restart would forget how long a
/// stage has been low, which acknowledgement was taken, and the marks of domains that are not shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-map-type" = "atomic"))]
pub struct LedgerStatus {
    /// The stage of the last commit: `stage` itself also moves while nothing is committed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Rank>")]
    pub stage: Option<u32>,
    /// The model text that every mark belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<Edition>,
    /// The highest stage ever committed of each domain, those that are not shown too.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, Rank>", extend("maxProperties" = 200))]
    pub domain_high_water: BTreeMap<String, u32>,
    /// The digest of the entry before the oldest one in `history`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Digest>")]
    pub history_anchor: Option<String>,
    /// Since when the stage is low, while `holdFor` runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Moment>")]
    pub below_since: Option<Timestamp>,
    /// The same by domain, when the model has no overall stage.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, Moment>", extend("maxProperties" = 200))]
    pub domain_below_since: BTreeMap<String, Timestamp>,
    /// The acknowledgement that was taken in last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Count>")]
    pub acknowledged: Option<u64>,
    /// SHA-256 over which capabilities counted at the last commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Digest>")]
    pub scope: Option<String>,
    /// Criteria that counted by a waiver alone at the last commit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<Kebab>", length(max = 64))]
    pub waived: Vec<String>,
}

/// One exact text of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Edition {
    /// The model.
    #[schemars(with = "ObjectName")]
    pub model: String,
    /// Its digest.
    #[schemars(with = "Digest")]
    pub model_digest: String,
}
