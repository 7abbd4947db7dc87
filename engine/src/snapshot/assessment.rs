//! The view of one assessment.

use jiff::Timestamp;

use super::digest::inputs_digest;
use super::ladder::{domains, ladder, score_view};
use super::rows::{gaps, rows};
use super::stale::stale_sources;
use crate::arena::AssessmentId;
use crate::query::{Outlook, impact_of, next_steps, outlook, takes_longer};
use crate::score::walk::Reading;
use crate::time::end_of;
use crate::view::{AssessmentView, Confidence, Tally};
use crate::world::{AssessmentState, Scored, World};

pub(super) fn view(world: &World, id: AssessmentId, now: Timestamp) -> AssessmentView {
    let state = &world.assessments[id];
    let mut view = blank(state, now);
    view.paused = world.paused(state);
    let Some(scored) = &state.scored else {
        return view;
    };
    view.program = Some(scored.program.clone());
    view.assessed = state.is_assessed();
    view.awarded.clone_from(&scored.award);
    view.criteria = rows(world, state, scored);
    view.tally = scored.lane.tallies.counts;
    view.confidence = scored.lane.tallies.confidence;
    view.stale_sources = stale_sources(world, state, scored);
    view.inputs_digest = inputs_digest(state, scored, &view.criteria);
    let position = scored.position();
    let reached = position.stages();
    view.stages = ladder(position, reached);
    if !view.assessed {
        return view;
    }
    (view.stage, view.potential_stage) = (reached.proven, reached.potential);
    view.stage_without_waivers = match &scored.bare {
        Some(bare) => scored.position_of(bare).stage(Reading::Proven),
        None => view.stage,
    };
    view.score = score_view(position);
    let found = position.domains();
    view.domains = domains(position, &found);
    let next = position.next(&found, view.stage);
    (view.next_stage, view.missing) = (next.rank, next.missing);
    view.gaps = gaps(scored, &view.criteria);
    view.next_steps = next_steps(scored);
    let outlook = outlook(world, state, scored, now);
    view.target_at_risk = target_at_risk(state, scored, &view, &outlook, now);
    (view.ends, view.forecast) = (outlook.ends, outlook.forecast);
    view.impacts = impact_of(world, id);
    view
}

fn blank(state: &AssessmentState, now: Timestamp) -> AssessmentView {
    AssessmentView {
        key: state.key.clone(),
        life: state.life.clone(),
        spec: state.spec.clone(),
        standing: (*state.standing).clone(),
        program: None,
        problem: state.problem.clone(),
        at: now,
        assessed: false,
        stage: None,
        potential_stage: None,
        stage_without_waivers: None,
        next_stage: None,
        missing: 0,
        score: None,
        stages: Vec::new(),
        domains: Vec::new(),
        criteria: Vec::new(),
        tally: Tally::default(),
        confidence: Confidence::default(),
        gaps: Vec::new(),
        next_steps: Vec::new(),
        awarded: None,
        forecast: None,
        ends: Vec::new(),
        impacts: Vec::new(),
        target_at_risk: false,
        paused: false,
        stale_sources: Vec::new(),
        inputs_digest: String::new(),
        ledger: state.ledger.clone(),
        broken: state.broken.clone(),
    }
}

/// A fall below the target is forecast before its date, or the way there takes longer than is left.
// See D-024.
fn target_at_risk(
    state: &AssessmentState,
    scored: &Scored,
    view: &AssessmentView,
    outlook: &Outlook,
    now: Timestamp,
) -> bool {
    let Some(target) = &state.spec.target else {
        return false;
    };
    let Some(by) = target.by.map(end_of) else {
        return false;
    };
    let forecast = outlook.stage_before(by);
    if forecast.is_some_and(|stage| stage < target.stage && Some(stage) < view.stage) {
        return true;
    }
    if view.stage.is_some_and(|stage| stage >= target.stage) {
        return false;
    }
    let days_left = u64::try_from(by.duration_since(now).as_hours() / 24);
    days_left.map_or(true, |days| takes_longer(scored, target.stage, days))
}
