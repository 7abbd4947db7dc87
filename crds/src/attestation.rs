//! `Attestation`: a named person's word, with its end. Never edited: created or deleted.

use gradus_engine::fact::Facts;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::common::{Condition, Conditions};
use crate::words::{Address, Count, Day, FactMap, Kebab, Line, ObjectName, Prose, Rank};

/// A named person's word, with its end. Immutable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttestationSpec {
    /// What it is about.
    pub subject: Subject,
    /// What is said.
    #[schemars(with = "Prose")]
    pub statement: String,
    /// What is stated of the capability: strings, whole numbers and booleans.
    #[serde(
        default,
        deserialize_with = "crate::facts::deserialize",
        skip_serializing_if = "Facts::is_empty"
    )]
    #[schemars(with = "FactMap")]
    pub facts: Facts,
    /// Who says it.
    #[schemars(with = "Line")]
    pub attested_by: String,
    /// How they know.
    pub method: Method,
    /// The outside organisation that says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external: Option<External>,
    /// What it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 16))]
    pub references: Vec<Reference>,
    /// From the beginning of this day, UTC.
    #[schemars(with = "Day")]
    pub issued: Date,
    /// Until the end of this day, UTC; at most three years after `issued`.
    #[schemars(with = "Day")]
    pub valid_until: Date,
}

/// What an attestation is about: a capability of the namespace, or an outside award for an assessment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("oneOf" = [
    {"required": ["capability"], "not": {"anyOf": [
        {"required": ["assessment"]}, {"required": ["model"]}, {"required": ["stage"]},
    ]}},
    {"required": ["assessment", "model", "stage"], "not": {"anyOf": [{"required": ["capability"]}]}},
]))]
pub struct Subject {
    /// A capability, by the object's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Kebab>")]
    pub capability: Option<String>,
    /// The assessment that is awarded a stage.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<ObjectName>")]
    pub assessment: Option<String>,
    /// The model of the award.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<ObjectName>")]
    pub model: Option<String>,
    /// The stage awarded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Rank>")]
    pub stage: Option<u32>,
}

/// How somebody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Method {
    /// They read what is written about it.
    Examine,
    /// They asked those who run it.
    Interview,
    /// They tried it.
    Test,
}

/// An outside organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct External {
    /// Its name.
    #[schemars(with = "Line")]
    pub organisation: String,
}

/// Something that an attestation rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reference {
    /// Where it is.
    #[schemars(with = "Address")]
    pub uri: String,
    /// Its digest, with the algorithm: `sha256:…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line>")]
    pub digest: Option<String>,
}

/// What Gradus says of an attestation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttestationStatus {
    /// Whether it counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counted: Option<bool>,
    /// Why it does not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<CountedReason>,
    /// Whether a cluster vouches for who wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification: Option<Verification>,
    /// What was in force when it was counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seal: Option<Seal>,
    /// `Ready`, `Counted`, `ValidityCapped`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Conditions")]
    pub conditions: Vec<Condition>,
    /// The generation that this status was said of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Count>")]
    pub observed_generation: Option<i64>,
}

/// Why an attestation does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CountedReason {
    /// What it is about is not there.
    NoMatch,
    /// Its end has passed.
    Expired,
    /// It begins later.
    NotYet,
    /// No admission policy guards who may write it.
    Unguarded,
}

/// Whether a cluster vouches for who wrote something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Verification {
    /// It does.
    Verified,
    /// It does not.
    Unverified,
}

/// The digests of what was in force when an object was counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Seal {
    /// Of the object's spec.
    #[schemars(with = "crate::words::Digest")]
    pub spec: String,
    /// Of the admission policy: uid and generation.
    #[schemars(with = "Line")]
    pub policy: String,
    /// Of its binding: uid and generation.
    #[schemars(with = "Line")]
    pub binding: String,
}
