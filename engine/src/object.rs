//! The namespaced objects that the engine scores, as facts without anything it does not read.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::fact::Facts;
use crate::key::{Name, Uid};
use crate::model::Model;
pub use crate::model::Strength;
use crate::verdict::Suspension;

/// Labels of an object.
pub type Labels = BTreeMap<Name, Name>;

/// Any object. What a `Delta` carries.
#[derive(Debug, Clone)]
pub enum Object {
    /// A stage model.
    Model(Arc<Model>),
    /// A capability.
    Capability(Capability),
    /// An attestation.
    Attestation(Attestation),
    /// A waiver.
    Waiver(Waiver),
    /// An assessment.
    Assessment(Arc<Assessment>),
}

/// The owner of an object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Owner {
    /// The team.
    pub team: Option<Name>,
    /// How to reach it.
    pub contact: Option<Name>,
}

/// What is claimed of a capability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Claim {
    /// We have it.
    Present,
    /// We do not have it.
    Absent,
    /// We have not found out.
    Unknown,
}

/// Something the infrastructure can do: one fact, many models.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capability {
    /// What criteria ask for.
    pub kind: Name,
    /// The object's labels, for selectors.
    pub labels: Labels,
    /// What is claimed.
    pub claim: Claim,
    /// The owner.
    pub owner: Owner,
    /// What is stated of it.
    pub facts: Facts,
    /// How much of the estate it covers.
    pub units: Option<Units>,
    /// Objects of the same namespace that it needs, by name.
    pub depends_on: Vec<(Name, Strength)>,
    /// Why it is believed.
    pub evidence: Vec<EvidenceItem>,
}

/// How much of the estate is covered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Units {
    /// Two numbers.
    Totals {
        /// All units.
        total: u64,
        /// The covered ones.
        covered: u64,
    },
    /// Unit by unit.
    Items(Vec<Unit>),
}

/// One unit: a ward, a building, a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its name.
    pub name: Name,
    /// Its weight, at least 1.
    pub weight: u64,
    /// Whether the capability covers it.
    pub covered: bool,
}

/// One reason to believe in a capability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceItem {
    /// Unique in the capability.
    pub name: Name,
    /// Digest of the item's text: an observation of another text is dropped.
    pub digest: Name,
    /// How long a conclusive observation lasts.
    pub max_age: SignedDuration,
    /// How much longer, before it is Unknown.
    pub grace: SignedDuration,
    /// What it is.
    pub kind: EvidenceKind,
}

/// What an evidence item is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EvidenceKind {
    /// A machine looks, repeatedly.
    Probe {
        /// `Objects`, `Promql`, `Http` or `Report`.
        source: ProbeSource,
        /// Names of the facts it supplies.
        facts: Vec<Name>,
    },
    /// Counted attestations that name the capability.
    Attestation {
        /// How many.
        minimum: u32,
        /// Whether only those of an outside organisation count.
        external: bool,
    },
}

/// Where a probe looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProbeSource {
    /// Kubernetes objects.
    Objects,
    /// A Prometheus query.
    Promql,
    /// An HTTP request.
    Http,
    /// A report of another tool.
    Report,
}

/// A named person's word. Never edited: created or deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestation {
    /// What it is about.
    pub subject: Subject,
    /// What is said.
    pub statement: String,
    /// What is stated of the capability.
    pub facts: Facts,
    /// The person who attests.
    pub attested_by: Name,
    /// The outside organisation that says it, if one does.
    pub external: Option<Name>,
    /// From the beginning of this day, UTC.
    pub issued: Date,
    /// Until the end of this day, UTC.
    pub valid_until: Date,
    /// When the object was made, where a cluster vouches for it: caps the validity at three years.
    pub created: Option<Timestamp>,
}

/// What an attestation is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A capability of the namespace, by the object's name.
    Capability(Name),
    /// An outside award: this assessment stands at this stage of this model.
    Award {
        /// The assessment's name.
        assessment: Name,
        /// The model's name.
        model: Name,
        /// The stage awarded.
        stage: u32,
    },
}

/// What an effective waiver does to a criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TreatAs {
    /// It counts as if it were met.
    Met,
    /// It leaves the fractions.
    NotApplicable,
}

/// An approved, expiring exception.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// The assessment's name.
    pub assessment: Name,
    /// The criteria it concerns.
    pub criteria: Vec<Name>,
    /// Why.
    pub reason: String,
    /// The requester.
    pub requested_by: Name,
    /// The approver. Without one the waiver is not effective.
    pub approved_by: Option<Name>,
    /// From the beginning of this day, UTC.
    pub from: Date,
    /// Until the end of this day, UTC.
    pub until: Date,
    /// What it does.
    pub treat_as: TreatAs,
}

/// One scope scored against one model.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// The model's name.
    pub model: Name,
    /// The owner.
    pub owner: Owner,
    /// What is scored, in words.
    pub scope: Option<Name>,
    /// The organisation, for surveys.
    pub organisation: Option<Name>,
    /// What `appliesTo` is held against.
    pub attributes: BTreeMap<Name, Vec<Name>>,
    /// Which capabilities of the namespace count: all, or those with all these labels.
    pub capabilities: Option<Labels>,
    /// Whether it is a roll-up of other assessments (`includes`), which this engine does not score.
    pub rolls_up: bool,
    /// Criteria that do not concern it: (criterion, reason).
    pub not_applicable: Vec<(Name, String)>,
    /// Where it wants to be.
    pub target: Option<Target>,
    /// Whether it raises alerts of its own.
    pub mode: Mode,
    /// Whether it takes part.
    pub engagement: Engagement,
    /// When a fall is a fall.
    pub regression: Regression,
}

impl Assessment {
    /// Why nothing of it is committed or raised; none when it takes part in full. Whether a pause
    /// still lasts is for the world to say.
    pub fn suspension(&self, paused: bool) -> Option<Suspension> {
        match (self.engagement.state, self.mode) {
            (EngagementState::NotEngaged, _) => Some(Suspension::NotEngaged),
            (EngagementState::Withdrawn, _) => Some(Suspension::Withdrawn),
            (EngagementState::Active | EngagementState::Paused, _) if paused => {
                Some(Suspension::Paused)
            }
            (EngagementState::Active | EngagementState::Paused, Mode::Descriptive) => {
                Some(Suspension::Descriptive)
            }
            (EngagementState::Active | EngagementState::Paused, Mode::Prescriptive) => None,
        }
    }
}

/// Where an assessment wants to be, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The stage.
    pub stage: u32,
    /// An aspiration above it.
    pub up_to: Option<u32>,
    /// By the end of this day, UTC.
    pub by: Option<Date>,
}

/// Whether an assessment raises alerts of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// It does.
    Prescriptive,
    /// It only reports.
    Descriptive,
}

/// Whether an assessment takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EngagementState {
    /// It does.
    Active,
    /// Not now: computed and shown, nothing committed or raised.
    Paused,
    /// Not yet.
    NotEngaged,
    /// No longer.
    Withdrawn,
}

/// Engagement and its circumstances.
#[derive(Debug, Clone, PartialEq)]
pub struct Engagement {
    /// The state.
    pub state: EngagementState,
    /// Why.
    pub reason: Option<String>,
    /// Since the beginning of this day, UTC.
    pub since: Option<Date>,
    /// A promise: until the end of this day, UTC. A pause does not end by it.
    pub until: Option<Date>,
    /// A pause ends when this object's facts satisfy the predicate (an object's name, `where` text).
    pub resume_when: Option<(Name, Option<String>)>,
}

/// When a fall is a fall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regression {
    /// How long the stage must stay below the mark.
    pub hold_for: SignedDuration,
    /// What a changed model does to the mark.
    pub on_model_change: OnModelChange,
    /// The fall that is accepted, by its sequence.
    pub acknowledge: Option<u64>,
}

/// What a changed model digest does to the mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OnModelChange {
    /// A new mark starts; the old one goes into history.
    NewMark,
    /// The mark stays.
    Keep,
}

/// One life of an object: uid and generation of its spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Life {
    /// The uid.
    pub uid: Uid,
    /// The generation of the spec.
    pub generation: i64,
}
