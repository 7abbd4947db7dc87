//! Leaves as counts over the capabilities that they read: losing a capability only moves counts.

use std::cell::Cell;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use crate::arena::{CapabilityId, CriterionId, LeafId};
use crate::capability::{CapabilityNow, Record};
use crate::interner::Symbol;
use crate::model::{CriterionKind, Quantifier};
use crate::object::Claim;
use crate::program::{Clause, Formula, Statement, Test};
use crate::score::lane::Own;
use crate::score::requirement::{at_claim, claimed, weighed};
use crate::verdict::{Reason, Truth};
use crate::world::{Scored, Selection, World};

/// Capabilities that are lost together, in order.
pub(super) type Gone = SmallVec<[CapabilityId; 8]>;

/// Requirements that come to something else.
pub(super) type Changes = SmallVec<[(CriterionId, Own); 16]>;

/// The leaves that read several capabilities, as counts; of any other, the only one decides.
pub(super) struct Counts<'w> {
    scored: &'w Scored,
    shared: FxHashMap<LeafId, LeafCount>,
    /// The leaves of the successors of interim criteria, with what is shaken taken at its claim.
    claimed: FxHashMap<LeafId, LeafCount>,
    /// Types of which a capability is shaken.
    shaken: FxHashSet<Symbol>,
    /// Leaves looked at so far.
    looked_at: Cell<u64>,
}

/// The capabilities that one leaf reads.
struct LeafCount {
    how: How,
    /// By capability.
    items: Vec<Item>,
    tally: [u32; 3],
}

/// What a leaf makes of one capability: now, and when that is lost.
#[derive(Clone, Copy)]
struct Item {
    capability: CapabilityId,
    now: Truth,
    lost: Truth,
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
    pub(super) fn of(scored: &'w Scored, selection: &Selection<'_>) -> Self {
        let program = &scored.program;
        let mut shared = FxHashMap::default();
        for (kind, leaves) in &program.questions {
            if selection.of_kind(*kind).nth(1).is_some() {
                let counted = |leaf: &Arc<Clause>| (leaf.place, as_is(leaf, scored, selection));
                shared.extend(leaves.iter().map(counted));
            }
        }
        let mut claimed = FxHashMap::default();
        let interim = |statement: &&Statement| statement.kind == CriterionKind::Interim;
        let interim = program.criteria.iter().filter(interim);
        for better in interim.flat_map(|statement| scored.lane.better(program, statement)) {
            better.formula.clauses(&mut |leaf| {
                let count = || as_claimed(leaf, scored, selection);
                claimed.entry(leaf.place).or_insert_with(count);
            });
        }
        let shaken = |kind: &Symbol| selection.of_kind(*kind).any(|(_, now)| now.is_shaken());
        Self {
            scored,
            shared,
            claimed,
            shaken: program.asked.iter().copied().filter(shaken).collect(),
            looked_at: Cell::new(0),
        }
    }

    /// How many leaves were looked at.
    pub(super) fn looked_at(&self) -> u64 {
        self.looked_at.get()
    }

    /// The criteria whose own requirement comes to something else without these capabilities.
    pub(super) fn without(&self, world: &World, gone: &[CapabilityId]) -> Changes {
        let (program, lane) = (&self.scored.program, &self.scored.lane);
        let records = gone.iter().map(|id| &*world.capabilities[*id].now.record);
        let records: SmallVec<[&Record; 8]> = records.collect();
        let readers = records
            .iter()
            .filter_map(|record| program.readers.get(&record.kind));
        let mut criteria: SmallVec<[CriterionId; 32]> = readers.flatten().copied().collect();
        criteria.sort_unstable();
        criteria.dedup();
        let now = |leaf: &Clause| match self.shared.get(&leaf.place) {
            _ if records.iter().all(|record| record.kind != leaf.kind) => lane.leaf(leaf),
            Some(count) => count.without(gone),
            None => Truth::False,
        };
        let change = |criterion: CriterionId| {
            let statement = &program.criteria[criterion];
            let before = lane.own(criterion);
            let truth = self.truth(&statement.formula, &now);
            let after = Own {
                truth,
                reason: Reason::Refuted,
                held: self.held(statement, before, &records, gone),
                ..before
            };
            (truth != before.truth || after.held != before.held).then_some((criterion, after))
        };
        criteria.into_iter().filter_map(change).collect()
    }

    /// Whether an interim criterion is Held without these: something better is claimed that does not
    /// hold then, and would as claimed.
    fn held(
        &self,
        statement: &Statement,
        own: Own,
        records: &[&Record],
        gone: &[CapabilityId],
    ) -> bool {
        if statement.kind != CriterionKind::Interim || own.denied {
            return false;
        }
        let shaken = |kind: &Symbol| {
            let mut claimed = records.iter().filter(|gone| gone.claim == Claim::Present);
            self.shaken.contains(kind) || claimed.any(|gone| gone.kind == *kind)
        };
        let at_claim = |leaf: &Clause| {
            let count = self.claimed.get(&leaf.place);
            count.map_or(Truth::False, |count| count.without(gone))
        };
        let mut better = self.scored.lane.better(&self.scored.program, statement);
        better.any(|better| {
            better.asks.iter().any(shaken) && self.truth(&better.formula, &at_claim) == Truth::True
        })
    }

    fn truth(&self, formula: &Formula, leaf: &impl Fn(&Clause) -> Truth) -> Truth {
        self.looked_at.set(self.looked_at.get() + 1);
        match formula {
            Formula::Leaf(clause) => leaf(clause),
            Formula::AllOf(items) => items
                .iter()
                .fold(Truth::True, |truth, item| truth.and(self.truth(item, leaf))),
            Formula::AnyOf(items) => items
                .iter()
                .fold(Truth::False, |truth, item| truth.or(self.truth(item, leaf))),
            Formula::AtLeast(count, items) => {
                let mut tally = [0u32; 3];
                for item in items {
                    if let Some(number) = tally.get_mut(place(self.truth(item, leaf))) {
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

/// A leaf as it is, where what is lost is not there.
fn as_is(leaf: &Clause, scored: &Scored, selection: &Selection<'_>) -> LeafCount {
    let program = &scored.program;
    let demand = program.criteria[leaf.criterion].demand;
    LeafCount::of(leaf, selection, |capability| {
        let now = weighed(leaf, &program.model, demand, capability).truth;
        (now, Truth::False)
    })
}

/// A leaf with what is shaken taken at its claim, which is what is lost too when it is claimed.
fn as_claimed(leaf: &Clause, scored: &Scored, selection: &Selection<'_>) -> LeafCount {
    let program = &scored.program;
    let demand = program.criteria[leaf.criterion].demand;
    LeafCount::of(leaf, selection, |capability| {
        let now = claimed(leaf, &program.model, demand, capability).truth;
        let lost = match capability.record.claim {
            Claim::Present => at_claim(leaf, &program.model, capability).truth,
            Claim::Absent | Claim::Unknown => Truth::False,
        };
        (now, lost)
    })
}

impl LeafCount {
    fn of(
        leaf: &Clause,
        selection: &Selection<'_>,
        truths: impl Fn(&Arc<CapabilityNow>) -> (Truth, Truth),
    ) -> Self {
        let item = |(id, capability): (Option<CapabilityId>, &Arc<CapabilityNow>)| {
            let (now, lost) = truths(capability);
            let capability = id?;
            Some(Item {
                capability,
                now,
                lost,
            })
        };
        let mut items: Vec<Item> = selection.of_kind(leaf.kind).filter_map(item).collect();
        items.sort_unstable_by_key(|item| item.capability);
        let mut tally = [0; 3];
        for item in &items {
            if let Some(number) = tally.get_mut(place(item.now)) {
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
        let mut tally = self.tally;
        let place_of = |id: &CapabilityId| {
            let found = self.items.binary_search_by_key(id, |item| item.capability);
            found.ok().and_then(|place| self.items.get(place))
        };
        for item in gone.iter().filter_map(place_of) {
            if let Some(number) = tally.get_mut(place(item.now)) {
                *number -= 1;
            }
            if let Some(number) = tally.get_mut(place(item.lost)) {
                *number += 1;
            }
        }
        let [falses, unknowns, trues] = tally;
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
