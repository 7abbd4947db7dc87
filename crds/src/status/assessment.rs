//! The status of an assessment.

use std::collections::BTreeSet;

use gradus_engine::key::Name;
use gradus_engine::ledger::{Broken, Ledger};
use gradus_engine::view::{AssessmentView, DomainView, Gap, NextStep};

use super::conditions::Previous;
use super::not_ready::NotReady;
use super::{ledger, limit};
use crate::assessment_status::{
    self as status, AssessmentStatus, Awarded, Confidence, CriteriaCounts, DomainStatus,
    ForecastStatus, Score,
};
use crate::common::Condition;
use crate::wording::{target, transition};

/// Gaps that a status lists at most.
const GAPS: usize = 50;
/// Next steps that a status lists at most.
const NEXT_STEPS: usize = 10;

/// What a status holds beyond the view: the writer of the status knows it, the engine does not.
#[derive(Debug, Clone, Copy)]
pub struct StatusContext<'a> {
    /// The ledger as it is once this status is committed.
    pub ledger: &'a Ledger,
    /// Names of sources that have been silent for too long, in addition to the view's stale sources.
    pub silent: &'a [Name],
    /// Whether it has not been certain for a while what time it is: then nothing is committed.
    pub clock_uncertain: bool,
    /// The value of the last answered request to score again.
    pub last_requested_at: Option<&'a str>,
}

impl<'a> StatusContext<'a> {
    /// The view's own ledger, no silent source, no request.
    pub fn of(view: &'a AssessmentView) -> Self {
        Self {
            ledger: &view.ledger,
            silent: &[],
            clock_uncertain: false,
            last_requested_at: None,
        }
    }
}

/// The status of an assessment, within 32 KiB. The message of `Ready` says what was cut.
pub fn assessment_status(
    view: &AssessmentView,
    context: StatusContext<'_>,
    previous: Previous<'_>,
) -> AssessmentStatus {
    let mut composed = AssessmentStatus {
        assessed: Some(view.assessed),
        conditions: conditions(view, context, previous),
        last_requested_at: context.last_requested_at.map(str::to_owned),
        observed_generation: Some(view.life.generation),
        ..AssessmentStatus::default()
    };
    fill_stage(&mut composed, view, context.ledger);
    fill_counts(&mut composed, view);
    fill_ends(&mut composed, view);
    ledger::write(&mut composed, context.ledger);
    limit::fit(composed)
}

fn fill_stage(composed: &mut AssessmentStatus, view: &AssessmentView, ledger: &Ledger) {
    composed.stage = view.shown_stage();
    composed.stage_name = composed.stage.and_then(|stage| {
        view.stages
            .iter()
            .find(|known| known.rank == stage)
            .map(|known| known.title.clone())
    });
    composed.potential_stage = view.potential_stage;
    composed.stage_without_waivers = view.stage_without_waivers;
    composed.missing = view.stage.map(|_| view.missing);
    composed.score = view.score.as_ref().map(|score| Score {
        numerator: score.numerator.clone(),
        denominator: score.denominator.clone(),
        shown: score.shown.clone(),
    });
    composed.domains = view
        .domains
        .iter()
        .map(|domain| domain_status(domain, ledger))
        .collect();
    composed.inputs_digest = Some(view.inputs_digest.clone()).filter(|digest| !digest.is_empty());
    composed.model_digest = view
        .program
        .as_ref()
        .map(|program| program.model.digest.to_string());
}

fn domain_status(domain: &DomainView, ledger: &Ledger) -> DomainStatus {
    DomainStatus {
        name: domain.name.to_string(),
        stage: domain.stage,
        score: domain.score.clone(),
        met: domain.met,
        required: domain.required,
        missing: domain.missing,
        of: domain.of,
        high_water: ledger.domain_high_water.get(&*domain.name).copied(),
    }
}

fn fill_counts(composed: &mut AssessmentStatus, view: &AssessmentView) {
    if view.program.is_none() {
        return;
    }
    let (tally, confidence) = (view.tally, view.confidence);
    composed.criteria = Some(CriteriaCounts {
        met: tally.met,
        held: tally.held,
        unmet: tally.unmet,
        unknown: tally.unknown,
        not_applicable: tally.not_applicable,
        waived: tally.waived,
        of: tally.of,
    });
    composed.confidence = Some(Confidence {
        probed: confidence.probed,
        attested: confidence.attested,
        declared: confidence.declared,
        held: confidence.held,
        waived: confidence.waived,
        unknown: confidence.unknown,
    });
    composed.gaps = view.gaps.iter().take(GAPS).map(gap).collect();
    composed.total_gaps = Some(view.gaps.len() as u64);
    composed.next_steps = view
        .next_steps
        .iter()
        .take(NEXT_STEPS)
        .map(next_step)
        .collect();
}

fn gap(gap: &Gap) -> status::Gap {
    status::Gap {
        criterion: gap.criterion.to_string(),
        verdict: gap.verdict,
        reason: gap.reason,
        owner: gap.owner.as_deref().map(str::to_owned),
    }
}

fn next_step(step: &NextStep) -> status::NextStep {
    /// The most criteria that one step lists.
    const CRITERIA: usize = 32;
    let names = |names: &[gradus_engine::key::Name]| {
        names
            .iter()
            .take(CRITERIA)
            .map(ToString::to_string)
            .collect()
    };
    status::NextStep {
        criterion: step.criterion.to_string(),
        gain: step.gain,
        effort_days: step.effort_days,
        unlocks: names(&step.unlocks),
        blocked_by: names(&step.blocked_by),
    }
}

fn fill_ends(composed: &mut AssessmentStatus, view: &AssessmentView) {
    composed.awarded = view.awarded.as_ref().map(|award| Awarded {
        stage: award.stage,
        organisation: award.organisation.to_string(),
        at: award.at,
        valid_until: award.valid_until,
    });
    composed.forecast = view.forecast.as_ref().map(|forecast| ForecastStatus {
        stage: forecast.stage,
        at: forecast.at,
        because: forecast.because.clone(),
    });
}

fn conditions(
    view: &AssessmentView,
    context: StatusContext<'_>,
    previous: Previous<'_>,
) -> Vec<Condition> {
    let generation = view.life.generation;
    let say = |kind: &str, (holds, reason, message): (bool, &str, String)| {
        previous.condition(kind, holds, reason, message, generation)
    };
    let broken = view
        .broken
        .as_ref()
        .map(|broken| say("HistoryBroken", history_broken(broken)));
    let usual = [
        say("Ready", ready(view)),
        say("Regressed", regressed(view, context.ledger)),
        say("TargetAtRisk", target_at_risk(view)),
        say("Paused", paused(view)),
        say("EvidenceStale", evidence_stale(view, context)),
    ];
    usual.into_iter().chain(broken).collect()
}

fn history_broken(broken: &Broken) -> (bool, &'static str, String) {
    let message = format!(
        "{broken}; marks and falls may be false: compare the digests with the operator's log, and restore the status \
         from a backup"
    );
    (true, "Altered", message)
}

/// `Ready` means valid and evaluated, never "mature".
fn ready(view: &AssessmentView) -> (bool, &'static str, String) {
    if let Some(not_ready) = NotReady::of_assessment(view) {
        let (reason, message) = not_ready.reason_and_message();
        return (false, reason, message);
    }
    if !view.assessed {
        return (
            true,
            "NotAssessed",
            "no capability that the model asks for is declared".to_owned(),
        );
    }
    (
        true,
        "Scored",
        format!("scored against {}", view.spec.model),
    )
}

fn regressed(view: &AssessmentView, ledger: &Ledger) -> (bool, &'static str, String) {
    if let Some(reason) = view.suspended() {
        return (
            false,
            reason.as_str(),
            "the stage is computed and shown; falls are not recorded and raise no alert".to_owned(),
        );
    }
    let Some(fall) = ledger.standing.first() else {
        return (false, "NoFall", "no regression is open".to_owned());
    };
    (true, fall.cause.as_str(), transition::fall(fall))
}

fn target_at_risk(view: &AssessmentView) -> (bool, &'static str, String) {
    let Some(target) = &view.spec.target else {
        return (false, "NoTarget", "no target is set".to_owned());
    };
    if let Some(message) = target::at_risk(view) {
        return (true, "AtRisk", message);
    }
    let goal = target::goal(target);
    if view.stage.is_some_and(|stage| stage >= target.stage) {
        return (false, "Reached", format!("{goal}; it is reached"));
    }
    (false, "OnTrack", goal)
}

fn paused(view: &AssessmentView) -> (bool, &'static str, String) {
    if !view.paused {
        return (
            false,
            "NotPaused",
            "the assessment is not paused".to_owned(),
        );
    }
    let engagement = &view.spec.engagement;
    let reason = engagement
        .reason
        .clone()
        .unwrap_or_else(|| "no reason given".to_owned());
    let message = match engagement.until {
        Some(day) => format!("{} (planned until {day})", reason.trim_end_matches('.')),
        None => reason,
    };
    (true, "Paused", message)
}

fn evidence_stale(
    view: &AssessmentView,
    context: StatusContext<'_>,
) -> (bool, &'static str, String) {
    if context.clock_uncertain {
        return (
            true,
            "ClockUncertain",
            "it is not certain what time it is: the clocks of the operator and the API server differ, or one of them jumped; \
             nothing is committed until they agree"
                .to_owned(),
        );
    }
    let sources: BTreeSet<&str> = view
        .stale_sources
        .iter()
        .chain(context.silent)
        .map(|source| &**source)
        .collect();
    if sources.is_empty() {
        return (false, "Fresh", "every source is up to date".to_owned());
    }
    let sources: Vec<&str> = sources.into_iter().collect();
    (
        true,
        "SourceSilent",
        format!("silent or stale sources: {}", sources.join(", ")),
    )
}
