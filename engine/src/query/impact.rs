//! What falls if one capability is lost, for every capability at once, by counting.
//!
//! Every leaf is evaluated once per capability it reads; losing a capability then only moves
//! counts. The stage after is the walk over counters changed by the criteria that flip.

use std::collections::{BTreeMap, BTreeSet};

use smallvec::{SmallVec, smallvec};

use super::branch::{Circumstances, branch, lost};
use super::counts::{Counts, Gone};
use super::reach::reached;
use crate::arena::{AssessmentId, CapabilityId, CriterionId};
use crate::key::{Name, ObjectKey};
use crate::object::Claim;
use crate::program::Program;
use crate::score::walk::Reading;
use crate::view::Impact;
use crate::world::{AssessmentState, Scored, Selection, World, selects};

/// What losing each capability would do to an assessment, by counting; sorted by name.
pub fn impact(world: &World, assessment: &ObjectKey) -> Vec<Impact> {
    let id = world.assessment(assessment);
    id.map(|id| impact_of(world, id)).unwrap_or_default()
}

/// The same of an assessment that was found already.
// See D-037.
pub(crate) fn impact_of(world: &World, id: AssessmentId) -> Vec<Impact> {
    counted(world, id).0
}

/// The same, with how many leaves were looked at for it.
pub(super) fn counted(world: &World, id: AssessmentId) -> (Vec<Impact>, u64) {
    let Some((_, scored, selection)) = subject(world, id) else {
        return (Vec::new(), 0);
    };
    // Counts know truths and no points: where answers are combined, each loss is scored afresh.
    if scored.lane.has_questions() {
        let impacts = by_scoring(world, id);
        let leaves = scored.program.leaves * impacts.len();
        return (impacts, leaves as u64);
    }
    let counts = Counts::of(scored, &selection);
    let mut lane = scored.lane.clone();
    let mut impacts: Vec<Impact> = candidates(world, &scored.program, &selection)
        .into_iter()
        .map(|(capability, name)| {
            let gone = lost_with(world, &selection, capability);
            let structure = structure(world, scored, &gone, capability);
            let mut changes = counts.without(world, &gone);
            lane.swap_requirements(&scored.program, &mut changes);
            let stage_after = scored.position_of(&lane).stage(Reading::Proven);
            lane.swap_requirements(&scored.program, &mut changes);
            Impact {
                capability: name,
                primary: structure.0,
                secondary: structure.1,
                stage_after,
            }
        })
        .collect();
    impacts.sort_by(|left, right| left.capability.cmp(&right.capability));
    (impacts, counts.looked_at())
}

/// The same, scoring afresh for each capability.
pub(super) fn by_scoring(world: &World, id: AssessmentId) -> Vec<Impact> {
    let Some((state, scored, selection)) = subject(world, id) else {
        return Vec::new();
    };
    let Some(now) = world.now else {
        return Vec::new();
    };
    let mut impacts: Vec<Impact> = candidates(world, &scored.program, &selection)
        .into_iter()
        .map(|(capability, name)| {
            let known = &world.capabilities[capability];
            let mut circumstances = Circumstances::default();
            circumstances.changed.insert(capability, lost(&known.now));
            let after = branch(world, state, scored, &circumstances, now);
            let gone = lost_with(world, &selection, capability);
            let structure = structure(world, scored, &gone, capability);
            Impact {
                capability: name,
                primary: structure.0,
                secondary: structure.1,
                stage_after: after.stages.proven,
            }
        })
        .collect();
    impacts.sort_by(|left, right| left.capability.cmp(&right.capability));
    impacts
}

fn subject(world: &World, id: AssessmentId) -> Option<(&AssessmentState, &Scored, Selection<'_>)> {
    let state = &world.assessments[id];
    let scored = state.scored.as_ref()?;
    Some((state, scored, world.selection(state, None)))
}

/// Capabilities that the model asks for and that are not claimed absent, and all they need.
fn candidates(
    world: &World,
    program: &Program,
    selection: &Selection<'_>,
) -> BTreeMap<CapabilityId, Name> {
    let record = |id: CapabilityId| &world.capabilities[id].now.record;
    reached(world, program, selection)
        .into_iter()
        .filter(|id| record(*id).claim != Claim::Absent)
        .map(|id| (id, record(id).key.name.clone()))
        .collect()
}

/// What an assessment loses with a capability: the capability, and everything that is degraded
/// with it, as far as the assessment selects it.
fn lost_with(world: &World, selection: &Selection<'_>, capability: CapabilityId) -> Gone {
    let record = |id: CapabilityId| &world.capabilities[id].now.record;
    let mut degraded = BTreeSet::new();
    let mut waiting: Gone = smallvec![capability];
    while let Some(id) = waiting.pop() {
        for dependant in selection.namespace.dependants(&record(id).key.name) {
            let absent = record(*dependant).claim == Claim::Absent;
            if !absent && *dependant != capability && degraded.insert(*dependant) {
                waiting.push(*dependant);
            }
        }
    }
    let mut gone: Gone = degraded
        .into_iter()
        .chain([capability])
        .filter(|id| selects(selection.selector, record(*id).labels.as_deref()))
        .collect();
    gone.sort_unstable();
    gone
}

/// Applicable criteria that ask for the capability's type, and those reached through
/// dependencies of capabilities and of the model.
// See D-022.
fn structure(
    world: &World,
    scored: &Scored,
    gone: &[CapabilityId],
    capability: CapabilityId,
) -> (u32, u32) {
    let program = &scored.program;
    let readers = |id: &CapabilityId| {
        let kind = world.capabilities[*id].now.record.kind;
        program.askers.get(&kind).into_iter().flatten().copied()
    };
    let counted = |criterion: &CriterionId| {
        program.criteria[*criterion].counts && !scored.lane.overlay(*criterion).excluded
    };
    let itself = gone.iter().filter(|id| **id == capability);
    let primary: SmallVec<[CriterionId; 32]> = itself.flat_map(readers).filter(counted).collect();
    let with_dependants = |criterion: CriterionId| {
        let dependants = program.dependants[criterion].iter().copied();
        std::iter::once(criterion).chain(dependants)
    };
    let asking = gone.iter().flat_map(readers);
    let mut reached: SmallVec<[CriterionId; 64]> = asking.flat_map(with_dependants).collect();
    reached.sort_unstable();
    reached.dedup();
    // The readers of one type are sorted.
    let secondary = reached
        .iter()
        .filter(|criterion| counted(criterion) && primary.binary_search(criterion).is_err());
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    (number(primary.len()), number(secondary.count()))
}
