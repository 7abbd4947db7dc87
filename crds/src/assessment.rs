//! `Assessment`: one scope scored against one model. Its status is in [`crate::assessment_status`].

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::common::{ModelReference, Owner, ProfileReference};
use crate::evidence::Selector;
use crate::words::{
    AttributeMap, Count, Day, Expression, Kebab, Line, ObjectName, Period, Prose, Rank, mirror,
};

/// One scope scored against one model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("not" = {"required": ["capabilities", "includes"]}))]
pub struct AssessmentSpec {
    /// The model, found as an object first, else in the library.
    pub model: ModelReference,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// What is scored, in words; a label of metrics and surveys.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line>")]
    pub scope: Option<String>,
    /// The organisation; a label of metrics and surveys.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line>")]
    pub organisation: Option<String>,
    /// What the criteria's `appliesTo` is held against.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "AttributeMap")]
    pub attributes: BTreeMap<String, Vec<String>>,
    /// Which capabilities of the namespace count. Left out: all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<Selector>,
    /// Makes this a roll-up of other assessments of the namespace, instead of capabilities.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub includes: Option<Includes>,
    /// Providers whose domains bound the ones of this assessment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 32), extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["assessment"]))]
    pub consumes: Vec<Consumed>,
    /// Profiles that are checked; they never change the stage.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 16), extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub profiles: Vec<ProfileReference>,
    /// Criteria that do not concern this assessment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 200), extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["criterion"]))]
    pub not_applicable: Vec<NotApplicable>,
    /// Where it wants to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
    /// Whether it raises alerts of its own. Left out: `Prescriptive`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<ModeWord>,
    /// Whether it takes part. Left out: `Active`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engagement: Option<Engagement>,
    /// When the organisation last answered, for surveys with a window.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Day>")]
    pub responded_at: Option<Date>,
    /// When a fall is a fall.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regression: Option<Regression>,
}

/// A roll-up of other assessments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Includes {
    /// Which assessments of the namespace, of the same model.
    pub assessments: Selector,
    /// How the stage comes out of theirs.
    pub by: RollUp,
}

/// How a roll-up's stage comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum RollUp {
    /// The lowest.
    Min,
    /// The mean, rounded down.
    Mean,
    /// The highest.
    Max,
}

/// A provider whose domains this assessment lives on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Consumed {
    /// The provider's assessment.
    #[schemars(with = "ObjectName")]
    pub assessment: String,
    /// Which of its domains.
    #[schemars(with = "Vec<Kebab>", length(min = 1, max = 64))]
    pub domains: Vec<String>,
}

/// A criterion that does not concern this assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotApplicable {
    /// The criterion.
    #[schemars(with = "Kebab")]
    pub criterion: String,
    /// Why it does not concern it.
    #[schemars(with = "Prose")]
    pub reason: String,
}

/// Where an assessment wants to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// The stage.
    #[schemars(with = "Rank")]
    pub stage: u32,
    /// An aspiration above it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Rank>")]
    pub up_to: Option<u32>,
    /// By the end of this day, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Day>")]
    pub by: Option<Date>,
}

mirror! {
    /// Whether an assessment raises alerts of its own.
    ModeWord of object::Mode {
        /// It does.
        Prescriptive,
        /// It only reports.
        Descriptive,
    }
}

/// Whether an assessment takes part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Engagement {
    /// The state. Left out: `Active`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<EngagementWord>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Prose>")]
    pub reason: Option<String>,
    /// Since the beginning of this day, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Day>")]
    pub since: Option<Date>,
    /// A promise: until the end of this day, UTC. A pause does not end by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Day>")]
    pub until: Option<Date>,
    /// A pause ends when this holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resume_when: Option<ResumeWhen>,
    /// Models that it is scored by instead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<ObjectName>", length(max = 8))]
    pub moved_to: Vec<String>,
}

mirror! {
    /// Whether an assessment takes part.
    EngagementWord of object::EngagementState {
        /// It does.
        Active,
        /// Not now: computed and shown, nothing committed or raised.
        Paused,
        /// Not yet.
        NotEngaged,
        /// No longer.
        Withdrawn,
    }
}

/// When a pause ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ResumeWhen {
    /// A capability of the namespace, by the object's name.
    #[schemars(with = "Kebab")]
    pub capability: String,
    /// What must hold of its facts. Left out: that it is there.
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Expression>")]
    pub predicate: Option<String>,
}

/// When a fall is a fall.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Regression {
    /// How long the stage must stay below the mark. Left out: `0s`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Period>")]
    pub hold_for: Option<String>,
    /// What a changed model does to the mark. Left out: `NewMark`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_model_change: Option<OnModelChangeWord>,
    /// Accepts one fall: the mark comes down to the present stage, once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledge: Option<Acknowledge>,
}

mirror! {
    /// What a changed model digest does to the mark.
    OnModelChangeWord of object::OnModelChange {
        /// A new mark starts; the old one goes into history.
        NewMark,
        /// The mark stays.
        Keep,
    }
}

/// The fall that is accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Acknowledge {
    /// Its sequence in the history.
    #[schemars(with = "Count")]
    pub sequence: u64,
}
