//! A stage model as its author states it: stages, domains, criteria and the rule that turns met
//! criteria into a stage. `Program` is the same model, checked and compiled.
//!
//! References are by name here; left-out fields carry the defaults of the resource.

use std::collections::BTreeMap;

use jiff::Span;

use crate::key::Name;
use crate::verdict::EvidenceClass;

/// A stage model. `digest` names this exact text wherever the model is used.
#[derive(Debug, Clone)]
pub struct Model {
    /// The object's name, which carries the edition: `infram-2018`.
    pub name: Name,
    /// The model's title.
    pub title: String,
    /// The edition.
    pub version: String,
    /// SHA-256 over the spec's JSON with sorted keys, in hex.
    pub digest: Name,
    /// Where the model comes from, and on what terms.
    pub source: Source,
    /// Stages in order of rank; may be empty in a model of points only.
    pub stages: Vec<Stage>,
    /// Domains, a tree by `parent`.
    pub domains: Vec<Domain>,
    /// Answer scales by name.
    pub scales: Vec<Scale>,
    /// Criteria, in the author's order.
    pub criteria: Vec<Criterion>,
    /// The rule.
    pub scoring: Scoring,
}

/// Source and terms of a model.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// Where the original is described.
    pub url: String,
    /// The licence of this text.
    pub licence: String,
    /// The attribution that the licence asks for.
    pub attribution: String,
    /// How much of the original this is: `26 of 26`.
    pub completeness: String,
    /// What this is not.
    pub disclaimer: String,
    /// Rules of ours where the publisher keeps its own.
    pub house_rules: Vec<String>,
}

/// One stage.
#[derive(Debug, Clone)]
pub struct Stage {
    /// Ranks run without gaps from 0 or 1.
    pub rank: u32,
    /// The stage's name; shown by its rank when there is none.
    pub name: Option<String>,
    /// What the stage means.
    pub summary: Option<String>,
    /// What must be had from outside to stand here.
    pub gate: Option<StageGate>,
    /// What reaching it opens: name and title.
    pub unlocks: Vec<(String, String)>,
}

/// A gate on a stage: an outside award of this model, for this stage or a higher one.
#[derive(Debug, Clone, Copy)]
pub struct StageGate {
    /// How long an award lasts from its `issued`, unless it ends earlier itself.
    pub valid_for: Option<Span>,
}

/// A domain: a view of the criteria with a stage or score of its own.
#[derive(Debug, Clone)]
pub struct Domain {
    /// Kebab-case name.
    pub name: Name,
    /// The title.
    pub title: String,
    /// The domain above it.
    pub parent: Option<Name>,
    /// Weight among its siblings, at least 1.
    pub weight: u32,
    /// Whether it has metric series of its own.
    pub report: bool,
}

/// Answers and their points.
#[derive(Debug, Clone)]
pub struct Scale {
    /// The scale's name.
    pub name: Name,
    /// Points by the text of a string fact: (answer, title, points).
    pub answers: Vec<(Name, Option<String>, i64)>,
    /// Points by the value of an integer fact: (up to and with, points), rising.
    pub ranges: Vec<(i64, i64)>,
}

/// What kind of statement a criterion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CriterionKind {
    /// Something to have.
    Standard,
    /// A lesser state that a later one supersedes.
    Interim,
    /// Describes the site, never credits it.
    Negative,
}

/// One statement at one stage in one domain.
#[derive(Debug, Clone)]
pub struct Criterion {
    /// Unique, and stable across editions.
    pub name: Name,
    /// The stage's rank; none in graded models and where `scored` is false.
    pub stage: Option<u32>,
    /// The domain's name, when the model has domains.
    pub domain: Option<Name>,
    /// Domains it is shown in too; counted once.
    pub also_in: Vec<Name>,
    /// Views only.
    pub facets: BTreeMap<String, String>,
    /// The statement.
    pub title: String,
    /// How to meet it.
    pub guidance: Option<String>,
    /// What it is good for.
    pub outcomes: Vec<String>,
    /// Standard, Interim or Negative.
    pub kind: CriterionKind,
    /// Criteria that stand for this one when they are satisfied.
    pub superseded_by: Vec<Name>,
    /// Negative only: what it denies.
    pub negates: Option<Negates>,
    /// What must, or should, come first.
    pub depends_on: Vec<CriterionDependency>,
    /// At least 1.
    pub weight: u32,
    /// False: never in a fraction; may still be a successor.
    pub scored: bool,
    /// Effort to get there, in days.
    pub effort_days: Option<u32>,
    /// Ranks next steps; never scores.
    pub importance: Option<u32>,
    /// The weakest evidence that is believed.
    pub at_least: EvidenceClass,
    /// Whether only an outside organisation's attestation will do.
    pub external: bool,
    /// Whether a waiver may let it count.
    pub waivable: bool,
    /// Attribute values of the assessments it concerns; all keys must match, by any value.
    pub applies_to: BTreeMap<Name, Vec<Name>>,
    /// What it asks for.
    pub requires: Requires,
}

/// What a negative criterion denies.
#[derive(Debug, Clone)]
pub enum Negates {
    /// It describes the site when none of these is met.
    AnyOf(Vec<Name>),
    /// It describes the site when not all of these are met.
    AllOf(Vec<Name>),
}

/// How strong a dependency is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Strength {
    /// Without it, the dependant does not count.
    Gate,
    /// Said, never scored.
    Advise,
}

/// One criterion needs another.
#[derive(Debug, Clone)]
pub struct CriterionDependency {
    /// The criterion that comes first.
    pub criterion: Name,
    /// Gate or Advise.
    pub strength: Strength,
}

/// What a criterion asks of the capabilities.
#[derive(Debug, Clone)]
pub enum Requires {
    /// One leaf.
    Leaf(Leaf),
    /// Every item.
    AllOf(Vec<Item>),
    /// Some item.
    AnyOf(Vec<Item>),
    /// At least `count` of the items.
    AtLeast {
        /// How many.
        count: u32,
        /// Of which.
        of: Vec<Item>,
    },
}

/// An item of a composed requirement: a leaf, or one `anyOf` of leaves.
#[derive(Debug, Clone)]
pub enum Item {
    /// One leaf.
    Leaf(Leaf),
    /// Some leaf.
    AnyOf(Vec<Leaf>),
}

/// What is asked of the capabilities of one type.
#[derive(Debug, Clone)]
pub enum Leaf {
    /// The type is there, and the test holds.
    Capability {
        /// The type, not an object's name.
        capability: Name,
        /// How several capabilities of the type combine.
        quantifier: Quantifier,
        /// How their answers combine.
        combine: Combine,
        /// What is asked beyond being there.
        test: Test,
    },
    /// Holds on a claim of absence of this type, never on silence.
    Absent(Name),
}

/// Several capabilities of one type: some, or every one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Quantifier {
    /// One suffices (Kleene or).
    Any,
    /// All must (Kleene and).
    All,
}

/// Several answers to one question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Combine {
    /// The lowest.
    Min,
    /// The mean, exact.
    Mean,
    /// The highest.
    Max,
}

/// What is asked of a capability beyond being there.
#[derive(Debug, Clone)]
pub enum Test {
    /// Nothing.
    Exists,
    /// A predicate over facts and units, in the `where` grammar.
    Where(String),
    /// A share or a number of units.
    Coverage(Coverage),
    /// An answer on a scale.
    Choice {
        /// The fact that holds the answer.
        fact: Name,
        /// The scale's name.
        scale: Name,
    },
    /// A whole number that is itself the points.
    Grade {
        /// The fact that holds it.
        fact: Name,
        /// The lowest; below it, Unknown.
        min: i64,
        /// The highest; above it, Unknown.
        max: i64,
    },
}

/// How many units must be covered.
#[derive(Debug, Clone)]
pub struct Coverage {
    /// The threshold.
    pub threshold: CoverageThreshold,
    /// Units outside the share.
    pub exclude: Vec<Name>,
    /// Units that must be covered, excluded from the share or not.
    pub must_use: Vec<Name>,
}

/// A share of the units, or a number of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoverageThreshold {
    /// 100·covered >= percent·total; a total of 0 is Unknown.
    Percent(u32),
    /// covered >= count.
    Count(u64),
}

/// The rule that turns met criteria into a stage.
#[derive(Debug, Clone)]
pub struct Scoring {
    /// The stage walk's threshold and empty-stage rule.
    pub walk: Walk,
    /// How a domain without children comes out of its criteria.
    pub leaf: Aggregate,
    /// How a domain with children comes out of them; never `Walk`.
    pub inner: Aggregate,
    /// What the overall is made of.
    pub over: Over,
    /// How.
    pub by: Aggregate,
    /// What Unknown is worth in graded nodes.
    pub unknown: UnknownPoints,
    /// Digits shown after the point.
    pub digits: u32,
    /// Points to a level: (rank, numerator, denominator) of the lowest points of the level.
    pub levels: Vec<(u32, i64, i64)>,
}

/// Threshold of a stage, and what a stage without criteria does.
#[derive(Debug, Clone, Copy)]
pub struct Walk {
    /// Numerator of the share that must be met, inclusive.
    pub numerator: u32,
    /// Its denominator.
    pub denominator: u32,
    /// The empty-stage rule.
    pub empty_stage: EmptyStage,
}

/// What a stage without applicable criteria does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmptyStage {
    /// Passes, and is never the result.
    Skip,
    /// Passes, and may be the result.
    Pass,
    /// Fails.
    Fail,
}

/// How a node comes out of what is below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregate {
    /// The stage walk.
    Walk,
    /// The weighted mean, exact.
    Mean,
    /// The lowest.
    Min,
    /// The weighted sum.
    Sum,
    /// Nothing.
    None,
}

/// What the overall is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// All criteria.
    Criteria,
    /// The top domains.
    Domains,
}

/// What Unknown is worth in a graded node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownPoints {
    /// The lowest points (potential: the highest).
    Lowest,
    /// Left out, and said as k of n.
    Exclude,
    /// The node is Unknown too.
    Propagate,
}
