//! A model, checked and compiled: names become indices, `where` texts become predicates.

mod compile;
mod graph;
mod lint;
mod relations;
mod statement;

use std::sync::Arc;

use rustc_hash::FxHashMap;

pub(crate) use self::compile::point_range;
pub(crate) use self::statement::{Clause, Demand, Denial, Formula, Points, Statement, Test};
use crate::arena::{CriterionId, DomainId, Id, Table, row};
use crate::diagnostic::{Diagnostic, Severity};
use crate::interner::{Interner, Symbol};
use crate::key::Name;
use crate::model::{Criterion, Model};

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

impl Program {
    /// Checks everything that needs more than one field and compiles.
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
