//! The way to a stage: the smallest set of criteria by effort that passes every stage up to it.
//!
//! Stages pass independently of each other, so each is solved by itself. A criterion counts with
//! everything that it needs first (gates and advice) that is not met, and for every lesser state
//! that it supersedes. Where few criteria are open all choices are tried; otherwise the cheapest
//! weight is taken first, and the result says by how much it may be off.

use std::collections::BTreeSet;

use serde::Serialize;

use super::next_steps::satisfied;
use crate::arena::{CriterionId, StageId, entries, row};
use crate::key::{Name, ObjectKey};
use crate::program::Program;
use crate::score::lane::Lane;
use crate::score::walk::{Reading, gate_open, passes, required};
use crate::verdict::Truth;
use crate::world::{Scored, World};

/// All choices of at most this many open criteria of a stage are tried.
const EXACT: usize = 12;

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

/// The way to a stage; none when the assessment is not scored by a walk, or there is no such stage.
pub fn roadmap(world: &World, assessment: &ObjectKey, to: u32) -> Option<Roadmap> {
    let state = &world.assessments[world.assessment(assessment)?];
    plan(state.scored.as_ref()?, to)
}

/// Days of effort to a stage, as far as they can be told.
pub(crate) fn effort_to(scored: &Scored, to: u32) -> Option<u64> {
    plan(scored, to).map(|roadmap| roadmap.effort_days)
}

fn plan(scored: &Scored, to: u32) -> Option<Roadmap> {
    let program = &scored.program;
    if !program.walks_overall() || !program.model.stages.iter().any(|stage| stage.rank == to) {
        return None;
    }
    let awarded = scored.awarded();
    let mut lane = scored.lane.clone();
    let mut chosen: Vec<CriterionId> = Vec::new();
    let mut at_least = 0;
    let reached = scored.position().stage(Reading::Proven)?;
    let on_the_way = |rank: u32| rank > program.first_rank() && rank <= to;
    let levels = entries(&program.model.stages).filter(|(_, level)| on_the_way(level.rank));
    for (stage, level) in levels {
        let tally = *row(lane.tallies.overall(), stage);
        if level.rank <= reached || passes(program.model.scoring.walk, tally, Reading::Proven) {
            continue;
        }
        let missing = required(program.model.scoring.walk, tally.of).saturating_sub(tally.met);
        let options = options(program, &lane, stage);
        let choice = choose(program, &options, missing)?;
        at_least += choice.at_least;
        for criterion in choice.criteria {
            let own = satisfied(&lane, criterion);
            lane.swap_requirements(program, &mut [(criterion, own)]);
            chosen.push(criterion);
        }
    }
    let steps = ordered(program, &chosen);
    let effort_days = chosen
        .iter()
        .map(|criterion| effort(program, *criterion))
        .sum();
    Some(Roadmap {
        to,
        effort_days,
        effort_at_least: at_least.min(effort_days),
        awards_needed: program
            .model
            .stages
            .iter()
            .filter(|level| on_the_way(level.rank) && !gate_open(level, awarded))
            .map(|level| level.rank)
            .collect(),
        steps,
    })
}

/// An open criterion of a stage, with all that must be done for it.
struct Choice {
    weight: u64,
    criteria: BTreeSet<CriterionId>,
    effort: u64,
}

struct Chosen {
    criteria: BTreeSet<CriterionId>,
    effort: u64,
    at_least: u64,
}

fn options(program: &Program, lane: &Lane, stage: StageId) -> Vec<Choice> {
    program
        .criteria
        .entries()
        .filter(|(id, statement)| {
            statement.counts && statement.stage == Some(stage) && lane.verdict(*id).is_open()
        })
        .map(|(index, statement)| {
            let criteria = with_prerequisites(program, lane, index);
            let effort = criteria
                .iter()
                .map(|criterion| effort(program, *criterion))
                .sum();
            Choice {
                weight: u64::from(statement.weight),
                criteria,
                effort,
            }
        })
        .collect()
}

/// A criterion and everything it needs first that is not met.
fn with_prerequisites(
    program: &Program,
    lane: &Lane,
    criterion: CriterionId,
) -> BTreeSet<CriterionId> {
    let mut needed = BTreeSet::new();
    let mut waiting = vec![criterion];
    while let Some(next) = waiting.pop() {
        if !needed.insert(next) {
            continue;
        }
        let first = prerequisites(program, next);
        waiting.extend(first.filter(|id| lane.met(*id).truth != Truth::True));
    }
    needed
}

fn effort(program: &Program, criterion: CriterionId) -> u64 {
    let days = program.stated(criterion).effort_days;
    u64::from(days.unwrap_or(1))
}

/// The cheapest options whose weights add up to what is missing.
fn choose(program: &Program, options: &[Choice], missing: u64) -> Option<Chosen> {
    if options.iter().map(|option| option.weight).sum::<u64>() < missing {
        return None;
    }
    if options.len() <= EXACT {
        return (0u32..1 << options.len())
            .filter(|picks| is_just_enough(options, *picks, missing))
            .map(|picks| picked(program, options, picks))
            .min_by_key(|chosen| {
                (
                    chosen.effort,
                    chosen.criteria.len(),
                    chosen.criteria.clone(),
                )
            });
    }
    Some(greedy(options, missing))
}

/// The options that a number's bits pick.
fn taken(options: &[Choice], picks: u32) -> impl Iterator<Item = &Choice> {
    let numbered = options.iter().enumerate();
    let taken = numbered.filter(move |(index, _)| picks & (1 << index) != 0);
    taken.map(|(_, option)| option)
}

/// Whether a pick suffices and no option of it is superfluous: one more criterion is never cheaper.
fn is_just_enough(options: &[Choice], picks: u32, missing: u64) -> bool {
    let weight: u64 = taken(options, picks).map(|option| option.weight).sum();
    weight >= missing && taken(options, picks).all(|option| weight - option.weight < missing)
}

fn picked(program: &Program, options: &[Choice], picks: u32) -> Chosen {
    let criteria: BTreeSet<CriterionId> = taken(options, picks)
        .flat_map(|option| &option.criteria)
        .copied()
        .collect();
    let effort = criteria
        .iter()
        .map(|criterion| effort(program, *criterion))
        .sum();
    Chosen {
        criteria,
        effort,
        at_least: effort,
    }
}

/// The cheapest weight first; no way is cheaper than buying the same weight at the best price.
fn greedy(options: &[Choice], missing: u64) -> Chosen {
    let mut sorted: Vec<&Choice> = options.iter().collect();
    sorted.sort_by(|left, right| {
        let price = |a: &Choice, b: &Choice| a.effort * b.weight;
        price(left, right)
            .cmp(&price(right, left))
            .then_with(|| left.criteria.cmp(&right.criteria))
    });
    let mut chosen = Chosen {
        criteria: BTreeSet::new(),
        effort: 0,
        at_least: 0,
    };
    let mut open = missing;
    for option in sorted {
        if open == 0 {
            break;
        }
        let taken = option.weight.min(open);
        chosen.at_least += option.effort * taken / option.weight.max(1);
        chosen.effort += option.effort;
        chosen.criteria.extend(&option.criteria);
        open -= taken;
    }
    chosen
}

/// The steps, everything needed first.
fn ordered(program: &Program, chosen: &[CriterionId]) -> Vec<RoadmapStep> {
    let mut done: BTreeSet<CriterionId> = BTreeSet::new();
    let mut open: BTreeSet<CriterionId> = chosen.iter().copied().collect();
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

/// What a criterion needs first, whatever the strength.
fn prerequisites(
    program: &Program,
    criterion: CriterionId,
) -> impl Iterator<Item = CriterionId> + '_ {
    let edges = program.stated(criterion).depends_on.iter();
    edges.filter_map(|edge| program.criterion(&edge.criterion))
}
