//! `ledger' = fold(ledger, outcome, now)`: the only way in which a ledger changes.

use jiff::Timestamp;

use crate::key::Name;
use crate::ledger::{Entry, Ledger};
use crate::object::Regression;
use crate::view::{AssessmentView, Because};

/// What is not met now and why, for naming the cause of a fall: sorted by stage, instant, name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Basis {
    /// Every scored positive criterion that counts as not met, and every closed stage gate.
    pub lost: Vec<Lost>,
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
}

/// What the fold reads of a score.
#[derive(Debug, Clone)]
pub struct Outcome<'a> {
    /// The model's name.
    pub model: &'a str,
    /// The model's digest.
    pub model_digest: &'a str,
    /// The proven stage; none when the model has no overall stage, or there is nothing to score.
    pub stage: Option<u32>,
    /// The model's first rank: where a scope stands that has lost everything.
    pub first_rank: u32,
    /// Whether the model has an overall stage at all; without, domains fall on their own.
    pub has_overall: bool,
    /// Stages of the domains.
    pub domains: Vec<(&'a str, u32)>,
    /// False when the score could not be computed: the fold changes nothing then.
    pub scored: bool,
    /// Paused, Descriptive, or not engaged: computed and shown, nothing committed or raised.
    pub suspended: bool,
    /// When a fall is a fall.
    pub regression: &'a Regression,
    /// What is not met.
    pub basis: &'a Basis,
}

/// The fold's result.
#[derive(Debug, Clone, PartialEq)]
pub struct Folded {
    /// What to remember now; equal to the ledger before when nothing happened.
    pub ledger: Ledger,
    /// The history entries made by this fold, in sequence.
    pub entries: Vec<Entry>,
    /// When folding again can change something by time alone: the end of `holdFor`.
    pub next_due: Option<Timestamp>,
}

impl<'a> Outcome<'a> {
    /// What the fold reads of a view.
    pub fn of(view: &'a AssessmentView) -> Option<Self> {
        let _ = view;
        None
    }
}

/// Folds a score into what an assessment remembers.
pub fn fold(ledger: &Ledger, outcome: &Outcome<'_>, now: Timestamp) -> Folded {
    let _ = (outcome, now);
    Folded { ledger: ledger.clone(), entries: Vec::new(), next_due: None }
}
