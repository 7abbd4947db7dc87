//! What to do next, and what each step alone would gain.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::search::{Search, satisfied};
use crate::arena::CriterionId;
use crate::interner::Symbol;
use crate::key::{Kind, Name, ObjectKey};
use crate::model::Criterion;
use crate::score::walk::Reading;
use crate::verdict::Truth;
use crate::view::NextStep;
use crate::world::{AssessmentState, Scored, World};

/// At most this many next steps are told.
const STEPS: usize = 10;

/// What to do next: what undoes a fall that stands first, then most gain, then what lies on a short way to
/// the next stage, then the nearest stage, importance and least effort.
// See D-126.
pub(crate) fn next_steps(world: &World, state: &AssessmentState, scored: &Scored) -> Vec<NextStep> {
    let program = &scored.program;
    let stage = scored.position().stage(Reading::Proven);
    let before = stage.unwrap_or_default();
    let lost = lost_types(world, state);
    let on_the_way = way_up(scored, stage);
    let mut lane = scored.lane.clone();
    let mut steps: Vec<((bool, bool), NextStep, &Criterion)> = program
        .statements()
        .filter(|(id, _, statement)| statement.counts && scored.lane.verdict(*id).is_open())
        .map(|(index, criterion, statement)| {
            let undoes = statement.asks.iter().any(|kind| lost.contains(kind));
            let mut met = [(index, satisfied(&lane, index))];
            lane.swap_requirements(program, &mut met);
            let after = scored.position_of(&lane).stage(Reading::Proven);
            lane.swap_requirements(program, &mut met);
            let gain = after.unwrap_or_default().saturating_sub(before);
            let first = (undoes, on_the_way.contains(&index));
            (first, step(scored, criterion, gain), criterion)
        })
        .collect();
    steps.sort_by_key(|((undoes, on_the_way), step, criterion)| {
        let importance = Reverse(criterion.importance.unwrap_or_default());
        let effort = criterion.effort_days.unwrap_or(u32::MAX);
        let blocked = !step.blocked_by.is_empty();
        (
            Reverse(*undoes),
            Reverse(step.gain),
            Reverse(*on_the_way),
            criterion.stage,
            blocked,
            importance,
            effort,
            criterion.name.clone(),
        )
    });
    steps
        .into_iter()
        .map(|(_, step, _)| step)
        .take(STEPS)
        .collect()
}

/// Types of the capabilities that falls which stand are blamed on.
fn lost_types(world: &World, state: &AssessmentState) -> BTreeSet<Symbol> {
    let names = state.ledger.standing.iter();
    names
        .filter_map(|fall| fall.capability.as_deref())
        .filter_map(|name| {
            let key = ObjectKey::new(Kind::Capability, &state.key.namespace, name);
            let declared = world.capability(&key);
            let kind = declared.map(|(_, known)| known.now.record.kind);
            kind.or_else(|| world.names.find(name))
        })
        .collect()
}

/// A short way to the lowest stage that does not pass.
fn way_up(scored: &Scored, stage: Option<u32>) -> BTreeSet<CriterionId> {
    let next = scored.position().next(&[], stage).rank;
    let next = next.filter(|_| scored.program.walks_overall());
    let search = next.and_then(|next| Search::of(scored, next));
    search.map(Search::short_way).unwrap_or_default()
}

fn step(scored: &Scored, criterion: &Criterion, gain: u32) -> NextStep {
    let model = &scored.program.model;
    let needs = |other: &&Criterion| {
        other
            .depends_on
            .iter()
            .any(|edge| edge.criterion == criterion.name)
    };
    let open = |name: &&Name| {
        let criterion = scored.program.criterion(name);
        criterion.is_some_and(|id| scored.lane.met(id).truth != Truth::True)
    };
    NextStep {
        criterion: criterion.name.clone(),
        gain,
        effort_days: criterion.effort_days,
        unlocks: model
            .criteria
            .iter()
            .filter(needs)
            .map(|other| other.name.clone())
            .collect(),
        blocked_by: criterion
            .depends_on
            .iter()
            .map(|edge| &edge.criterion)
            .filter(open)
            .cloned()
            .collect(),
    }
}
