//! A model, checked and compiled: names become indices, `where` texts become predicates.

mod compile;
mod graph;
mod lint;

use std::sync::Arc;

use num_rational::Ratio;
use rustc_hash::FxHashMap;

use crate::arena::{CriterionId, DomainId, Id, LeafId, StageId, Table, row};
use crate::diagnostic::{Diagnostic, Severity};
use crate::interner::{Interner, Symbol};
use crate::key::Name;
use crate::model::{Combine, Coverage, Criterion, CriterionKind, Model, Quantifier};
use crate::predicate::{Predicate, Slot};
use crate::verdict::EvidenceClass;

pub(crate) use self::compile::point_range;

/// A compiled model. Criteria, stages and domains keep the model's order: an index here is an
/// index there.
#[derive(Debug)]
pub struct Program {
    /// The model as its author states it.
    pub model: Arc<Model>,
    pub(crate) criteria: Table<CriterionId, Statement>,
    /// Criteria that ask for capabilities of a type.
    pub(crate) askers: FxHashMap<Symbol, Box<[CriterionId]>>,
    /// Criteria that read capabilities of a type: askers, and interim ones that it can hold.
    pub(crate) readers: FxHashMap<Symbol, Box<[CriterionId]>>,
    /// How many leaves all requirements have.
    pub(crate) leaves: usize,
    /// Leaves that ask for capabilities of a type.
    pub(crate) questions: FxHashMap<Symbol, Box<[Arc<Clause>]>>,
    /// Types that any criterion refers to, absence included.
    pub(crate) asked: Box<[Symbol]>,
    /// All criteria, each after everything that its verdict reads.
    pub(crate) order: Box<[CriterionId]>,
    /// Per criterion: those whose verdict reads its requirement, itself included, in order.
    pub(crate) affects: Table<CriterionId, Box<[CriterionId]>>,
    /// Per criterion: those that depend on it, directly or not, whatever the strength.
    pub(crate) dependants: Table<CriterionId, Box<[CriterionId]>>,
    /// The domains' children, in the model's order.
    pub(crate) children: Table<DomainId, Box<[DomainId]>>,
    /// The domains without a parent.
    pub(crate) roots: Box<[DomainId]>,
}

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
    /// Types that its transitive successors ask for: what can make it Held.
    pub(crate) successor_asks: Box<[Symbol]>,
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

/// Exact points.
pub(crate) type Points = Ratio<i64>;

impl Formula {
    /// Gives every leaf its criterion and its place, from `next` on, before anything shares it.
    fn number(&mut self, criterion: CriterionId, next: &mut usize) {
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

impl Program {
    /// Checks everything that needs more than one field (`api.md`'s lint rules) and compiles.
    ///
    /// # Errors
    ///
    /// Every finding, when one of them is an error; paths start at `spec`.
    pub fn compile(model: Arc<Model>) -> Result<Self, Vec<Diagnostic>> {
        Self::compile_with(model, &mut Interner::default())
    }

    /// Compiles with the names of a world, whose capabilities the program then reads.
    ///
    /// # Errors
    ///
    /// As [`Program::compile`].
    pub fn compile_with(model: Arc<Model>, names: &mut Interner) -> Result<Self, Vec<Diagnostic>> {
        let findings = Self::lint(&model);
        if findings
            .iter()
            .any(|finding| finding.severity == Severity::Error)
        {
            return Err(findings);
        }
        compile::compile(model, names)
    }

    /// Everything to say about a model, warnings included.
    pub fn lint(model: &Model) -> Vec<Diagnostic> {
        lint::lint(model)
    }

    /// How a rank is shown: its name, or the rank itself.
    pub fn stage_title(&self, rank: u32) -> String {
        let level = self.model.stages.iter().find(|stage| stage.rank == rank);
        level
            .and_then(|stage| stage.name.clone())
            .unwrap_or_else(|| rank.to_string())
    }

    /// A criterion by name.
    pub(crate) fn criterion(&self, name: &str) -> Option<CriterionId> {
        let mut criteria = self.model.criteria.iter();
        let place = criteria.position(|criterion| &*criterion.name == name)?;
        Some(CriterionId::of(place))
    }

    /// A criterion as its author states it.
    pub(crate) fn stated(&self, criterion: CriterionId) -> &Criterion {
        row(&self.model.criteria, criterion)
    }

    /// Every criterion, as its author states it and compiled.
    pub(crate) fn statements(
        &self,
    ) -> impl Iterator<Item = (CriterionId, &Criterion, &Statement)> + Clone {
        let stated = self.model.criteria.iter();
        let statements = stated.zip(self.criteria.entries());
        statements.map(|(stated, (id, statement))| (id, stated, statement))
    }

    /// The lowest rank: where a scope stands that has nothing.
    pub fn first_rank(&self) -> u32 {
        let stages = self.model.stages.first().map(|stage| stage.rank);
        let levels = self.model.scoring.levels.iter().map(|level| level.0).min();
        stages.or(levels).unwrap_or(0)
    }

    /// Types of capabilities that any criterion asks for, sorted by name.
    pub fn types(&self, names: &Interner) -> Vec<Name> {
        let mut types: Vec<Name> = self.readers.keys().map(|kind| names.name(*kind)).collect();
        types.sort();
        types
    }

    /// Whether the overall stage is one walk over all criteria.
    pub(crate) fn walks_overall(&self) -> bool {
        let scoring = &self.model.scoring;
        scoring.over == crate::model::Over::Criteria
            && scoring.by == crate::model::Aggregate::Walk
            && scoring.levels.is_empty()
    }
}
