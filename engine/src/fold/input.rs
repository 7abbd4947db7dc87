//! What the fold reads of a settled assessment.

use jiff::Timestamp;

use crate::key::Name;
use crate::ledger::{Because, Grounds};
use crate::model::{Aggregate, Model, Over};
use crate::object::Regression;

/// What the fold reads of a settled assessment: `World::fold_input` makes it. It names the cause of
/// every loss, so that nothing is looked for while folding.
#[derive(Debug, Clone)]
pub struct FoldInput {
    /// The model's name.
    pub model: Name,
    /// The model's digest.
    pub model_digest: Name,
    /// What the model's overall stage is made of.
    pub overall: Overall,
    /// The proven stage; none when the model has no overall stage, or there is nothing to score.
    pub stage: Option<u32>,
    /// The lowest stage above it that does not pass.
    pub next_stage: Option<u32>,
    /// Weight missing for it.
    pub missing: u64,
    /// Stages of the domains.
    pub domains: Vec<DomainStage>,
    /// False when nothing was ever declared of it: the fold changes nothing then.
    pub assessed: bool,
    /// Paused, Descriptive, or not engaged: computed and shown, nothing committed or raised.
    pub suspended: bool,
    /// When a fall is a fall.
    pub regression: Regression,
    /// Every scored positive criterion that counts as not met, and every closed stage gate: sorted
    /// by stage, instant, name.
    pub losses: Vec<Loss>,
    /// What the score rests on that can go without a trace.
    pub grounds: Grounds,
}

/// What the overall stage of a model is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overall {
    /// There is none: domains rise and fall on their own.
    None,
    /// Criteria or points.
    Whole,
    /// The lowest of the domains' stages.
    LowestDomain,
}

/// Where one domain stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainStage {
    /// The domain.
    pub name: Name,
    /// Its stage.
    pub stage: u32,
    /// Weight missing for its next stage.
    pub missing: u64,
}

/// A criterion that counts as not met, or a closed stage gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// The stage that it weighs on.
    pub stage: Option<u32>,
    /// Its domain.
    pub domain: Option<Name>,
    /// The criterion, none for a gate.
    pub criterion: Option<Name>,
    /// The criterion's weight; 0 for a gate. It tells the loss that broke a stage from those that
    /// the threshold had room for.
    pub weight: u64,
    /// When it flipped, as far as this process saw it.
    pub since: Option<Timestamp>,
    /// Why.
    pub because: Because,
    /// Whether nobody can say that it is lost: what it asks of is there, and cannot be read.
    pub unreadable: bool,
}

impl FoldInput {
    /// Whether there is anything to commit: a score, of something, that takes part.
    pub(super) fn commits(&self) -> bool {
        let something = if self.overall.is_some() {
            self.stage.is_some()
        } else {
            !self.domains.is_empty()
        };
        self.assessed && !self.suspended && something
    }
}

impl Overall {
    /// What the overall stage of a model is made of.
    pub fn of(model: &Model) -> Self {
        let scoring = &model.scoring;
        let lowest_domain = scoring.over == Over::Domains
            && scoring.by == Aggregate::Min
            && scoring.leaf == Aggregate::Walk;
        match scoring.by {
            _ if lowest_domain => Self::LowestDomain,
            Aggregate::None => Self::None,
            Aggregate::Walk if model.stages.is_empty() => Self::None,
            Aggregate::Walk => Self::Whole,
            Aggregate::Mean | Aggregate::Min | Aggregate::Sum if scoring.levels.is_empty() => {
                Self::None
            }
            Aggregate::Mean | Aggregate::Min | Aggregate::Sum => Self::Whole,
        }
    }

    /// Whether the model has an overall stage at all.
    pub(super) fn is_some(self) -> bool {
        self != Self::None
    }
}
