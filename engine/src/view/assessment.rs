//! One assessment at one instant.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::outlook::{AwardView, End, Forecast, Gap, Impact, NextStep, TargetRisk};
use crate::delta::Standing;
use crate::key::{Name, ObjectKey};
use crate::ledger::{Broken, Ledger};
use crate::object::{Assessment, Life};
use crate::program::Program;
use crate::score::{Confidence, Tally};
use crate::verdict::{EvidenceClass, NotScored, Reason, Suspension, Verdict};

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
    /// Why it cannot be scored: `Ready=False`.
    pub problem: Option<Problem>,
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
    /// Why its target will not be held or reached in time; none while it will.
    pub target_risk: Option<TargetRisk>,
    /// Whether it is paused now (a pause whose `resumeWhen` holds is over).
    pub paused: bool,
    /// Sources it reads that are silent or stale, sorted.
    pub stale_sources: Vec<Name>,
    /// SHA-256 in hex over what was scored, ages excluded.
    pub inputs_digest: String,
    /// What it remembers: the committed ledger.
    pub ledger: Arc<Ledger>,
    /// Where the history in it was altered since it was written; none while it is whole.
    pub broken: Option<Broken>,
}

impl AssessmentView {
    /// Why nothing of it is committed or raised though it is computed and shown. None when it
    /// takes part in full.
    pub fn suspended(&self) -> Option<Suspension> {
        self.spec.suspension(self.paused)
    }

    /// Whether its target will not be held or reached in time.
    pub fn target_at_risk(&self) -> bool {
        self.target_risk.is_some()
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

/// Why an assessment cannot be scored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The reason, for conditions and metrics.
    pub reason: NotScored,
    /// The same in a sentence, with the names that it is about.
    pub message: String,
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
    /// The waiver that lets it count, the reason it does not apply, or the answers that it asks for
    /// where the one that is stated is outside of them.
    pub note: Option<String>,
}
