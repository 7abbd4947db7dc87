//! Criteria of a model, and what each asks of the capabilities.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::evidence::StrengthWord;
use crate::requires::Requires;
use crate::words::{AttributeMap, Kebab, Line, LineMap, Positive, Prose, Rank, mirror};

/// One statement at one stage in one domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Criterion {
    /// The name, unique in the model and stable across editions.
    #[schemars(with = "Kebab")]
    pub name: String,
    /// The stage's rank. Absent in graded models, and where `scored` is false.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Rank>")]
    pub stage: Option<u32>,
    /// The domain it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Kebab>")]
    pub domain: Option<String>,
    /// Domains in which it is shown too; it counts once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<Kebab>", length(max = 16))]
    pub also_in: Vec<String>,
    /// Other ways to sort criteria, for views only.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "LineMap")]
    pub facets: BTreeMap<String, String>,
    /// The statement.
    #[schemars(with = "Line")]
    pub title: String,
    /// How to meet it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Prose>")]
    pub guidance: Option<String>,
    /// What it is good for, shown in gaps, roadmap and report.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<Line>", length(max = 16))]
    pub outcomes: Vec<String>,
    /// What kind of statement it is. Left out: `Standard`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<CriterionKindWord>,
    /// Criteria that stand for this one when they are satisfied, themselves or through their own successors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<Kebab>", length(max = 20))]
    pub superseded_by: Vec<String>,
    /// For `Negative` only: what it denies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negates: Option<Negates>,
    /// What must, or should, come first: never of a later stage, never one that it supersedes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 32))]
    pub depends_on: Vec<CriterionDependency>,
    /// Its weight in every fraction and mean. Left out: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Positive>")]
    pub weight: Option<u32>,
    /// False: never in a fraction; it may still be a successor, and its facts are reported. Left out: true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scored: Option<bool>,
    /// Effort to get there, in days.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 100_000))]
    pub effort_days: Option<u32>,
    /// Ranks next steps together with the gain; never scores.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1000))]
    pub importance: Option<u32>,
    /// The evidence that is believed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<EvidenceFloor>,
    /// Whether a waiver may let it count. Left out: true, but false where `evidence.external` is true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waivable: Option<bool>,
    /// The attributes of the assessments it concerns: every name must match, by any of its values.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "AttributeMap")]
    pub applies_to: BTreeMap<String, Vec<String>>,
    /// What it asks for. Left out: a capability of the criterion's own name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requires: Option<Requires>,
}

mirror! {
    /// What kind of statement a criterion is.
    CriterionKindWord of model::CriterionKind {
        /// Something to have.
        Standard,
        /// A lesser state that a later criterion supersedes.
        Interim,
        /// Describes the site, never credits it.
        Negative,
    }
}

/// What a negative criterion denies: it describes the site when these are not met. Exactly one of the two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("oneOf" = [{"required": ["anyOf"]}, {"required": ["allOf"]}]))]
pub struct Negates {
    /// It describes the site when none of these is met.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<Kebab>", length(min = 1, max = 20))]
    pub any_of: Vec<String>,
    /// It describes the site when not all of these are met.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<Kebab>", length(min = 1, max = 20))]
    pub all_of: Vec<String>,
}

/// One criterion needs another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CriterionDependency {
    /// The criterion that comes first.
    #[schemars(with = "Kebab")]
    pub criterion: String,
    /// How strong it is. Left out: `Gate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strength: Option<StrengthWord>,
}

/// The evidence that a criterion believes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EvidenceFloor {
    /// The weakest class: `Declared` < `Attested` < `Probed`. Left out: `Declared`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<EvidenceClassWord>,
    /// Whether only the attestation of an outside organisation will do. Left out: false.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external: Option<bool>,
}

mirror! {
    /// How much a fact is worth.
    EvidenceClassWord of verdict::EvidenceClass {
        /// Somebody wrote it down.
        Declared,
        /// A named person answers for it, until a date.
        Attested,
        /// A machine looked.
        Probed,
    }
}
