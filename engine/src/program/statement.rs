//! Compiled criteria: names are ids, texts are predicates.

use std::sync::Arc;

use num_rational::Ratio;

use crate::arena::{CriterionId, DomainId, Id, LeafId, StageId};
use crate::interner::Symbol;
use crate::model::{Combine, Coverage, CriterionKind, Model, Quantifier};
use crate::predicate::{Predicate, Slot};
use crate::question::Question;
use crate::verdict::EvidenceClass;

/// A compiled criterion.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) stage: Option<StageId>,
    pub(crate) domain: Option<DomainId>,
    pub(crate) kind: CriterionKind,
    /// Scored and positive: inside fractions and counts.
    pub(crate) counts: bool,
    pub(crate) weight: u32,
    pub(crate) waivable: bool,
    /// Transitive successors.
    pub(crate) successors: Box<[CriterionId]>,
    /// Gate dependencies.
    pub(crate) gates: Box<[CriterionId]>,
    pub(crate) negates: Option<Denial>,
    pub(crate) formula: Formula,
    /// Types that its leaves ask for, absence aside.
    pub(crate) asks: Box<[Symbol]>,
    /// Types that the transitive successors of an interim criterion read: what can make it Held.
    pub(crate) successor_reads: Box<[Symbol]>,
    /// Highest and lowest points, when it is graded.
    pub(crate) points: Option<PointRange>,
    pub(crate) demand: Demand,
}

/// How strong the evidence must be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Demand {
    pub(crate) at_least: EvidenceClass,
    pub(crate) external: bool,
}

/// Lowest and highest points of a graded criterion.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PointRange {
    pub(crate) lowest: i64,
    pub(crate) highest: i64,
}

/// What a negative criterion denies.
#[derive(Debug)]
pub(crate) enum Denial {
    AnyOf(Box<[CriterionId]>),
    AllOf(Box<[CriterionId]>),
}

impl Denial {
    pub(crate) fn criteria(&self) -> &[CriterionId] {
        match self {
            Denial::AnyOf(criteria) | Denial::AllOf(criteria) => criteria,
        }
    }
}

/// A compiled requirement.
#[derive(Debug)]
pub(crate) enum Formula {
    Leaf(Arc<Clause>),
    AllOf(Box<[Formula]>),
    AnyOf(Box<[Formula]>),
    AtLeast(u32, Box<[Formula]>),
}

/// A compiled leaf.
#[derive(Debug)]
pub(crate) struct Clause {
    /// The criterion that asks.
    pub(crate) criterion: CriterionId,
    /// Its place among the leaves of the whole program.
    pub(crate) place: LeafId,
    pub(crate) kind: Symbol,
    pub(crate) quantifier: Quantifier,
    pub(crate) combine: Combine,
    pub(crate) test: Test,
}

/// A compiled test.
#[derive(Debug)]
pub(crate) enum Test {
    Exists,
    Absent,
    Where(Predicate),
    Coverage(Coverage),
    Choice { slot: Slot, scale: usize },
    Grade { slot: Slot, min: i64, max: i64 },
}

impl Test {
    /// The question of a graded test, with the fact that answers it.
    pub(crate) fn question<'a>(&self, model: &'a Model) -> Option<(Slot, Question<'a>)> {
        match *self {
            Test::Choice { slot, scale } => Some((slot, Question::Scale(model.scales.get(scale)?))),
            Test::Grade { slot, min, max } => Some((slot, Question::Grade { min, max })),
            Test::Exists | Test::Absent | Test::Where(_) | Test::Coverage(_) => None,
        }
    }
}

/// Exact points.
pub(crate) type Points = Ratio<i64>;

impl Formula {
    /// Gives every leaf its criterion and its place, from `next` on, before anything shares it.
    pub(super) fn number(&mut self, criterion: CriterionId, next: &mut usize) {
        match self {
            Formula::Leaf(clause) => {
                debug_assert_eq!(Arc::strong_count(clause), 1, "nothing shares a leaf yet");
                if let Some(clause) = Arc::get_mut(clause) {
                    (clause.criterion, clause.place) = (criterion, LeafId::of(*next));
                }
                *next += 1;
            }
            Formula::AllOf(items) | Formula::AnyOf(items) | Formula::AtLeast(_, items) => {
                for item in items {
                    item.number(criterion, next);
                }
            }
        }
    }

    /// Every leaf, in the author's order.
    pub(crate) fn clauses<'a>(&'a self, found: &mut impl FnMut(&'a Arc<Clause>)) {
        match self {
            Formula::Leaf(clause) => found(clause),
            Formula::AllOf(items) | Formula::AnyOf(items) | Formula::AtLeast(_, items) => {
                for item in items {
                    item.clauses(found);
                }
            }
        }
    }
}
