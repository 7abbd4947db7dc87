//! `MaturityModel`: stages in order, domains, criteria, and the rule that turns met criteria into a stage.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::common::{Condition, Conditions, Owner};
use crate::criterion::Criterion;
use crate::scoring::Scoring;
use crate::words::{
    Address, CalendarPeriod, Count, Kebab, Line, ObjectName, Positive, Prose, Rank, Whole,
};

/// A stage model: data, never code. It may change; its digest is recorded wherever it is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MaturityModelSpec {
    /// The model's title.
    #[schemars(with = "Line")]
    pub title: String,
    /// The edition, as its publisher writes it.
    #[schemars(with = "Line")]
    pub version: String,
    /// Who answers for this text of the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// Where the model comes from, and on what terms.
    pub source: Source,
    /// Models that this one is related to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 16))]
    pub lineage: Vec<Lineage>,
    /// The edition before, and what became of its criteria.
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
    /// Answer scales that criteria name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 64))]
    pub scales: Vec<Scale>,
    /// The statements that are scored. Above about 200 of them a model needs server-side apply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 1000))]
    pub criteria: Vec<Criterion>,
    /// The rule that turns met criteria into a stage.
    pub scoring: Scoring,
}

/// Source and terms of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    /// Where the original is described.
    #[schemars(with = "Address")]
    pub url: String,
    /// The licence of this text.
    #[schemars(with = "Line")]
    pub licence: String,
    /// Who is to be named.
    #[schemars(with = "Prose")]
    pub attribution: String,
    /// How much of the original this is: `26 of 26`.
    #[schemars(with = "Line")]
    pub completeness: String,
    /// What this is not.
    #[schemars(with = "Prose")]
    pub disclaimer: String,
    /// Rules of ours, where the publisher keeps its own.
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
    /// This one is made from the other.
    DerivedFrom,
    /// This one is a part of the other.
    PartOf,
    /// This one is a later edition of the other.
    EditionOf,
    /// The two say similar things.
    RelatedTo,
}

/// The edition before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Supersedes {
    /// Its name.
    #[schemars(with = "ObjectName")]
    pub name: String,
    /// Criteria that have another name now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 1000))]
    pub moved: Vec<Moved>,
}

/// A criterion that has another name now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Moved {
    /// Its name in the edition before.
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
    /// The name; a stage without one is shown by its rank.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line>")]
    pub name: Option<String>,
    /// What the stage means.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Prose>")]
    pub summary: Option<String>,
    /// What must be had from outside to stand here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gate: Option<StageGate>,
    /// What reaching it opens.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 16))]
    pub unlocks: Vec<Unlock>,
}

/// A gate on a stage: an outside award of this model, for this stage or a higher one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StageGate {
    /// Whether an award of an outside organisation is asked for.
    pub external: bool,
    /// How long an award lasts from its `issued`, unless it ends earlier itself: `P3Y`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<CalendarPeriod>")]
    pub valid_for: Option<String>,
}

/// Something that reaching a stage opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unlock {
    /// Its name.
    #[schemars(with = "Kebab")]
    pub name: String,
    /// Its title.
    #[schemars(with = "Line")]
    pub title: String,
}

/// A domain: a view of the criteria with a stage or score of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Domain {
    /// The name.
    #[schemars(with = "Kebab")]
    pub name: String,
    /// The title.
    #[schemars(with = "Line")]
    pub title: String,
    /// The domain above it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Kebab>")]
    pub parent: Option<String>,
    /// Weight among its siblings. Left out: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Positive>")]
    pub weight: Option<u32>,
    /// Whether it has metric series of its own. Left out: false.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<bool>,
}

/// Answers and their points. Either `answers` for facts of text, or `ranges` for whole numbers, or both.
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
    /// Points by the value of a whole number, rising.
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
    /// The answer as people read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line>")]
    pub title: Option<String>,
    /// What it is worth.
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
    /// What it is worth.
    #[schemars(with = "Whole")]
    pub points: i64,
}

/// What Gradus says of a model.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MaturityModelStatus {
    /// How many stages it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Count>")]
    pub stages: Option<u64>,
    /// How many criteria it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Count>")]
    pub criteria: Option<u64>,
    /// `Ready`: valid and compiled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Conditions")]
    pub conditions: Vec<Condition>,
    /// The generation that this status was said of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Count>")]
    pub observed_generation: Option<i64>,
}
