//! What falls if one capability is lost, for every capability at once, by counting.
//!
//! Every leaf is evaluated once per capability it reads; losing a capability then only moves
//! counts. The stage after is the walk over counters changed by the criteria that flip.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};

use super::branch::{Circumstances, branch, lost};
use crate::arena::{AssessmentId, CapabilityId, CriterionId, LeafId};
use crate::capability::gates;
use crate::interner::Symbol;
use crate::key::{Name, ObjectKey};
use crate::model::{CriterionKind, Quantifier};
use crate::object::Claim;
use crate::program::{Clause, Formula, Program, Statement, Test};
use crate::score::lane::Own;
use crate::score::requirement::weighed;
use crate::score::walk::Reading;
use crate::verdict::{Reason, Truth};
use crate::view::Impact;
use crate::world::{AssessmentState, Scored, Selection, World, selects};

/// Capabilities that are lost together, in order.
type Gone = SmallVec<[CapabilityId; 8]>;

/// Requirements that come to something else.
type Changes = SmallVec<[(CriterionId, Own); 16]>;

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
    (impacts, counts.looked_at.get())
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
    let mut found = BTreeMap::new();
    let mut waiting: Vec<CapabilityId> = Vec::new();
    for kind in &program.asked {
        waiting.extend(selection.of_kind(*kind).filter_map(|(id, _)| id));
    }
    while let Some(id) = waiting.pop() {
        if found.contains_key(&id) {
            continue;
        }
        let record = &world.capabilities[id].now.record;
        found.insert(id, record.key.name.clone());
        let needed = gates(record).filter_map(|name| selection.namespace.capabilities.get(name));
        waiting.extend(needed);
    }
    found.retain(|id, _| world.capabilities[*id].now.record.claim != Claim::Absent);
    found
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

/// The leaves that read several capabilities, as counts; of any other, the only one decides.
struct Counts<'w> {
    scored: &'w Scored,
    shared: FxHashMap<LeafId, LeafCount>,
    /// Leaves looked at so far.
    looked_at: Cell<u64>,
}

struct LeafCount {
    how: How,
    items: Vec<(CapabilityId, Truth)>,
    tally: [u32; 3],
}

#[derive(Clone, Copy)]
enum How {
    Any,
    All,
    Answers,
}

fn place(truth: Truth) -> usize {
    match truth {
        Truth::False => 0,
        Truth::Unknown => 1,
        Truth::True => 2,
    }
}

impl<'w> Counts<'w> {
    fn of(scored: &'w Scored, selection: &Selection<'_>) -> Self {
        let mut shared = FxHashMap::default();
        for (kind, leaves) in &scored.program.questions {
            if selection.of_kind(*kind).nth(1).is_some() {
                let counted =
                    |leaf: &Arc<Clause>| (leaf.place, LeafCount::of(leaf, scored, selection));
                shared.extend(leaves.iter().map(counted));
            }
        }
        Self {
            scored,
            shared,
            looked_at: Cell::new(0),
        }
    }

    /// The criteria whose own requirement comes to something else without these capabilities.
    fn without(&self, world: &World, gone: &[CapabilityId]) -> Changes {
        let (program, lane) = (&self.scored.program, &self.scored.lane);
        let kinds = gone
            .iter()
            .map(|id| world.capabilities[*id].now.record.kind);
        let kinds: SmallVec<[Symbol; 4]> = kinds.collect();
        let readers = kinds.iter().filter_map(|kind| program.readers.get(kind));
        let mut criteria: SmallVec<[CriterionId; 32]> = readers.flatten().copied().collect();
        criteria.sort_unstable();
        criteria.dedup();
        let change = |criterion: CriterionId| {
            let statement = &program.criteria[criterion];
            let before = lane.own(criterion);
            let truth = self.truth(&statement.formula, &kinds, gone);
            let better = || lane.better_types(program, statement);
            let held = before.held || shaken(world, statement, better, gone, before);
            let after = Own {
                truth,
                reason: Reason::Refuted,
                held,
                ..before
            };
            (truth != before.truth || held != before.held).then_some((criterion, after))
        };
        criteria.into_iter().filter_map(change).collect()
    }

    fn truth(&self, formula: &Formula, kinds: &[Symbol], gone: &[CapabilityId]) -> Truth {
        self.looked_at.set(self.looked_at.get() + 1);
        match formula {
            Formula::Leaf(leaf) if !kinds.contains(&leaf.kind) => self.scored.lane.leaf(leaf),
            Formula::Leaf(leaf) => {
                let count = self.shared.get(&leaf.place);
                count.map_or(Truth::False, |count| count.without(gone))
            }
            Formula::AllOf(items) => items.iter().fold(Truth::True, |truth, item| {
                truth.and(self.truth(item, kinds, gone))
            }),
            Formula::AnyOf(items) => items.iter().fold(Truth::False, |truth, item| {
                truth.or(self.truth(item, kinds, gone))
            }),
            Formula::AtLeast(count, items) => {
                let mut tally = [0u32; 3];
                for item in items {
                    if let Some(number) = tally.get_mut(place(self.truth(item, kinds, gone))) {
                        *number += 1;
                    }
                }
                match tally {
                    [_, _, certain] if certain >= *count => Truth::True,
                    [_, open, certain] if certain + open >= *count => Truth::Unknown,
                    _ => Truth::False,
                }
            }
        }
    }
}

impl LeafCount {
    fn of(leaf: &Clause, scored: &Scored, selection: &Selection<'_>) -> Self {
        let program = &scored.program;
        let demand = program.criteria[leaf.criterion].demand;
        let truth = |capability| weighed(leaf, &program.model, demand, capability).truth;
        let capabilities = selection.of_kind(leaf.kind);
        let items: Vec<(CapabilityId, Truth)> = capabilities
            .filter_map(|(id, capability)| Some((id?, truth(capability))))
            .collect();
        let mut tally = [0; 3];
        for (_, truth) in &items {
            if let Some(number) = tally.get_mut(place(*truth)) {
                *number += 1;
            }
        }
        let how = match (&leaf.test, leaf.quantifier) {
            (Test::Choice { .. } | Test::Grade { .. }, _) => How::Answers,
            (_, Quantifier::Any) => How::Any,
            (_, Quantifier::All) => How::All,
        };
        Self { how, items, tally }
    }

    /// What the leaf comes to without these capabilities.
    fn without(&self, gone: &[CapabilityId]) -> Truth {
        let [mut falses, mut unknowns, mut trues] = self.tally;
        for (_, truth) in self
            .items
            .iter()
            .filter(|(id, _)| gone.binary_search(id).is_ok())
        {
            match truth {
                Truth::True => trues -= 1,
                Truth::Unknown => unknowns -= 1,
                Truth::False => falses -= 1,
            }
            falses += 1;
        }
        match self.how {
            How::Any if trues > 0 => Truth::True,
            How::Any if unknowns > 0 => Truth::Unknown,
            How::Any => Truth::False,
            How::All if falses > 0 || (trues == 0 && unknowns == 0) => Truth::False,
            How::All if unknowns > 0 => Truth::Unknown,
            How::All => Truth::True,
            How::Answers if unknowns > 0 => Truth::Unknown,
            How::Answers if trues > 0 => Truth::True,
            How::Answers => Truth::False,
        }
    }
}

/// Whether losing these makes an interim criterion Held: they are claimed, and better than it.
fn shaken<Types: Iterator<Item = Symbol>>(
    world: &World,
    statement: &Statement,
    better: impl Fn() -> Types,
    gone: &[CapabilityId],
    own: Own,
) -> bool {
    if statement.kind != CriterionKind::Interim || own.denied {
        return false;
    }
    gone.iter()
        .map(|id| &world.capabilities[*id].now.record)
        .filter(|record| record.claim == Claim::Present)
        .any(|record| better().any(|kind| kind == record.kind))
}
