//! What the world keeps of each object beside what the object says.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::arena::{CriterionId, NamespaceId};
use crate::capability::{CapabilityNow, Observed};
use crate::delta::Standing;
use crate::key::{Name, ObjectKey};
use crate::ledger::{Because, Broken, Ledger};
use crate::object::{Assessment, Attestation, Life, Waiver};
use crate::program::Program;
use crate::score::lane::Lane;
use crate::score::position::Position;
use crate::time::{Phase, Validity};
use crate::verdict::{NotCounted, NotEffective};
use crate::view::{AwardView, Problem};

/// A capability.
#[derive(Debug)]
pub(crate) struct Capability {
    pub(crate) now: Arc<CapabilityNow>,
    pub(crate) standing: Arc<Standing>,
    /// The last observations of its items, while there are any.
    #[expect(
        clippy::box_collection,
        reason = "nearly all have none, and a pointer takes a third of an empty map"
    )]
    pub(crate) observed: Option<Box<BTreeMap<Name, Observed>>>,
}

impl Capability {
    /// When time alone changes something here.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        self.now.derived.detail.as_ref()?.due
    }
}

/// An attestation.
#[derive(Debug)]
pub(crate) struct AttestationState {
    pub(crate) key: ObjectKey,
    pub(crate) life: Life,
    pub(crate) spec: Arc<Attestation>,
    pub(crate) standing: Arc<Standing>,
    pub(crate) validity: Validity,
    /// Whether it counts, or why not.
    pub(crate) counted: Result<(), NotCounted>,
    pub(crate) due: Option<Timestamp>,
}

/// A waiver.
#[derive(Debug)]
pub(crate) struct WaiverState {
    pub(crate) key: ObjectKey,
    pub(crate) life: Life,
    pub(crate) spec: Arc<Waiver>,
    pub(crate) standing: Arc<Standing>,
    pub(crate) validity: Validity,
    /// Whether it is effective, or why not.
    pub(crate) effective: Result<(), NotEffective>,
    pub(crate) due: Option<Timestamp>,
}

impl WaiverState {
    /// Whether it is approved and in its time.
    pub(crate) fn in_force(&self, at: Timestamp) -> bool {
        self.spec.approved_by.is_some() && self.validity.effective_at(at) == Phase::Effective
    }
}

/// An assessment.
#[derive(Debug)]
pub(crate) struct AssessmentState {
    pub(crate) key: ObjectKey,
    pub(crate) namespace: NamespaceId,
    pub(crate) life: Life,
    pub(crate) spec: Arc<Assessment>,
    pub(crate) standing: Arc<Standing>,
    pub(crate) ledger: Arc<Ledger>,
    /// Where the history that it remembers was altered.
    pub(crate) broken: Option<Broken>,
    /// What it is scored with; none until the first settle, or when it cannot be scored.
    pub(crate) scored: Option<Scored>,
    /// Why it cannot be scored; beside a score, what leaves that undetermined.
    pub(crate) problem: Option<Problem>,
    /// Verdicts that changed since the last commit, and why.
    pub(crate) flips: Vec<Flipped>,
    /// Levels of points that fell though no verdict changed, and why.
    pub(crate) lost_points: Vec<LostPoints>,
    pub(crate) due: Option<Timestamp>,
}

/// The computed half of an assessment.
#[derive(Debug)]
pub(crate) struct Scored {
    pub(crate) program: Arc<Program>,
    pub(crate) lane: Lane,
    /// The lane without waivers and without its own `notApplicable`, while it has any.
    pub(crate) bare: Option<Box<Lane>>,
    /// The award in force.
    pub(crate) award: Option<AwardView>,
    /// Whether any criterion refers to anything declared.
    pub(crate) referenced: bool,
}

/// A verdict that changed to something that counts as not met, or a gate that closed.
#[derive(Debug, Clone)]
pub(crate) struct Flipped {
    /// The criterion; none for the gate.
    pub(crate) criterion: Option<FlippedCriterion>,
    pub(crate) at: Timestamp,
    pub(crate) why: Why,
}

/// The criterion of a flip, which may outlive the text of the model that it flipped under.
#[derive(Debug, Clone)]
pub(crate) struct FlippedCriterion {
    /// Its id in the program that the assessment is scored with, or was last.
    pub(crate) id: CriterionId,
    /// Its name, under which another text of the model may have it again.
    pub(crate) name: Name,
}

impl Flipped {
    /// The id of the criterion; none for the gate.
    pub(crate) fn id(&self) -> Option<CriterionId> {
        self.criterion.as_ref().map(|criterion| criterion.id)
    }
}

/// A level of points that fell.
#[derive(Debug, Clone)]
pub(crate) struct LostPoints {
    /// The domain; none for the whole.
    pub(crate) domain: Option<Name>,
    pub(crate) at: Timestamp,
    pub(crate) because: Because,
}

/// Why a verdict changed.
#[derive(Debug, Clone)]
pub(crate) enum Why {
    /// It has been found.
    Known(Because),
    /// A waiver let it count before: which one is looked for when somebody looks.
    WaiverEnded,
    /// It shows in what changed, or in the present state: found when somebody looks.
    Shows,
    /// The same, where the scope of the assessment changed as well.
    Rescoped,
}

impl AssessmentState {
    /// Whether its pause ends by this capability.
    pub(crate) fn resumes_by(&self, name: &Name) -> bool {
        self.spec
            .engagement
            .resume_when
            .as_ref()
            .is_some_and(|(capability, _)| capability == name)
    }

    /// Whether there is anything to score, or ever was: losing everything is a fall.
    pub(crate) fn is_assessed(&self) -> bool {
        let Some(scored) = self.scored.as_ref().filter(|_| self.problem.is_none()) else {
            return false;
        };
        scored.referenced || self.ledger.has_mark()
    }
}

impl Scored {
    /// The stage of the award in force.
    pub(crate) fn awarded(&self) -> Option<u32> {
        self.award.as_ref().map(|award| award.stage)
    }

    /// Where it stands.
    pub(crate) fn position(&self) -> Position<'_> {
        self.position_of(&self.lane)
    }

    /// Where another lane of the same program stands under the same award.
    pub(crate) fn position_of<'a>(&'a self, lane: &'a Lane) -> Position<'a> {
        Position {
            program: &self.program,
            lane,
            awarded: self.awarded(),
        }
    }
}
