//! What the fold reads of a score.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::key::Name;
use crate::ledger::Grounds;
use crate::model::{Aggregate, Model, Over, Scoring};
use crate::object::Regression;
use crate::view::{AssessmentView, Because};

/// What is not met now and why, for naming the cause of a fall: sorted by stage, instant, name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Basis {
    /// Every scored positive criterion that counts as not met, and every closed stage gate.
    pub lost: Vec<Lost>,
    /// What the score rests on that can go without a trace.
    pub grounds: Grounds,
}

/// A criterion that counts as not met, or a closed stage gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// The stage that it weighs on.
    pub stage: Option<u32>,
    /// Its domain.
    pub domain: Option<Name>,
    /// The criterion, none for a gate.
    pub criterion: Option<Name>,
    /// When it flipped, as far as this process saw it.
    pub since: Option<Timestamp>,
    /// Why.
    pub because: Because,
    /// Whether nobody can say that it is lost: what it asks of is there, and cannot be read.
    pub unreadable: bool,
}

/// A loss with what it weighs, so that the one that broke a stage can be told from those that the
/// threshold had room for.
#[derive(Debug, Clone, Copy)]
pub struct Loss<'a> {
    /// What is lost.
    pub lost: &'a Lost,
    /// The criterion's weight; 0 for a gate.
    pub weight: u64,
}

/// Where one domain stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DomainOutcome<'a> {
    /// The domain.
    pub name: &'a str,
    /// Its stage.
    pub stage: u32,
    /// Weight missing for its next stage.
    pub missing: u64,
}

/// What the fold reads of a score.
#[expect(
    clippy::struct_excessive_bools,
    reason = "four answers that have nothing to do with each other"
)]
#[derive(Debug, Clone)]
pub struct Outcome<'a> {
    /// The model's name.
    pub model: &'a str,
    /// The model's digest.
    pub model_digest: &'a str,
    /// Whether the model has an overall stage at all; without, domains fall on their own.
    pub has_overall: bool,
    /// Whether the overall stage is the lowest of the domains' stages.
    pub lowest_domain_decides: bool,
    /// The proven stage; none when the model has no overall stage, or there is nothing to score.
    pub stage: Option<u32>,
    /// The lowest stage above it that does not pass.
    pub next_stage: Option<u32>,
    /// Weight missing for it.
    pub missing: u64,
    /// Stages of the domains.
    pub domains: Vec<DomainOutcome<'a>>,
    /// False when the score could not be computed: the fold changes nothing then.
    pub scored: bool,
    /// Paused, Descriptive, or not engaged: computed and shown, nothing committed or raised.
    pub suspended: bool,
    /// When a fall is a fall.
    pub regression: &'a Regression,
    /// What is not met.
    pub losses: Vec<Loss<'a>>,
    /// What the score rests on that can go without a trace.
    pub grounds: &'a Grounds,
}

impl<'a> Outcome<'a> {
    /// What the fold reads of a view; none when its model cannot be read.
    pub fn of(view: &'a AssessmentView) -> Option<Self> {
        let model = view.program.as_ref()?.model.as_ref();
        let scored = view.assessed && view.problem.is_none();
        Some(Self {
            model: &model.name,
            model_digest: &model.digest,
            has_overall: has_overall(model),
            lowest_domain_decides: lowest_domain_decides(&model.scoring),
            stage: view.stage.filter(|_| scored),
            next_stage: view.next_stage,
            missing: view.missing,
            domains: view
                .domains
                .iter()
                .filter_map(domain_outcome)
                .filter(|_| scored)
                .collect(),
            scored,
            suspended: view.suspended().is_some(),
            regression: &view.spec.regression,
            losses: weigh(model, &view.basis),
            grounds: &view.basis.grounds,
        })
    }

    /// Whether there is anything to commit: a score, of something, that takes part.
    pub(super) fn commits(&self) -> bool {
        let something = if self.has_overall {
            self.stage.is_some()
        } else {
            !self.domains.is_empty()
        };
        self.scored && !self.suspended && something
    }
}

fn domain_outcome(view: &crate::view::DomainView) -> Option<DomainOutcome<'_>> {
    let stage = view.stage?;
    Some(DomainOutcome {
        name: &view.name,
        stage,
        missing: view.missing,
    })
}

fn lowest_domain_decides(scoring: &Scoring) -> bool {
    scoring.over == Over::Domains && scoring.by == Aggregate::Min && scoring.leaf == Aggregate::Walk
}

fn has_overall(model: &Model) -> bool {
    match model.scoring.by {
        Aggregate::None => false,
        Aggregate::Walk => !model.stages.is_empty(),
        _ => !model.scoring.levels.is_empty() || lowest_domain_decides(&model.scoring),
    }
}

fn weigh<'a>(model: &Model, basis: &'a Basis) -> Vec<Loss<'a>> {
    let weights: HashMap<&str, u64> = model
        .criteria
        .iter()
        .map(|criterion| (criterion.name.as_ref(), u64::from(criterion.weight)))
        .collect();
    let weight = |lost: &Lost| {
        lost.criterion
            .as_deref()
            .and_then(|name| weights.get(name))
            .copied()
    };
    basis
        .lost
        .iter()
        .map(|lost| Loss {
            lost,
            weight: weight(lost).unwrap_or(0),
        })
        .collect()
}
