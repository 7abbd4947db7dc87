//! `MaturityModel`: stages in order, domains, criteria, and the scoring rule.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::common::{Condition, Conditions, Owner};
use crate::criterion::Criterion;
use crate::scoring::Scoring;
use crate::words::{
    Address, CalendarPeriod, Count, Kebab, Line, ObjectName, Positive, Prose, Rank, Whole,
};

/// A maturity model. It may change; its digest is recorded wherever it is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MaturityModelSpec {
    /// The model's title.
    #[schemars(with = "Line")]
    pub title: String,
    /// The edition, as its publisher writes it.
    #[schemars(with = "Line")]
    pub version: String,
    /// The owner of this model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// The source and the licence of the model.
    pub source: ModelSource,
    /// Related models.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 16))]
    pub lineage: Vec<Lineage>,
    /// The previous edition, and its renamed criteria.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<Supersedes>,
    /// Stages in order of rank, without gaps, the first 0 or 1. Empty in a model of points only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 32))]
    pub stages: Vec<Stage>,
    /// Domains, a tree by `parent`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 200))]
    pub domains: Vec<Domain>,
    /// Answer scales for criteria.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 64))]
    pub scales: Vec<Scale>,
    /// The criteria. A model with more than about 200 needs server-side apply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 1000))]
    pub criteria: Vec<Criterion>,
    /// The rule that computes the stage from met criteria.
    pub scoring: Scoring,
}

/// The source and the licence of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModelSource {
    /// The URL of the original.
    #[schemars(with = "Address")]
    pub url: String,
    /// The licence.
    #[schemars(with = "Line")]
    pub licence: String,
    /// The attribution that the licence requires.
    #[schemars(with = "Prose")]
    pub attribution: String,
    /// How much of the original this model contains, such as `26 of 26`.
    #[schemars(with = "Line")]
    pub completeness: String,
    /// The disclaimer.
    #[schemars(with = "Prose")]
    pub disclaimer: String,
    /// Rules that this model defines where the publisher has not published its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<Prose>", length(max = 64))]
    pub house_rules: Vec<String>,
}

/// A related model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Lineage {
    /// The other model's name.
    #[schemars(with = "ObjectName")]
    pub model: String,
    /// How they are related.
    pub relation: Relation,
}

/// How two models are related.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Relation {
    /// This one is derived from the other.
    DerivedFrom,
    /// This one is a part of the other.
    PartOf,
    /// This one is a later edition of the other.
    EditionOf,
    /// The two are similar.
    RelatedTo,
}

/// The previous edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Supersedes {
    /// Its name.
    #[schemars(with = "ObjectName")]
    pub name: String,
    /// Renamed criteria.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 1000))]
    pub moved: Vec<Moved>,
}

/// A renamed criterion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Moved {
    /// Its name in the previous edition.
    #[schemars(with = "Kebab")]
    pub from: String,
    /// Its name in this one.
    #[schemars(with = "Kebab")]
    pub to: String,
}

/// One stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stage {
    /// The rank.
    #[schemars(with = "Rank")]
    pub rank: u32,
    /// The name. A stage without a name is displayed by its rank.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line>")]
    pub name: Option<String>,
    /// What the stage means.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Prose>")]
    pub summary: Option<String>,
    /// An external award that this stage requires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gate: Option<StageGate>,
    /// What becomes available with this stage.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 16))]
    pub unlocks: Vec<Unlock>,
}

/// A gate on a stage: an external award for this model, for this stage or a higher one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StageGate {
    /// Whether an award of an external organisation is required.
    pub external: bool,
    /// How long an award is valid after its `issued`, unless it ends earlier, such as `P3Y`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<CalendarPeriod>")]
    pub valid_for: Option<String>,
}

/// Something that becomes available with a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unlock {
    /// Its name.
    #[schemars(with = "Kebab")]
    pub name: String,
    /// Its title.
    #[schemars(with = "Line")]
    pub title: String,
}

/// A domain: a group of criteria with its own stage or score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Domain {
    /// The name.
    #[schemars(with = "Kebab")]
    pub name: String,
    /// The title.
    #[schemars(with = "Line")]
    pub title: String,
    /// The parent domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Kebab>")]
    pub parent: Option<String>,
    /// Weight among its siblings. Default: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Positive>")]
    pub weight: Option<u32>,
    /// Whether it has its own metric series. Default: false.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<bool>,
}

/// Answers and their points: `answers` for facts that are text, `ranges` for whole numbers, or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("anyOf" = [{"required": ["answers"]}, {"required": ["ranges"]}]))]
pub struct Scale {
    /// The scale's name.
    #[schemars(with = "Kebab")]
    pub name: String,
    /// Points by the text of a fact.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(min = 1, max = 32))]
    pub answers: Vec<Answer>,
    /// Points by the value of a whole number, in ascending order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(min = 1, max = 32))]
    pub ranges: Vec<Range>,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The text of the fact.
    #[schemars(with = "Line")]
    pub name: String,
    /// The answer, as displayed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line>")]
    pub title: Option<String>,
    /// The points.
    #[schemars(with = "Whole")]
    pub points: i64,
}

/// One range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Range {
    /// The largest value of the range.
    #[schemars(with = "Whole")]
    pub up_to: i64,
    /// The points.
    #[schemars(with = "Whole")]
    pub points: i64,
}

/// The status of a model, written by Gradus.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MaturityModelStatus {
    /// The number of stages.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Count>")]
    pub stages: Option<u64>,
    /// The number of criteria.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Count>")]
    pub criteria: Option<u64>,
    /// `Ready`: valid and compiled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Conditions")]
    pub conditions: Vec<Condition>,
    /// The generation of the spec that this status describes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Count>")]
    pub observed_generation: Option<i64>,
}
