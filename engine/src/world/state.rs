//! What the world keeps of each object beside what the object says.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::evidence::Observed;
use super::record::CapabilityNow;
use crate::delta::Standing;
use crate::key::{Name, ObjectKey};
use crate::ledger::Ledger;
use crate::object::{Assessment, Attestation, Life, Waiver};
use crate::program::Program;
use crate::score::lane::Lane;
use crate::time::{Phase, Validity};
use crate::view::{AwardView, Because};

/// A capability.
#[derive(Debug)]
pub(super) struct Capability {
    pub(super) now: Arc<CapabilityNow>,
    pub(super) standing: Arc<Standing>,
    /// The last observations of its items, while there are any.
    #[expect(
        clippy::box_collection,
        reason = "nearly all have none, and a pointer takes a third of an empty map"
    )]
    pub(super) observed: Option<Box<BTreeMap<Name, Observed>>>,
}

impl Capability {
    /// When time alone changes something here.
    pub(super) fn due(&self) -> Option<Timestamp> {
        self.now.derived.detail.as_ref()?.due
    }
}

/// An attestation.
#[derive(Debug)]
pub(super) struct AttestationState {
    pub(super) key: ObjectKey,
    pub(super) life: Life,
    pub(super) spec: Arc<Attestation>,
    pub(super) standing: Arc<Standing>,
    pub(super) validity: Validity,
    /// Whether it counts, or why not.
    pub(super) counted: Result<(), &'static str>,
    pub(super) due: Option<Timestamp>,
}

/// A waiver.
#[derive(Debug)]
pub(super) struct WaiverState {
    pub(super) key: ObjectKey,
    pub(super) life: Life,
    pub(super) spec: Arc<Waiver>,
    pub(super) standing: Arc<Standing>,
    pub(super) validity: Validity,
    /// Whether it is effective, or why not.
    pub(super) effective: Result<(), &'static str>,
    pub(super) due: Option<Timestamp>,
}

impl WaiverState {
    /// Whether it is approved and in its time.
    pub(super) fn in_force(&self, at: Timestamp) -> bool {
        self.spec.approved_by.is_some() && self.validity.effective_at(at) == Phase::Effective
    }
}

/// An assessment.
#[derive(Debug)]
pub(super) struct AssessmentState {
    pub(super) key: ObjectKey,
    pub(super) life: Life,
    pub(super) spec: Arc<Assessment>,
    pub(super) standing: Arc<Standing>,
    pub(super) ledger: Arc<Ledger>,
    /// What it is scored with; none until the first settle, or when it cannot be scored.
    pub(super) scored: Option<Scored>,
    /// Why it cannot be scored.
    pub(super) problem: Option<(&'static str, String)>,
    /// Verdicts that changed since the last commit, and why.
    pub(super) flips: Vec<Flipped>,
    pub(super) due: Option<Timestamp>,
}

/// The computed half of an assessment.
#[derive(Debug)]
pub(super) struct Scored {
    pub(super) program: Arc<Program>,
    pub(super) lane: Lane,
    /// The lane without waivers and without its own `notApplicable`, while it has any.
    pub(super) bare: Option<Box<Lane>>,
    /// The award in force.
    pub(super) award: Option<AwardView>,
    /// Whether any criterion refers to anything declared.
    pub(super) referenced: bool,
}

/// A verdict that changed to something that counts as not met, or a gate that closed.
#[derive(Debug, Clone)]
pub(super) struct Flipped {
    /// The criterion; none for the gate.
    pub(super) criterion: Option<u32>,
    pub(super) at: Timestamp,
    pub(super) why: Why,
}

/// Why a verdict changed.
#[derive(Debug, Clone)]
pub(super) enum Why {
    /// It has been found.
    Known(Because),
    /// A waiver let it count before: which one is looked for when somebody looks.
    WaiverEnded,
    /// It shows in the present state: found when somebody looks.
    Shows,
}

impl AssessmentState {
    /// Whether its pause ends by this capability.
    pub(super) fn resumes_by(&self, name: &Name) -> bool {
        self.spec
            .engagement
            .resume_when
            .as_ref()
            .is_some_and(|(capability, _)| capability == name)
    }
}
