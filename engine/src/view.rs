//! What is known of every object at one instant, complete for every output: status, metrics,
//! page and terminal are projections of these views, and compute nothing of their own.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use rpds::RedBlackTreeMapSync;
use serde::Serialize;

use crate::delta::Standing;
use crate::fact::FactValue;
use crate::kept::Kept;
use crate::key::{Kind, Name, ObjectKey};
use crate::ledger::Ledger;
use crate::object::{Assessment, Claim, EngagementState, Life, Mode, Owner, Strength};
use crate::program::Program;
use crate::verdict::{CapabilityState, Cause, EvidenceClass, Reason, Truth, Verdict};
use crate::world::Capabilities;

/// Everything at one instant. Cheap to clone; the next one shares what did not change.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// The instant of the last settle.
    pub at: Timestamp,
    /// The next instant at which anything can change by time alone.
    pub next_due: Option<Timestamp>,
    /// Models in use or declared, by name; `Err` says why one cannot be used.
    pub models: RedBlackTreeMapSync<Name, Arc<ModelView>>,
    /// Assessments by key.
    pub assessments: RedBlackTreeMapSync<ObjectKey, Arc<AssessmentView>>,
    /// Capabilities: compact, and rendered when looked at.
    pub capabilities: Capabilities,
    /// Attestations by key.
    pub attestations: RedBlackTreeMapSync<ObjectKey, Arc<AttestationView>>,
    /// Waivers by key.
    pub waivers: RedBlackTreeMapSync<ObjectKey, Arc<WaiverView>>,
}

impl Snapshot {
    /// What losing a capability would do to each assessment that reads it, by the assessment's key.
    pub fn impact_of(&self, capability: &ObjectKey) -> Vec<(ObjectKey, Impact)> {
        let first = ObjectKey::new(Kind::Assessment, &capability.namespace, "");
        self.assessments
            .range(first..)
            .take_while(|(key, _)| key.namespace == capability.namespace)
            .filter_map(|(key, view)| {
                let by_name = |impact: &Impact| impact.capability.cmp(&capability.name);
                let found = view.impacts.binary_search_by(by_name).ok()?;
                Some((key.clone(), view.impacts.get(found)?.clone()))
            })
            .collect()
    }
}

/// A model, compiled or refused.
#[derive(Debug)]
pub struct ModelView {
    /// The model's name.
    pub name: Name,
    /// Its life, as the source that brought it says; the library's models have one of their own.
    pub life: Option<Life>,
    /// The compiled model, or why there is none.
    pub program: Result<Arc<Program>, Vec<crate::diagnostic::Diagnostic>>,
}

/// One assessment at one instant.
#[derive(Debug)]
pub struct AssessmentView {
    /// Its identity.
    pub key: ObjectKey,
    /// Its life.
    pub life: Life,
    /// What it says.
    pub spec: Arc<Assessment>,
    /// How its source stands.
    pub standing: Standing,
    /// The model, compiled; none when it cannot be read.
    pub program: Option<Arc<Program>>,
    /// Why it cannot be scored: a `PascalCase` reason and a sentence. `Ready=False`.
    pub problem: Option<(&'static str, String)>,
    /// The instant it was computed for.
    pub at: Timestamp,
    /// False: NotAssessed, or it cannot be scored now. Then there is no stage.
    pub assessed: bool,
    /// The proven stage: Unknown counts as not met. None in models without an overall stage.
    pub stage: Option<u32>,
    /// The potential stage: Unknown counts as met.
    pub potential_stage: Option<u32>,
    /// The stage with neither waivers nor the assessment's own notApplicable.
    pub stage_without_waivers: Option<u32>,
    /// The lowest stage above the proven one that does not pass.
    pub next_stage: Option<u32>,
    /// Weight still missing for it.
    pub missing: u64,
    /// Points, in graded models.
    pub score: Option<ScoreView>,
    /// The ladder, lowest first.
    pub stages: Vec<StageView>,
    /// Domains, in the model's order, those without applicable criteria left out.
    pub domains: Vec<DomainView>,
    /// One row per criterion, in the model's order.
    pub criteria: Vec<CriterionView>,
    /// Counts over scored positive criteria.
    pub tally: Tally,
    /// How much of what counts is real.
    pub confidence: Confidence,
    /// What is missing or unknown, worst first; complete (status cuts it at 50).
    pub gaps: Vec<Gap>,
    /// What to do next, best first, at most 10.
    pub next_steps: Vec<NextStep>,
    /// The outside award in force.
    pub awarded: Option<AwardView>,
    /// When the stage falls if nobody acts.
    pub forecast: Option<Forecast>,
    /// What ends, soonest first, and what then falls.
    pub ends: Vec<End>,
    /// What losing each capability would do, by name.
    pub impacts: Vec<Impact>,
    /// Whether the target is in danger.
    pub target_at_risk: bool,
    /// Whether it is paused now (a pause whose `resumeWhen` holds is over).
    pub paused: bool,
    /// Sources it reads that are silent or stale, sorted.
    pub stale_sources: Vec<Name>,
    /// SHA-256 in hex over what was scored, ages excluded.
    pub inputs_digest: String,
    /// What it remembers: the committed ledger.
    pub ledger: Arc<Ledger>,
    /// Why verdicts changed since the last commit, for the fold; empty when nothing did.
    pub basis: crate::fold::Basis,
    /// What the scrape formed of it.
    pub kept: Kept,
    /// What the scrape formed of its [impacts](Self::impacts), which are most of what it says.
    pub kept_impacts: Kept,
}

/// Points of a graded model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScoreView {
    /// Exact numerator, in decimal.
    pub numerator: String,
    /// Exact denominator, in decimal.
    pub denominator: String,
    /// To the model's digits, never rounded across a level.
    pub shown: String,
    /// The potential points, shown.
    pub potential_shown: String,
    /// Answered criteria.
    pub known: u64,
    /// Applicable criteria.
    pub of: u64,
}

/// One stage of the ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StageView {
    /// The rank.
    pub rank: u32,
    /// The name, or the rank as text.
    pub title: String,
    /// Weight of applicable scored positive criteria.
    pub of: u64,
    /// Weight met or held or waived.
    pub met: u64,
    /// Of it, the waived.
    pub waived: u64,
    /// Weight unknown.
    pub unknown: u64,
    /// Weight needed to pass.
    pub required: u64,
    /// Whether it passes by itself (gate included).
    pub passes: bool,
    /// Whether it passes when Unknown counts as met.
    pub passes_potentially: bool,
    /// The outside award it asks for, and whether one is valid.
    pub gate: Option<bool>,
    /// Whether the walk reaches it: it and all below pass.
    pub reached: bool,
}

/// One domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DomainView {
    /// The name.
    pub name: Name,
    /// The title.
    pub title: String,
    /// The domain above.
    pub parent: Option<Name>,
    /// Whether it has series of its own.
    pub report: bool,
    /// The domain's stage, in walked domains or graded ones with levels.
    pub stage: Option<u32>,
    /// Its points, shown, in graded domains.
    pub score: Option<String>,
    /// Weight met.
    pub met: u64,
    /// Weight required for its next stage.
    pub required: u64,
    /// Weight missing for its next stage.
    pub missing: u64,
    /// Weight applicable.
    pub of: u64,
}

/// One criterion in one assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CriterionView {
    /// The index in the program.
    pub index: usize,
    /// The name.
    pub name: Name,
    /// The verdict.
    pub verdict: Verdict,
    /// Why, when it is Unmet or Unknown.
    pub reason: Option<Reason>,
    /// The evidence class, when it is Met.
    pub class: Option<EvidenceClass>,
    /// The capability that decided, by the object's name.
    pub capability: Option<Name>,
    /// The team that owns that capability.
    pub owner: Option<Name>,
    /// The criterion that stands for it, when it is met by a successor only.
    pub met_by: Option<Name>,
    /// Points, shown, in graded criteria.
    pub points: Option<String>,
    /// The waiver that lets it count, or the reason it does not apply.
    pub note: Option<String>,
}

/// Counts of verdicts over scored positive criteria.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Met by themselves or a successor.
    pub met: u64,
    /// Held.
    pub held: u64,
    /// Unmet.
    pub unmet: u64,
    /// Unknown.
    pub unknown: u64,
    /// Not applicable.
    pub not_applicable: u64,
    /// Waived.
    pub waived: u64,
    /// All.
    pub of: u64,
}

/// What the applicable criteria rest on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Confidence {
    /// Met on probes.
    pub probed: u64,
    /// Met on attestations.
    pub attested: u64,
    /// Met on declarations.
    pub declared: u64,
    /// Held.
    pub held: u64,
    /// Waived.
    pub waived: u64,
    /// Unknown.
    pub unknown: u64,
}

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
    /// Who granted it.
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

/// One capability at one instant.
#[derive(Debug)]
pub struct CapabilityView {
    /// Its identity.
    pub key: ObjectKey,
    /// Its life.
    pub life: Life,
    /// Its type.
    pub kind: Name,
    /// What is claimed of it.
    pub claim: Claim,
    /// Who answers for it.
    pub owner: Owner,
    /// How its source stands.
    pub standing: Standing,
    /// What is believed of it.
    pub state: CapabilityState,
    /// Why, when it is not Proven or Declared.
    pub reason: Option<Reason>,
    /// The class of its existence.
    pub class: EvidenceClass,
    /// The facts in force and what supplied them.
    pub facts: BTreeMap<Name, (FactValue, EvidenceClass)>,
    /// Facts about which two suppliers disagree.
    pub disagreeing: Vec<Name>,
    /// Evidence items.
    pub evidence: Vec<EvidenceView>,
    /// The earliest instant at which something of it ends.
    pub valid_until: Option<Timestamp>,
    /// Objects of the namespace that it needs, or is better off with.
    pub depends_on: Vec<(Name, Strength)>,
    /// Gates among them that are not there.
    pub missing_dependencies: Vec<Name>,
}

/// One evidence item at one instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvidenceView {
    /// The item's name.
    pub name: Name,
    /// The digest of the item's text.
    pub digest: Name,
    /// `Objects`, `Promql`, `Http`, `Report` or `Attestation`.
    pub kind: &'static str,
    /// Its verdict.
    pub verdict: Truth,
    /// Why it is Unknown.
    pub reason: Option<Reason>,
    /// When it was last conclusively observed.
    pub observed_at: Option<Timestamp>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
}

/// One attestation at one instant.
#[derive(Debug)]
pub struct AttestationView {
    /// Its identity.
    pub key: ObjectKey,
    /// Its life.
    pub life: Life,
    /// What it says.
    pub spec: Arc<crate::object::Attestation>,
    /// How its source stands.
    pub standing: Standing,
    /// Whether it counts, or the reason it does not: `NoMatch`, `Expired`, `NotYet`.
    pub counted: Result<(), &'static str>,
    /// The instant it ends, exclusive.
    pub valid_until: Timestamp,
}

/// One waiver at one instant.
#[derive(Debug)]
pub struct WaiverView {
    /// Its identity.
    pub key: ObjectKey,
    /// Its life.
    pub life: Life,
    /// What it says.
    pub spec: Arc<crate::object::Waiver>,
    /// How its source stands.
    pub standing: Standing,
    /// Whether it is effective, or the reason it is not: `NotApproved`, `Expired`, `NotYet`, `NoMatch`, `NotWaivable`.
    pub effective: Result<(), &'static str>,
    /// Whether every criterion it names would be met without it.
    pub would_pass_now: bool,
    /// The instant it ends, exclusive.
    pub until: Timestamp,
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

/// A cause with what decided, as the history says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Because {
    /// The cause.
    pub cause: Cause,
    /// The capability that decided.
    pub capability: Option<Name>,
    /// The evidence, attestation or waiver that decided.
    pub evidence: Option<Name>,
}

impl AssessmentView {
    /// Why nothing of it is committed or raised though it is computed and shown: `NotEngaged`,
    /// `Withdrawn`, `Paused` or `Descriptive`. None when it takes part in full.
    pub fn suspended(&self) -> Option<&'static str> {
        match (self.spec.engagement.state, self.spec.mode) {
            (EngagementState::NotEngaged, _) => Some("NotEngaged"),
            (EngagementState::Withdrawn, _) => Some("Withdrawn"),
            _ if self.paused => Some("Paused"),
            (_, Mode::Descriptive) => Some("Descriptive"),
            _ => None,
        }
    }

    /// Whether a committed fall stands and is raised.
    pub fn regressed(&self) -> bool {
        self.suspended().is_none() && !self.ledger.standing.is_empty()
    }

    /// The stage to show: the proven one, or, while it cannot be scored, the last committed one.
    pub fn shown_stage(&self) -> Option<u32> {
        self.stage
            .or_else(|| self.problem.as_ref().and(self.ledger.stage))
    }
}
