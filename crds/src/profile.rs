//! `Profile`: what a service needs of a site: minimum and maximum levels, checked, never changing the stage.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::common::{Condition, Conditions, ModelReference, Owner, ProfileReference};
use crate::words::{Count, Kebab, Line, Whole};

/// What a service needs of a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProfileSpec {
    /// The model that it speaks of.
    pub model: ModelReference,
    /// The service, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line>")]
    pub title: Option<String>,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// A profile whose requirements hold too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extends: Option<ProfileReference>,
    /// What is needed.
    #[schemars(length(min = 1, max = 200))]
    pub requirements: Vec<Requirement>,
}

/// One need: exactly one of `criterion`, `capability` and `domain`, and what is asked of it. A domain is asked by
/// level, a graded criterion by points, another criterion or a capability by `met: true`.
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
    /// At least this level or these points.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Whole>")]
    pub minimum: Option<i64>,
    /// At most this level or these points, where too high is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Whole>")]
    pub maximum: Option<i64>,
    /// It must be met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub met: Option<bool>,
}

/// What Gradus says of a profile.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProfileStatus {
    /// How many requirements it has, its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Count>")]
    pub requirements: Option<u64>,
    /// `Ready`: valid, and everything it names is there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Conditions")]
    pub conditions: Vec<Condition>,
    /// The generation that this status was said of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Count>")]
    pub observed_generation: Option<i64>,
}
