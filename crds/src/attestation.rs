//! `Attestation`: the statement of a named person, with an expiry date. Created or deleted, never changed.

use gradus_engine::fact::Facts;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::common::{Condition, Conditions};
use crate::words::{Address, Count, Day, FactMap, Kebab, Line, ObjectName, Prose, Rank};

/// The statement of a named person about a capability, with an expiry date. Immutable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttestationSpec {
    /// The subject.
    pub subject: Subject,
    /// The statement.
    #[schemars(with = "Prose")]
    pub statement: String,
    /// Facts about the capability: strings, whole numbers and booleans.
    #[serde(
        default,
        deserialize_with = "crate::facts::deserialize",
        skip_serializing_if = "Facts::is_empty"
    )]
    #[schemars(with = "FactMap")]
    pub facts: Facts,
    /// The person who makes the statement.
    #[schemars(with = "Line")]
    pub attested_by: String,
    /// How the person knows.
    pub method: Method,
    /// The external organisation of the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external: Option<External>,
    /// Documents that support it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 16))]
    pub references: Vec<Reference>,
    /// Valid from the beginning of this day, UTC.
    #[schemars(with = "Day")]
    pub issued: Date,
    /// Valid until the end of this day, UTC; at most three years after `issued`.
    #[schemars(with = "Day")]
    pub valid_until: Date,
}

/// The subject of an attestation: a capability of the namespace, or an external award for an assessment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("oneOf" = [
    {"required": ["capability"], "not": {"anyOf": [
        {"required": ["assessment"]}, {"required": ["model"]}, {"required": ["stage"]},
    ]}},
    {"required": ["assessment", "model", "stage"], "not": {"anyOf": [{"required": ["capability"]}]}},
]))]
pub struct Subject {
    /// The name of the Capability object.
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

/// How a person knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Method {
    /// By reading documents.
    Examine,
    /// By asking the people who operate it.
    Interview,
    /// By testing it.
    Test,
}

/// An external organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct External {
    /// Its name.
    #[schemars(with = "Line")]
    pub organisation: String,
}

/// A document that supports an attestation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reference {
    /// The URI.
    #[schemars(with = "Address")]
    pub uri: String,
    /// Its digest, with the algorithm: `sha256:…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line>")]
    pub digest: Option<String>,
}

/// The status of an attestation, written by Gradus.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttestationStatus {
    /// Whether it counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counted: Option<bool>,
    /// Why it does not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<CountedReason>,
    /// Whether the author is verified by an admission policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification: Option<Verification>,
    /// The spec and the admission policy at the time it was counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seal: Option<Seal>,
    /// `Ready`, `Counted`, `ValidityCapped`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Conditions")]
    pub conditions: Vec<Condition>,
    /// The generation of the spec that this status describes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Count>")]
    pub observed_generation: Option<i64>,
}

/// Why an attestation does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CountedReason {
    /// The subject does not exist.
    NoMatch,
    /// It has expired.
    Expired,
    /// It is not valid yet.
    NotYet,
    /// No admission policy restricts who may write it.
    Unguarded,
}

/// Whether an author is verified by an admission policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Verification {
    /// Verified.
    Verified,
    /// Not verified.
    Unverified,
}

/// Digests of the spec and of the admission policy at the time an object was counted.
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
