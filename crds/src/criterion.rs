//! Criteria of a model.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::evidence::StrengthWord;
use crate::requires::Requires;
use crate::words::{AttributeMap, Kebab, Line, LineMap, Positive, Prose, Rank, mirror};

/// One statement, at one stage and in one domain.
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
    /// Other domains that display it. It counts only in `domain`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<Kebab>", length(max = 16))]
    pub also_in: Vec<String>,
    /// Other groupings, for display only.
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
    /// The benefits of meeting it, for display only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<Line>", length(max = 16))]
    pub outcomes: Vec<String>,
    /// The kind. Default: `Standard`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<CriterionKindWord>,
    /// Successors: this criterion also counts as met when one of these is met, directly or through its own successors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<Kebab>", length(max = 20))]
    pub superseded_by: Vec<String>,
    /// Only for `Negative`: the criteria that it negates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negates: Option<Negates>,
    /// Criteria that must or should be met first. Never of a later stage, never one that it supersedes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 32))]
    pub depends_on: Vec<CriterionDependency>,
    /// Its weight. Default: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Positive>")]
    pub weight: Option<u32>,
    /// Whether it counts. If false, it may still be a successor, and its facts are reported. Default: true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scored: Option<bool>,
    /// The effort to meet it, in days.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 100_000))]
    pub effort_days: Option<u32>,
    /// Ranks next steps, after their gain. Does not change the score.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1000))]
    pub importance: Option<u32>,
    /// The evidence that it requires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<EvidenceFloor>,
    /// Whether it can be waived. Default: true; false if `evidence.external` is true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waivable: Option<bool>,
    /// The attributes of the assessments to which it applies. Every name must match one of its values.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "AttributeMap")]
    pub applies_to: BTreeMap<String, Vec<String>>,
    /// What it requires. Default: a capability with the name of the criterion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requires: Option<Requires>,
}

mirror! {
    /// What kind of statement a criterion is.
    CriterionKindWord of model::CriterionKind {
        /// A capability to have.
        Standard,
        /// A lesser state that a later criterion supersedes.
        Interim,
        /// Describes a shortcoming. It is displayed but never counts.
        Negative,
    }
}

/// The criteria that a negative criterion negates. Exactly one of the two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("oneOf" = [{"required": ["anyOf"]}, {"required": ["allOf"]}]))]
pub struct Negates {
    /// It applies when none of these is met.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<Kebab>", length(min = 1, max = 20))]
    pub any_of: Vec<String>,
    /// It applies when not all of these are met.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<Kebab>", length(min = 1, max = 20))]
    pub all_of: Vec<String>,
}

/// A dependency on another criterion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CriterionDependency {
    /// The criterion that comes first.
    #[schemars(with = "Kebab")]
    pub criterion: String,
    /// How strong it is. Default: `Gate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strength: Option<StrengthWord>,
}

/// The evidence that a criterion requires.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EvidenceFloor {
    /// The weakest accepted class: `Declared` < `Attested` < `Probed`. Default: `Declared`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<EvidenceClassWord>,
    /// Whether only an attestation of an external organisation is accepted. Default: false.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external: Option<bool>,
}

mirror! {
    /// Classes of evidence, weakest first.
    EvidenceClassWord of verdict::EvidenceClass {
        /// Declared in a Capability.
        Declared,
        /// Attested by a named person, until a date.
        Attested,
        /// Observed by a probe.
        Probed,
    }
}
