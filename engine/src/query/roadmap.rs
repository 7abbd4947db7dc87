//! The way to a stage: the smallest set of criteria by effort that passes every stage up to it.

use std::collections::BTreeSet;

use serde::Serialize;

use super::search::{Search, prerequisites};
use crate::arena::CriterionId;
use crate::key::{Name, ObjectKey};
use crate::program::Program;
use crate::score::walk::gate_open;
use crate::world::{Scored, World};

/// The way to a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Roadmap {
    /// The stage to reach.
    pub to: u32,
    /// What to do, in an order in which everything needed comes first.
    pub steps: Vec<RoadmapStep>,
    /// Days of effort over all steps; criteria without an estimate count one day.
    pub effort_days: u64,
    /// Days that no way can do with less of; equal to `effort_days` where the way is exact.
    pub effort_at_least: u64,
    /// Stages on the way whose gate asks for an outside award that is not there.
    pub awards_needed: Vec<u32>,
}

/// One step of a way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoadmapStep {
    /// The criterion to meet.
    pub criterion: Name,
    /// Its stage.
    pub stage: Option<u32>,
    /// Its effort, when the model estimates it.
    pub effort_days: Option<u32>,
    /// Criteria that come first.
    pub after: Vec<Name>,
}

/// The way to a stage; none when the assessment is not scored by a walk, there is no such stage, or no
/// criteria that are met could reach it.
pub fn roadmap(world: &World, assessment: &ObjectKey, to: u32) -> Option<Roadmap> {
    let state = &world.assessments[world.assessment(assessment)?];
    plan(state.scored.as_ref()?, to)
}

/// Whether every way to a stage takes more days than there are.
pub(crate) fn takes_longer(scored: &Scored, to: u32, days: u64) -> bool {
    let search = Search::of(scored, to).filter(|_| has_ways(&scored.program, to));
    search.is_some_and(|search| search.takes_more_than(days))
}

/// Whether a stage on the way to this one cannot pass, whatever criteria are met.
pub(crate) fn is_unreachable(scored: &Scored, to: u32) -> bool {
    has_ways(&scored.program, to) && Search::of(scored, to).is_none()
}

/// Whether a stage on the way to this one cannot pass, whatever criteria of the assessment are met; false
/// where it is not scored by a walk.
pub fn unreachable(world: &World, assessment: &ObjectKey, to: u32) -> bool {
    let state = world
        .assessment(assessment)
        .map(|id| &world.assessments[id]);
    let scored = state.and_then(|state| state.scored.as_ref());
    scored.is_some_and(|scored| is_unreachable(scored, to))
}

/// Whether a stage is reached by meeting criteria.
fn has_ways(program: &Program, to: u32) -> bool {
    program.walks_overall() && program.model.stages.iter().any(|stage| stage.rank == to)
}

fn plan(scored: &Scored, to: u32) -> Option<Roadmap> {
    let program = &scored.program;
    if !has_ways(program, to) {
        return None;
    }
    let awarded = scored.awarded();
    let way = Search::of(scored, to)?.least();
    let on_the_way = |rank: u32| rank > program.first_rank() && rank <= to;
    Some(Roadmap {
        to,
        effort_days: way.effort,
        effort_at_least: way.at_least,
        awards_needed: program
            .model
            .stages
            .iter()
            .filter(|level| on_the_way(level.rank) && !gate_open(level, awarded))
            .map(|level| level.rank)
            .collect(),
        steps: ordered(program, &way.criteria),
    })
}

/// The steps, everything needed first.
fn ordered(program: &Program, chosen: &BTreeSet<CriterionId>) -> Vec<RoadmapStep> {
    let mut done: BTreeSet<CriterionId> = BTreeSet::new();
    let mut open = chosen.clone();
    let mut steps = Vec::new();
    while !open.is_empty() {
        let free = |criterion: &&CriterionId| {
            prerequisites(program, **criterion).all(|first| !open.contains(&first))
        };
        let rank = |criterion: &&CriterionId| (program.stated(**criterion).stage, **criterion);
        let Some(next) = open
            .iter()
            .filter(free)
            .min_by_key(rank)
            .or_else(|| open.first())
            .copied()
        else {
            break;
        };
        open.remove(&next);
        done.insert(next);
        let stated = program.stated(next);
        let after = prerequisites(program, next).filter(|first| done.contains(first));
        steps.push(RoadmapStep {
            criterion: stated.name.clone(),
            stage: stated.stage,
            effort_days: stated.effort_days,
            after: after
                .map(|first| program.stated(first).name.clone())
                .collect(),
        });
    }
    steps
}
