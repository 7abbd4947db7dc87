//! What an assessment lacks, what to do next, what ends, and what would fall.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

use crate::key::Name;
use crate::verdict::{Reason, Verdict};

/// A criterion that is Unmet or Unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// The criterion.
    pub criterion: Name,
    /// Its stage.
    pub stage: Option<u32>,
    /// Unmet or Unknown.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
    /// The team that owns the deciding capability.
    pub owner: Option<Name>,
}

/// Something to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NextStep {
    /// The criterion to meet.
    pub criterion: Name,
    /// Stages gained by it alone.
    pub gain: u32,
    /// Effort in days.
    pub effort_days: Option<u32>,
    /// Criteria it opens.
    pub unlocks: Vec<Name>,
    /// Criteria that must come first.
    pub blocked_by: Vec<Name>,
}

/// An outside award in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AwardView {
    /// The stage.
    pub stage: u32,
    /// The organisation that granted it.
    pub organisation: Name,
    /// The attestation that says so.
    pub attestation: Name,
    /// From this instant.
    pub at: Timestamp,
    /// Until this instant, exclusive.
    pub valid_until: Timestamp,
}

/// The first fall if nobody acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Forecast {
    /// The stage it falls to.
    pub stage: u32,
    /// When.
    pub at: Timestamp,
    /// What ends then.
    pub because: String,
}

/// Why a target will not be held or reached in time as things stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum TargetRisk {
    /// What is unknown leaves no stage to compare with it.
    Undetermined,
    /// A fall to this stage stands.
    Fell(u32),
    /// This stage is forecast for its day, after this fall.
    Falls(u32, Option<Forecast>),
    /// Its day is over.
    Overdue,
    /// A stage on the way cannot pass, whatever criteria are met.
    Unreachable,
    /// Every known way takes more days than these, which are left.
    TooLong(u64),
}

impl fmt::Display for TargetRisk {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undetermined => write!(formatter, "the present stage cannot be told"),
            Self::Fell(stage) => write!(formatter, "a fall to stage {stage} stands"),
            Self::Falls(stage, None) => write!(formatter, "stage {stage} is forecast for that day"),
            Self::Falls(stage, Some(fall)) => write!(
                formatter,
                "stage {stage} is forecast for that day: {} on {}",
                fall.because,
                fall.at.strftime("%Y-%m-%d")
            ),
            Self::Overdue => write!(formatter, "that day is over"),
            Self::Unreachable => write!(
                formatter,
                "a stage on the way cannot pass, whatever criteria are met"
            ),
            Self::TooLong(days) => write!(
                formatter,
                "every known way takes more than the {days} days that are left"
            ),
        }
    }
}

/// Something that ends on a known date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct End {
    /// When, exclusive.
    pub at: Timestamp,
    /// What.
    pub kind: EndKind,
    /// Its name.
    pub name: Name,
    /// The capability it is about, if it is about one.
    pub capability: Option<Name>,
    /// The stage after it and all ends before it, when that is lower than before.
    pub falls_to: Option<u32>,
}

/// What can end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum EndKind {
    /// An attestation.
    Attestation,
    /// A waiver.
    Waiver,
    /// An award.
    Award,
    /// The grace of evidence that is Unknown already.
    Grace,
}

/// What losing one capability does to one assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Impact {
    /// The capability lost.
    pub capability: Name,
    /// Criteria that need it themselves.
    pub primary: u32,
    /// Criteria reached through dependencies of capabilities and of the model.
    pub secondary: u32,
    /// The stage after.
    pub stage_after: Option<u32>,
}
