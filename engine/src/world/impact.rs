//! What falls if one capability is lost, for every capability at once, by counting.
//!
//! Every leaf is evaluated once per capability it reads; losing a capability then only moves
//! counts. The stage after is the walk over counters changed by the criteria that flip.

use std::collections::{BTreeMap, BTreeSet};

use super::World;
use super::assess::stage;
use super::branch::{Circumstances, lost};
use super::scope::{Selection, selects};
use super::state::{AssessmentState, Scored};
use crate::interner::Symbol;
use crate::key::Name;
use crate::model::{CriterionKind, Quantifier};
use crate::object::Claim;
use crate::program::{Clause, Demand, Formula, Program, Statement, Test};
use crate::score::lane::Own;
use crate::score::requirement::weighed;
use crate::score::walk::Reading;
use crate::verdict::{Reason, Truth};
use crate::view::Impact;

/// What losing each capability would do, sorted by name.
pub(super) fn of(world: &World, id: usize) -> Vec<Impact> {
    let Some((state, scored, selection)) = subject(world, id) else {
        return Vec::new();
    };
    // Counts know truths and no points: where answers are combined, each loss is scored afresh.
    if scored.lane.has_questions() {
        return by_scoring(world, id);
    }
    let counts = Counts::of(scored, &selection);
    let awarded = scored.award.as_ref().map(|award| award.stage);
    let mut lane = scored.lane.clone();
    let mut impacts: Vec<Impact> = candidates(world, &scored.program, &selection)
        .into_iter()
        .map(|(capability, name)| {
            let gone = world.lost_with(state, capability);
            let structure = structure(world, scored, &gone, capability);
            let changes = counts.without(&scored.program, scored, world, &gone);
            let journal = lane.suppose(&scored.program, &changes);
            let stage_after = stage(&scored.program, &lane, awarded, Reading::Proven);
            lane.undo(&scored.program, &journal);
            Impact {
                capability: name,
                primary: structure.0,
                secondary: structure.1,
                stage_after,
            }
        })
        .collect();
    impacts.sort_by(|left, right| left.capability.cmp(&right.capability));
    impacts
}

/// The same, scoring afresh for each capability.
pub(super) fn by_scoring(world: &World, id: usize) -> Vec<Impact> {
    let Some((state, scored, selection)) = subject(world, id) else {
        return Vec::new();
    };
    let Some(now) = world.now else {
        return Vec::new();
    };
    let mut impacts: Vec<Impact> = candidates(world, &scored.program, &selection)
        .into_iter()
        .filter_map(|(capability, name)| {
            let known = world.capabilities.get(capability as usize)?;
            let mut circumstances = Circumstances::default();
            circumstances.changed.insert(capability, lost(&known.now));
            let after = world.branch(state, scored, &circumstances, now)?;
            let gone = world.lost_with(state, capability);
            let structure = structure(world, scored, &gone, capability);
            Some(Impact {
                capability: name,
                primary: structure.0,
                secondary: structure.1,
                stage_after: after.stage,
            })
        })
        .collect();
    impacts.sort_by(|left, right| left.capability.cmp(&right.capability));
    impacts
}

fn subject(world: &World, id: usize) -> Option<(&AssessmentState, &Scored, Selection<'_>)> {
    let state = world.assessments.get(id)?;
    let scored = state.scored.as_ref()?;
    Some((state, scored, world.selection(state, None)?))
}

/// Capabilities that the model asks for and that are not claimed absent, and all they need.
fn candidates(world: &World, program: &Program, selection: &Selection<'_>) -> BTreeMap<u32, Name> {
    let mut found = BTreeMap::new();
    let mut waiting: Vec<u32> = Vec::new();
    for kind in &program.asked {
        waiting.extend(selection.of_kind(*kind).filter_map(|(id, _)| id));
    }
    while let Some(id) = waiting.pop() {
        let Some(known) = world.capabilities.get(id as usize) else {
            continue;
        };
        let record = &known.now.record;
        if found.contains_key(&id) {
            continue;
        }
        found.insert(id, record.key.name.clone());
        let needed = super::derive::gates(record)
            .filter_map(|name| selection.namespace.capabilities.get(name));
        waiting.extend(needed.filter_map(|id| u32::try_from(*id).ok()));
    }
    found.retain(|id, _| {
        world
            .capabilities
            .get(*id as usize)
            .is_some_and(|known| known.now.record.claim != Claim::Absent)
    });
    found
}

impl World {
    /// What an assessment loses with a capability: the capability, and everything that is degraded
    /// with it, as far as the assessment selects it.
    fn lost_with(&self, state: &AssessmentState, capability: u32) -> BTreeSet<u32> {
        let mut gone = BTreeSet::from([capability]);
        let mut waiting = vec![capability];
        while let Some(id) = waiting.pop() {
            for dependant in self.dependants_of(id as usize) {
                let known = self.capabilities.get(*dependant as usize);
                let absent = known.is_none_or(|known| known.now.record.claim == Claim::Absent);
                if !absent && gone.insert(*dependant) {
                    waiting.push(*dependant);
                }
            }
        }
        gone.retain(|id| {
            let known = self.capabilities.get(*id as usize);
            let labels = known.and_then(|known| known.now.record.labels.as_deref());
            selects(state.spec.capabilities.as_ref(), labels)
        });
        gone
    }
}

/// Applicable criteria that ask for the capability's type, and those reached through
/// dependencies of capabilities and of the model.
fn structure(world: &World, scored: &Scored, gone: &BTreeSet<u32>, capability: u32) -> (u32, u32) {
    let program = &scored.program;
    let readers = |id: &u32| {
        let kind = world
            .capabilities
            .get(*id as usize)
            .map(|known| known.now.record.kind);
        kind.and_then(|kind| program.askers.get(&kind))
            .into_iter()
            .flatten()
            .copied()
    };
    let counted = |criterion: &u32| {
        program
            .statement(*criterion)
            .is_some_and(|statement| statement.counts)
            && !scored.lane.overlay(*criterion).excluded
    };
    let itself = gone.get(&capability).into_iter();
    let primary: BTreeSet<u32> = itself.flat_map(readers).filter(counted).collect();
    let mut reached: BTreeSet<u32> = gone.iter().flat_map(readers).collect();
    let direct: Vec<u32> = reached.iter().copied().collect();
    for criterion in direct {
        reached.extend(
            program
                .dependants
                .get(criterion as usize)
                .into_iter()
                .flatten(),
        );
    }
    let secondary = reached
        .iter()
        .filter(|criterion| counted(criterion) && !primary.contains(criterion));
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    (number(primary.len()), number(secondary.count()))
}

/// Every leaf's findings, as counts.
struct Counts {
    leaves: Vec<LeafCount>,
    items: Vec<(u32, Truth)>,
}

struct LeafCount {
    how: How,
    start: usize,
    end: usize,
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

impl Counts {
    fn of(scored: &Scored, selection: &Selection<'_>) -> Self {
        let program = &scored.program;
        let mut counts = Self {
            leaves: Vec::with_capacity(program.leaves),
            items: Vec::with_capacity(program.leaves),
        };
        for statement in &program.criteria {
            statement.formula.clauses(&mut |clause| {
                counts.leaf(clause, scored, statement.demand, selection);
            });
        }
        counts
    }

    fn leaf(
        &mut self,
        clause: &Clause,
        scored: &Scored,
        demand: Demand,
        selection: &Selection<'_>,
    ) {
        let start = self.items.len();
        let mut tally = [0; 3];
        let capabilities = selection.of_kind(clause.kind);
        let alone = capabilities.clone().nth(1).is_none();
        for (id, capability) in capabilities {
            let truth = if alone {
                scored.lane.leaf(clause)
            } else {
                weighed(clause, &scored.program.model, demand, capability).truth
            };
            if let Some(number) = tally.get_mut(place(truth)) {
                *number += 1;
            }
            self.items.push((id.unwrap_or(u32::MAX), truth));
        }
        let how = match (&clause.test, clause.quantifier) {
            (Test::Choice { .. } | Test::Grade { .. }, _) => How::Answers,
            (_, Quantifier::Any) => How::Any,
            (_, Quantifier::All) => How::All,
        };
        self.leaves.push(LeafCount {
            how,
            start,
            end: self.items.len(),
            tally,
        });
    }

    /// The criteria whose own requirement comes to something else without these capabilities.
    fn without(
        &self,
        program: &Program,
        scored: &Scored,
        world: &World,
        gone: &BTreeSet<u32>,
    ) -> Vec<(u32, Own)> {
        let mut changes = Vec::new();
        let mut seen = BTreeSet::new();
        for id in gone {
            let Some(known) = world.capabilities.get(*id as usize) else {
                continue;
            };
            let record = &known.now.record;
            for criterion in program.readers.get(&record.kind).into_iter().flatten() {
                let Some(statement) = program.statement(*criterion) else {
                    continue;
                };
                if !seen.insert(*criterion) {
                    continue;
                }
                let before = scored.lane.own(*criterion);
                let truth = self.truth(&statement.formula, gone);
                let better = || scored.lane.better_types(program, statement);
                let held = before.held || shaken(world, statement, better, gone, before);
                if truth != before.truth || held != before.held {
                    changes.push((
                        *criterion,
                        Own {
                            truth,
                            reason: Reason::Refuted,
                            held,
                            ..before
                        },
                    ));
                }
            }
        }
        changes
    }

    fn truth(&self, formula: &Formula, gone: &BTreeSet<u32>) -> Truth {
        match formula {
            Formula::Leaf(clause) => self
                .leaves
                .get(clause.place as usize)
                .map_or(Truth::False, |leaf| self.leaf_truth(leaf, gone)),
            Formula::AllOf(items) => items
                .iter()
                .fold(Truth::True, |truth, item| truth.and(self.truth(item, gone))),
            Formula::AnyOf(items) => items
                .iter()
                .fold(Truth::False, |truth, item| truth.or(self.truth(item, gone))),
            Formula::AtLeast(count, items) => {
                let mut tally = [0u32; 3];
                for item in items {
                    if let Some(number) = tally.get_mut(place(self.truth(item, gone))) {
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

    fn leaf_truth(&self, leaf: &LeafCount, gone: &BTreeSet<u32>) -> Truth {
        let [mut falses, mut unknowns, mut trues] = leaf.tally;
        for (_, truth) in self
            .items
            .get(leaf.start..leaf.end)
            .into_iter()
            .flatten()
            .filter(|(id, _)| gone.contains(id))
        {
            match truth {
                Truth::True => trues -= 1,
                Truth::Unknown => unknowns -= 1,
                Truth::False => falses -= 1,
            }
            falses += 1;
        }
        match leaf.how {
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
    gone: &BTreeSet<u32>,
    own: Own,
) -> bool {
    if statement.kind != CriterionKind::Interim || own.denied {
        return false;
    }
    gone.iter()
        .filter_map(|id| world.capabilities.get(*id as usize))
        .filter(|known| known.now.record.claim == Claim::Present)
        .any(|known| better().any(|kind| kind == known.now.record.kind))
}
