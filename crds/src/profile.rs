//! `Profile`: what a service requires of a site. It is checked and never changes the stage.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::common::{Condition, Conditions, ModelReference, Owner, ProfileReference};
use crate::words::{Count, Kebab, Line, Whole};

/// What a service requires of a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProfileSpec {
    /// The model.
    pub model: ModelReference,
    /// The service, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line>")]
    pub title: Option<String>,
    /// The owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// A profile whose requirements are included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extends: Option<ProfileReference>,
    /// The requirements.
    #[schemars(length(min = 1, max = 200))]
    pub requirements: Vec<Requirement>,
}

/// One requirement: exactly one of `criterion`, `capability` and `domain`, with its limits. For a domain these are
/// levels, for a graded criterion points, for other criteria and capabilities `met: true`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend(
    "oneOf" = [
        {"required": ["criterion"]},
        {"required": ["capability"], "not": {"anyOf": [{"required": ["minimum"]}, {"required": ["maximum"]}]}},
        {"required": ["domain"], "not": {"anyOf": [{"required": ["met"]}]}},
    ],
    "anyOf" = [{"required": ["minimum"]}, {"required": ["maximum"]}, {"required": ["met"]}]
))]
pub struct Requirement {
    /// A criterion of the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Kebab>")]
    pub criterion: Option<String>,
    /// A type of capability.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Kebab>")]
    pub capability: Option<String>,
    /// A domain of the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Kebab>")]
    pub domain: Option<String>,
    /// The lowest level or points.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Whole>")]
    pub minimum: Option<i64>,
    /// The highest level or points.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Whole>")]
    pub maximum: Option<i64>,
    /// It must be met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub met: Option<bool>,
}

/// The status of a profile, written by Gradus.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProfileStatus {
    /// The number of its own requirements.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Count>")]
    pub requirements: Option<u64>,
    /// `Ready`: valid.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Conditions")]
    pub conditions: Vec<Condition>,
    /// The generation of the spec that this status describes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Count>")]
    pub observed_generation: Option<i64>,
}
