//! `Waiver`: an approved, expiring exception, in two steps: requested, then approved by another person.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::attestation::{Seal, Verification};
use crate::common::{Condition, Conditions};
use crate::words::{Count, Day, Kebab, Line, ObjectName, Prose, mirror};

/// An approved, expiring exception. One update may add `approvedBy`; nothing else ever changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WaiverSpec {
    /// The assessment it concerns, of the same namespace.
    #[schemars(with = "ObjectName")]
    pub assessment: String,
    /// The criteria it concerns.
    #[schemars(with = "Vec<Kebab>", length(min = 1, max = 64), extend("x-kubernetes-list-type" = "set"))]
    pub criteria: Vec<String>,
    /// Why.
    #[schemars(with = "Prose")]
    pub reason: String,
    /// Where it is followed up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line>")]
    pub ticket: Option<String>,
    /// Who asked.
    #[schemars(with = "Line")]
    pub requested_by: String,
    /// Who approved: another person. Without, the waiver is not effective.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line>")]
    pub approved_by: Option<String>,
    /// From the beginning of this day, UTC.
    #[schemars(with = "Day")]
    pub from: Date,
    /// Until the end of this day, UTC; at most 400 days after `from`.
    #[schemars(with = "Day")]
    pub until: Date,
    /// What it does to the criteria.
    pub treat_as: TreatAsWord,
}

mirror! {
    /// What an effective waiver does to a criterion.
    TreatAsWord of object::TreatAs {
        /// It counts as if it were met.
        Met,
        /// It leaves the fractions.
        NotApplicable,
    }
}

/// What Gradus says of a waiver.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WaiverStatus {
    /// Whether it is effective.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective: Option<bool>,
    /// Why it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<EffectiveReason>,
    /// Whether every criterion it names would be met without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub would_pass_now: Option<bool>,
    /// Whether a cluster vouches for who asked and who approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification: Option<Verification>,
    /// What was in force when it was counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seal: Option<Seal>,
    /// `Ready`, `Effective`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Conditions")]
    pub conditions: Vec<Condition>,
    /// The generation that this status was said of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Count>")]
    pub observed_generation: Option<i64>,
}

/// Why a waiver is not effective.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum EffectiveReason {
    /// Nobody has approved it.
    NotApproved,
    /// Its end has passed.
    Expired,
    /// It begins later.
    NotYet,
    /// The assessment or a criterion is not there.
    NoMatch,
    /// A criterion may not be waived.
    NotWaivable,
    /// No admission policy guards who may write it.
    Unguarded,
}
