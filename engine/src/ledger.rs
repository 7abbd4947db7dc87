//! What an assessment remembers: high-water marks, falls, history.
//!
//! A ledger is folded from scores and enters the world only from an acknowledged commit, so a
//! crash between the two repeats the fold and commits the same thing once.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::key::Name;
use crate::verdict::{Cause, Transition};

/// What an assessment remembers. Kept in its status, or in the folder's state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Ledger {
    /// The stage of the last commit.
    pub stage: Option<u32>,
    /// When it last moved.
    pub stage_changed_at: Option<Timestamp>,
    /// The model text that every mark here belongs to.
    pub edition: Option<Edition>,
    /// The highest stage ever committed under one model.
    pub high_water: Option<Mark>,
    /// The first stage ever committed.
    pub first: Option<First>,
    /// Per-domain marks, by domain.
    pub domain_high_water: BTreeMap<String, u32>,
    /// The sequence of the last history entry.
    pub sequence: u64,
    /// How many falls there were.
    pub regressions: u64,
    /// Falls that stand, worst first.
    pub standing: Vec<Fall>,
    /// The last entries, oldest first, at most [`Ledger::HISTORY`].
    pub history: Vec<Entry>,
    /// The digest of the entry before the oldest one kept; none while all are kept.
    pub history_anchor: Option<String>,
    /// Since when the stage is below the mark (or below the standing fall's lowest), while `holdFor` runs.
    pub below_since: Option<Timestamp>,
    /// The same by domain, when the model has no overall stage.
    pub domain_below_since: BTreeMap<String, Timestamp>,
    /// The `acknowledge` that was taken in last, whether its fall stood then or not: it is never
    /// taken twice, and never kept for a fall to come.
    pub acknowledged: Option<u64>,
    /// What the stage of the last commit rested on that can go without a trace.
    pub grounds: Grounds,
}

impl Ledger {
    /// How many history entries are kept.
    pub const HISTORY: usize = 20;

    /// Whether any stage was ever committed: losing everything is a fall from then on, and no
    /// longer `NotAssessed`.
    pub fn has_mark(&self) -> bool {
        self.high_water.is_some() || !self.domain_high_water.is_empty()
    }
}

/// What a score rests on that can go without a trace. It is kept until its loss is committed, so that a
/// restart in between does not change the cause that is named.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Grounds {
    /// SHA-256 in hex over which capabilities count.
    pub scope: Option<String>,
    /// Criteria that counted by a waiver alone, sorted, at most [`Grounds::WAIVED`].
    pub waived: Vec<String>,
}

impl Grounds {
    /// How many waived criteria are remembered; of more, the cause is read off what is left.
    pub const WAIVED: usize = 64;

    /// Whether a criterion counted by a waiver alone.
    pub fn waives(&self, criterion: &str) -> bool {
        self.waived
            .binary_search_by(|known| known.as_str().cmp(criterion))
            .is_ok()
    }
}

/// One exact text of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Edition {
    /// The model's name.
    pub model: String,
    /// The model's digest.
    pub model_digest: String,
}

/// The highest stage ever committed under one model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mark {
    /// The model's name.
    pub model: String,
    /// The model's digest.
    pub model_digest: String,
    /// The stage.
    pub stage: u32,
    /// When it was reached.
    pub at: Timestamp,
}

/// The first stage ever committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct First {
    /// The stage.
    pub stage: u32,
    /// When.
    pub at: Timestamp,
}

/// A fall that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fall {
    /// Its sequence in the history.
    pub sequence: u64,
    /// The domain that fell, when the model has no overall stage.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub domain: Option<String>,
    /// The mark it fell from.
    pub from: u32,
    /// The stage it was committed at; a partial recovery does not change it.
    pub to: u32,
    /// The highest stage since then, when it recovered in part.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub recovered: Option<u32>,
    /// Since when.
    pub since: Timestamp,
    /// Why.
    pub cause: Cause,
    /// The capability that decided.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub capability: Option<String>,
    /// The evidence, attestation or waiver that decided.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub evidence: Option<String>,
}

/// One entry of the history: a rise, a fall, a restoration or a new mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// One more than the entry before.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// What it tells.
    pub transition: Transition,
    /// The domain, when the model has no overall stage.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub domain: Option<String>,
    /// The stage before; none at the first.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from: Option<u32>,
    /// The stage after.
    pub to: u32,
    /// Why, where a reason is due: falls and new marks.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cause: Option<Cause>,
    /// The capability that decided.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub capability: Option<String>,
    /// SHA-256 in hex over the entry before's digest and this entry without its own.
    pub digest: String,
}

/// Where a history does not hold together.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Broken {
    /// An entry's digest is not that of its content and the entry before.
    #[error("history entry {sequence} was altered after it was written")]
    Digest {
        /// The entry.
        sequence: u64,
    },
    /// A sequence does not follow the one before.
    #[error("history entry {sequence} does not follow the entry before it")]
    Sequence {
        /// The entry that stands where another belongs.
        sequence: u64,
    },
    /// The last entry is not the last one that was written.
    #[error("the history ends at {last}, and {sequence} entries were written")]
    End {
        /// The sequence of the last entry kept.
        last: u64,
        /// The ledger's sequence.
        sequence: u64,
    },
}

/// A cause with what decided, as the history says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Because {
    /// The cause.
    pub cause: Cause,
    /// The capability that decided.
    pub capability: Option<Name>,
    /// The evidence, attestation or waiver that decided.
    pub evidence: Option<Name>,
}

impl Because {
    /// A cause that no object decided.
    pub fn of(cause: Cause) -> Self {
        Self {
            cause,
            capability: None,
            evidence: None,
        }
    }
}
