//! The view of one assessment.

use jiff::Timestamp;

use super::digest::inputs_digest;
use super::ladder::{domains, ladder, score_view};
use super::risk::{target_risk, undetermined_target};
use super::rows::{gaps, rows};
use super::stale::stale_sources;
use crate::arena::AssessmentId;
use crate::query::{impact_of, next_steps, outlook};
use crate::score::walk::Reading;
use crate::view::{AssessmentView, Confidence, Tally};
use crate::world::{AssessmentState, World};

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
        view.target_risk = undetermined_target(state, now);
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
    view.next_steps = next_steps(world, state, scored);
    let outlook = outlook(world, state, scored, now);
    view.target_risk = target_risk(state, scored, &outlook, now);
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
        target_risk: None,
        paused: false,
        stale_sources: Vec::new(),
        inputs_digest: String::new(),
        ledger: state.ledger.clone(),
        broken: state.broken.clone(),
    }
}
