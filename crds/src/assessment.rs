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
    /// The model: a MaturityModel object, or a built-in model if there is no such object.
    pub model: ModelReference,
    /// The owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// What is scored, in words. A label of metrics.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line>")]
    pub scope: Option<String>,
    /// The organisation. A label of metrics.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line>")]
    pub organisation: Option<String>,
    /// Attributes of the site, compared with `appliesTo` of the criteria.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "AttributeMap")]
    pub attributes: BTreeMap<String, Vec<String>>,
    /// Selects the capabilities of the namespace that count. Default: all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<Selector>,
    /// Makes this a roll-up of other assessments of the namespace, instead of an assessment of capabilities.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub includes: Option<Includes>,
    /// Providers whose domains limit those of this assessment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 32), extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["assessment"]))]
    pub consumes: Vec<Consumed>,
    /// Profiles to check. They never change the stage.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 16), extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub profiles: Vec<ProfileReference>,
    /// Criteria that do not apply to this assessment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 200), extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["criterion"]))]
    pub not_applicable: Vec<NotApplicable>,
    /// The stage to reach, and by when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
    /// Whether it raises alerts. Default: `Prescriptive`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<ModeWord>,
    /// Whether it is active. Default: `Active`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engagement: Option<Engagement>,
    /// When the organisation last answered, for surveys.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Day>")]
    pub responded_at: Option<Date>,
    /// What counts as a regression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regression: Option<Regression>,
}

/// A roll-up of other assessments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Includes {
    /// Selects assessments of the namespace with the same model.
    pub assessments: Selector,
    /// How the stage is computed from theirs.
    pub by: RollUp,
}

/// How the stage of a roll-up is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum RollUp {
    /// The lowest.
    Min,
    /// The mean, rounded down.
    Mean,
    /// The highest.
    Max,
}

/// A provider whose domains this assessment depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Consumed {
    /// The provider's assessment.
    #[schemars(with = "ObjectName")]
    pub assessment: String,
    /// Which of its domains.
    #[schemars(with = "Vec<Kebab>", length(min = 1, max = 64))]
    pub domains: Vec<String>,
}

/// A criterion that does not apply to an assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotApplicable {
    /// The criterion.
    #[schemars(with = "Kebab")]
    pub criterion: String,
    /// Why it does not apply.
    #[schemars(with = "Prose")]
    pub reason: String,
}

/// A target stage.
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
    /// Until the end of this day, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Day>")]
    pub by: Option<Date>,
}

mirror! {
    /// Whether an assessment raises alerts.
    ModeWord of object::Mode {
        /// It raises alerts.
        Prescriptive,
        /// It is only displayed and exported.
        Descriptive,
    }
}

/// Whether an assessment is active.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Engagement {
    /// The state. Default: `Active`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<EngagementWord>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Prose>")]
    pub reason: Option<String>,
    /// From the beginning of this day, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Day>")]
    pub since: Option<Date>,
    /// The planned end: the end of this day, UTC. A pause does not end by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Day>")]
    pub until: Option<Date>,
    /// The condition that ends a pause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resume_when: Option<ResumeWhen>,
    /// Models that replace this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<ObjectName>", length(max = 8))]
    pub moved_to: Vec<String>,
}

mirror! {
    /// Whether an assessment is active.
    EngagementWord of object::EngagementState {
        /// It is scored, committed and raises alerts.
        Active,
        /// Temporarily suspended: scored and displayed, but nothing is committed and no alert is raised.
        Paused,
        /// Not started yet; suspended in the same way.
        NotEngaged,
        /// Ended; suspended in the same way.
        Withdrawn,
    }
}

/// When a pause ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ResumeWhen {
    /// A capability of the namespace, by the object's name.
    #[schemars(with = "Kebab")]
    pub capability: String,
    /// A predicate over its facts. Default: the capability exists.
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Expression>")]
    pub predicate: Option<String>,
}

/// What counts as a regression.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Regression {
    /// How long the stage must stay below its high-water mark. Default: `0s`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Period>")]
    pub hold_for: Option<String>,
    /// What happens to the high-water mark when the model changes. Default: `NewMark`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_model_change: Option<OnModelChangeWord>,
    /// Accepts one fall: lowers the high-water mark to the current stage, once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledge: Option<Acknowledge>,
}

mirror! {
    /// What happens to the high-water mark when the model changes.
    OnModelChangeWord of object::OnModelChange {
        /// A new mark starts; the old one stays in the history.
        NewMark,
        /// The mark stays.
        Keep,
    }
}

/// The fall that is accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Acknowledge {
    /// The sequence of the fall, from `status.regression`.
    #[schemars(with = "Count")]
    pub sequence: u64,
}
