//! Types that several kinds share.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use crate::words::{Line, Message, Moment, ObjectName};

/// An owner.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("minProperties" = 1))]
pub struct Owner {
    /// The team.
    #[schemars(with = "Option<Line>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// How to reach it: a channel, an address, a page.
    #[schemars(with = "Option<Line>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
}

/// A model: a MaturityModel object, or a built-in model if there is no such object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ModelReference {
    /// The name of the model, with its edition.
    #[schemars(with = "ObjectName")]
    pub name: String,
}

/// A profile by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProfileReference {
    /// The profile's name.
    #[schemars(with = "ObjectName")]
    pub name: String,
}

/// One condition of an object, as Kubernetes tools read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    /// The condition's name.
    #[serde(rename = "type")]
    #[schemars(with = "Line")]
    pub kind: String,
    /// `True`, `False` or `Unknown`.
    pub status: ConditionStatus,
    /// Why, as one `PascalCase` word.
    #[schemars(with = "Line")]
    pub reason: String,
    /// Why, in a sentence.
    #[schemars(with = "Message")]
    pub message: String,
    /// When the status last changed.
    #[schemars(with = "Moment")]
    pub last_transition_time: jiff::Timestamp,
    /// The generation of the spec that this condition describes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
}

/// The schema of a list of conditions: one of each type.
pub(crate) struct Conditions;

impl JsonSchema for Conditions {
    fn schema_name() -> Cow<'static, str> {
        "Conditions".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "type": "array",
            "maxItems": 8,
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["type"],
            "items": generator.subschema_for::<Condition>(),
        })
    }
}

/// The status of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ConditionStatus {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// It is not known.
    Unknown,
}

impl From<bool> for ConditionStatus {
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}
