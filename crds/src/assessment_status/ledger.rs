//! What an assessment remembers from one commit to the next: marks, falls, history. The operator writes it with
//! every commit and reads it back at a restart.

use std::collections::BTreeMap;

use gradus_engine::verdict::{Cause, Transition};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::words::{
    CauseWord, Count, Digest, Kebab, Line, Moment, ObjectName, Rank, TransitionWord,
};

/// The high-water mark: the highest stage ever committed under one model.
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

/// An open fall.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Fall {
    /// Its sequence in the history: what an acknowledgement names.
    #[schemars(with = "Count")]
    pub sequence: u64,
    /// The domain that fell, when the model has no overall stage.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Kebab>")]
    pub domain: Option<String>,
    /// The high-water mark it fell from.
    #[schemars(with = "Rank")]
    pub from: u32,
    /// The stage it fell to. A partial recovery does not change it.
    #[schemars(with = "Rank")]
    pub to: u32,
    /// The highest stage since then, after a partial recovery.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Rank>")]
    pub recovered: Option<u32>,
    /// Since when.
    #[schemars(with = "Moment")]
    pub since: Timestamp,
    /// Why.
    #[schemars(with = "CauseWord")]
    pub cause: Cause,
    /// The capability that caused it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line>")]
    pub capability: Option<String>,
    /// The evidence, attestation, waiver or dependency that caused it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line>")]
    pub evidence: Option<String>,
}

/// One change of the stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HistoryEntry {
    /// One more than the entry before.
    #[schemars(with = "Count")]
    pub sequence: u64,
    /// When.
    #[schemars(with = "Moment")]
    pub at: Timestamp,
    /// The kind of change.
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
    /// The capability that caused it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line>")]
    pub capability: Option<String>,
    /// SHA-256 over the digest of the previous entry and this entry without its digest.
    #[schemars(with = "Digest")]
    pub digest: String,
}

/// Internal state of the ledger. Without it, a restart would forget how long a stage has been low, which
/// acknowledgement was applied, and the marks of domains that are not displayed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-map-type" = "atomic"))]
pub struct LedgerStatus {
    /// The committed stage. `stage` in the status also changes while nothing is committed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Rank>")]
    pub stage: Option<u32>,
    /// The version of the model that every mark belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<Edition>,
    /// The high-water mark of each domain, including those that are not displayed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, Rank>", extend("maxProperties" = 200))]
    pub domain_high_water: BTreeMap<String, u32>,
    /// The digest of the entry before the oldest one in `history`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Digest>")]
    pub history_anchor: Option<String>,
    /// Since when the stage is below its mark, while `holdFor` runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Moment>")]
    pub below_since: Option<Timestamp>,
    /// The same by domain, when the model has no overall stage.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, Moment>", extend("maxProperties" = 200))]
    pub domain_below_since: BTreeMap<String, Timestamp>,
    /// The last acknowledgement that was applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Count>")]
    pub acknowledged: Option<u64>,
    /// SHA-256 over which capabilities counted at the last commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Digest>")]
    pub scope: Option<String>,
    /// Criteria that counted only because of a waiver at the last commit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<Kebab>", length(max = 64))]
    pub waived: Vec<String>,
}

/// One version of a model.
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
