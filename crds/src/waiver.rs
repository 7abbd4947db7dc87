//! `Waiver`: an exception with an expiry date, requested by one person and approved by another.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::attestation::{Seal, Verification};
use crate::common::{Condition, Conditions};
use crate::words::{Count, Day, Kebab, Line, ObjectName, Prose, mirror};

/// An exception with an expiry date. One update may add `approvedBy`; nothing else can be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WaiverSpec {
    /// The assessment, in the same namespace.
    #[schemars(with = "ObjectName")]
    pub assessment: String,
    /// The waived criteria.
    #[schemars(with = "Vec<Kebab>", length(min = 1, max = 64), extend("x-kubernetes-list-type" = "set"))]
    pub criteria: Vec<String>,
    /// Why.
    #[schemars(with = "Prose")]
    pub reason: String,
    /// A ticket for the follow-up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line>")]
    pub ticket: Option<String>,
    /// The person who requests it.
    #[schemars(with = "Line")]
    pub requested_by: String,
    /// The person who approves it, another one than `requestedBy`. Without it, the waiver is not effective.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line>")]
    pub approved_by: Option<String>,
    /// Effective from the beginning of this day, UTC.
    #[schemars(with = "Day")]
    pub from: Date,
    /// Effective until the end of this day, UTC; at most 400 days after `from`.
    #[schemars(with = "Day")]
    pub until: Date,
    /// How the waived criteria are treated.
    pub treat_as: TreatAsWord,
}

mirror! {
    /// How an effective waiver treats a criterion.
    TreatAsWord of object::TreatAs {
        /// It counts as met.
        Met,
        /// It does not count at all.
        NotApplicable,
    }
}

/// The status of a waiver, written by Gradus.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WaiverStatus {
    /// Whether it is effective.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective: Option<bool>,
    /// Why it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<EffectiveReason>,
    /// Whether every waived criterion would be met without the waiver.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub would_pass_now: Option<bool>,
    /// Whether requester and approver are verified by an admission policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification: Option<Verification>,
    /// The spec and the admission policy at the time it was counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seal: Option<Seal>,
    /// `Ready`, `Effective`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Conditions")]
    pub conditions: Vec<Condition>,
    /// The generation of the spec that this status describes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Count>")]
    pub observed_generation: Option<i64>,
}

/// Why a waiver is not effective.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum EffectiveReason {
    /// It has not been approved.
    NotApproved,
    /// It has expired.
    Expired,
    /// It is not valid yet.
    NotYet,
    /// The assessment or a criterion does not exist.
    NoMatch,
    /// A criterion cannot be waived.
    NotWaivable,
    /// No admission policy restricts who may write it.
    Unguarded,
}
