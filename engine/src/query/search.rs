//! The least that reaches a stage, over all stages on the way at once.
//!
//! A criterion that is met meets every lesser state that it supersedes, also those of stages below, so
//! stages cannot be solved one by one. A way is found greedily and then searched for a cheaper one, taking
//! or leaving one criterion after the other, while a lower bound on what remains says that there may be
//! one. The search ends after a number of tries; then the result says by how much it may be off.

use std::collections::BTreeSet;

use crate::arena::{CriterionId, StageId, entries, row};
use crate::model::CriterionKind;
use crate::program::Program;
use crate::score::lane::{Lane, Own};
use crate::score::walk::{Reading, passes, required};
use crate::verdict::{EvidenceClass, Truth};
use crate::world::Scored;

/// Choices that are tried for one way.
const TRIES: u32 = 10_000;

/// Parts of a day that a price is counted in, rounded down: a bound stays a bound.
const SCALE: u128 = 1 << 20;

/// More effort than any way takes.
const NEVER: u64 = u64::MAX / 2;

/// A way that was found.
#[derive(Debug, Clone)]
pub(super) struct Way {
    pub(super) criteria: BTreeSet<CriterionId>,
    pub(super) effort: u64,
    /// No way has less; equal to the effort where the search came to its end.
    pub(super) at_least: u64,
}

/// The search for the least way to a stage.
pub(super) struct Search<'p> {
    program: &'p Program,
    /// What is met so far.
    lane: Lane,
    /// Stages on the way that do not pass yet, gates aside.
    stages: Vec<StageId>,
    /// Criteria that can help, the cheapest for what they give first.
    open: Vec<Candidate>,
    tries: u32,
}

/// A criterion that is not met by itself.
#[derive(Debug, Clone)]
struct Candidate {
    criterion: CriterionId,
    effort: u64,
    /// Weight that it gives to the stages of the search, in their order, on its own or as a successor.
    gives: Vec<u64>,
}

impl<'p> Search<'p> {
    /// None where even everything together does not reach the stage.
    pub(super) fn of(scored: &'p Scored, to: u32) -> Option<Self> {
        let program = &*scored.program;
        let reached = scored.position().stage(Reading::Proven)?;
        let lane = scored.lane.clone();
        let walk = program.model.scoring.walk;
        let stages = entries(&program.model.stages).filter(|(stage, level)| {
            let tally = *row(lane.tallies.overall(), *stage);
            let ahead = level.rank > reached && level.rank <= to;
            ahead && !passes(walk, tally, Reading::Proven)
        });
        let stages: Vec<StageId> = stages.map(|(stage, _)| stage).collect();
        let mut search = Self {
            program,
            lane,
            stages,
            open: Vec::new(),
            tries: 0,
        };
        search.open = search.candidates();
        search.drop_what_cannot_be_done();
        let all: Vec<CriterionId> = search.open.iter().map(|one| one.criterion).collect();
        search.with(&all, Self::reaches).then_some(search)
    }

    /// Whether every way takes more effort than this: searched only where neither a bound nor a first
    /// way decides.
    pub(super) fn takes_more_than(mut self, days: u64) -> bool {
        if self.bound(&self.open) > days {
            return true;
        }
        self.first_way().0 > days && self.least().effort > days
    }

    /// A way of which nothing can be left out, though another may be shorter.
    pub(super) fn short_way(mut self) -> BTreeSet<CriterionId> {
        self.first_way().1
    }

    /// The least way that is found.
    pub(super) fn least(mut self) -> Way {
        let at_least = self.bound(&self.open);
        let mut best = self.first_way();
        self.improve(0, &mut BTreeSet::new(), 0, &mut best);
        let complete = self.tries < TRIES;
        Way {
            at_least: if complete {
                best.0
            } else {
                at_least.min(best.0)
            },
            effort: best.0,
            criteria: best.1,
        }
    }

    /// Criteria that concern the site and are not met by themselves, as far as they or what they open or
    /// stand for weigh on a stage of the search.
    fn candidates(&self) -> Vec<Candidate> {
        let (program, lane) = (self.program, &self.lane);
        let weighs = |criterion: CriterionId| {
            let statement = &program.criteria[criterion];
            let stage = statement.stage.filter(|_| statement.counts)?;
            let place = self.stages.iter().position(|other| *other == stage)?;
            lane.verdict(criterion)
                .is_open()
                .then_some((place, u64::from(statement.weight)))
        };
        let criteria = program.criteria.entries().map(|(criterion, _)| criterion);
        let mut waiting: Vec<CriterionId> = criteria.filter(|id| weighs(*id).is_some()).collect();
        let mut related = BTreeSet::new();
        while let Some(next) = waiting.pop() {
            if related.insert(next) {
                waiting.extend(&program.criteria[next].successors);
                waiting.extend(prerequisites(program, next));
            }
        }
        let can_be_met = |criterion: &CriterionId| {
            program.criteria[*criterion].kind != CriterionKind::Negative
                && !lane.overlay(*criterion).excluded
                && lane.own(*criterion).truth != Truth::True
        };
        let candidate = |criterion: CriterionId| {
            let mut gives = vec![0; self.stages.len()];
            let helped = program.affects[criterion].iter().copied();
            for (place, weight) in helped.filter_map(weighs) {
                if let Some(given) = gives.get_mut(place) {
                    *given += weight;
                }
            }
            Candidate {
                criterion,
                effort: effort(program, criterion),
                gives,
            }
        };
        let mut open: Vec<Candidate> = related
            .into_iter()
            .filter(can_be_met)
            .map(candidate)
            .collect();
        open.sort_by_key(|one| {
            let given = one.gives.iter().sum();
            (given == 0, price(one.effort, given), one.criterion)
        });
        open
    }

    /// Leaves out what needs something first that cannot be met, be everything else.
    fn drop_what_cannot_be_done(&mut self) {
        loop {
            let all: Vec<CriterionId> = self.open.iter().map(|one| one.criterion).collect();
            let possible = self.with(&all, |search| {
                let mut open = search.open.clone();
                open.retain(|one| search.is_in_order(one.criterion));
                open
            });
            if possible.len() == self.open.len() {
                return;
            }
            self.open = possible;
        }
    }

    /// Everything, and then without one after the other that is not needed, the dearest first.
    fn first_way(&mut self) -> (u64, BTreeSet<CriterionId>) {
        let mut taken: BTreeSet<CriterionId> = self.open.iter().map(|one| one.criterion).collect();
        let mut met: Vec<(CriterionId, Own)> = Vec::new();
        for one in self.open.clone().into_iter().rev() {
            met.push((one.criterion, satisfied(&self.lane, one.criterion)));
        }
        self.lane.swap_requirements(self.program, &mut met);
        for one in &mut met {
            self.lane
                .swap_requirements(self.program, std::slice::from_mut(one));
            taken.remove(&one.0);
            if !self.is_a_way(&taken) {
                self.lane
                    .swap_requirements(self.program, std::slice::from_mut(one));
                taken.insert(one.0);
            }
        }
        for one in met.iter_mut().filter(|one| taken.contains(&one.0)) {
            self.lane
                .swap_requirements(self.program, std::slice::from_mut(one));
        }
        (self.effort_of(&taken), taken)
    }

    fn effort_of(&self, taken: &BTreeSet<CriterionId>) -> u64 {
        let taken = self
            .open
            .iter()
            .filter(|one| taken.contains(&one.criterion));
        taken.map(|one| one.effort).sum()
    }

    /// Tries the criteria from a place on, those before it being decided.
    fn improve(
        &mut self,
        place: usize,
        taken: &mut BTreeSet<CriterionId>,
        effort: u64,
        best: &mut (u64, BTreeSet<CriterionId>),
    ) {
        self.tries += 1;
        if self.tries >= TRIES {
            return;
        }
        if effort < best.0 && self.is_a_way(taken) {
            *best = (effort, taken.clone());
            return;
        }
        let rest = self.open.get(place..).unwrap_or_default();
        let Some(next) = rest.first().cloned() else {
            return;
        };
        if effort + self.bound(rest) >= best.0 {
            return;
        }
        let mut met = [(next.criterion, satisfied(&self.lane, next.criterion))];
        self.lane.swap_requirements(self.program, &mut met);
        taken.insert(next.criterion);
        self.improve(place + 1, taken, effort + next.effort, best);
        taken.remove(&next.criterion);
        self.lane.swap_requirements(self.program, &mut met);
        self.improve(place + 1, taken, effort, best);
    }

    /// Effort that what is missing takes at the least, out of these criteria; without end where they
    /// cannot make it up. Each shares its effort out over the stages that it gives to.
    fn bound(&self, rest: &[Candidate]) -> u64 {
        let mut bound = 0_u128;
        for (place, missing) in self.missing().into_iter().enumerate() {
            let given = |one: &Candidate| one.gives.get(place).copied().unwrap_or_default();
            let giving = rest.iter().filter(|one| given(one) > 0);
            let mut prices: Vec<(u128, u64)> = giving
                .map(|one| {
                    let stages = one.gives.iter().filter(|given| **given > 0).count();
                    let shared = given(one).saturating_mul(stages as u64);
                    (price(one.effort, shared), given(one))
                })
                .collect();
            prices.sort_unstable();
            let mut open = missing;
            for (price, weight) in prices {
                let taken = weight.min(open);
                bound += price * u128::from(taken);
                open -= taken;
            }
            if open > 0 {
                return NEVER;
            }
        }
        u64::try_from(bound.div_ceil(SCALE)).unwrap_or(NEVER)
    }

    /// Weight missing for each stage of the search.
    fn missing(&self) -> Vec<u64> {
        let walk = self.program.model.scoring.walk;
        let tallies = self.lane.tallies.overall();
        let missing = |stage: &StageId| {
            let tally = row(tallies, *stage);
            required(walk, tally.of).saturating_sub(tally.met)
        };
        self.stages.iter().map(missing).collect()
    }

    fn is_a_way(&self, taken: &BTreeSet<CriterionId>) -> bool {
        self.reaches() && taken.iter().all(|one| self.is_in_order(*one))
    }

    fn reaches(&self) -> bool {
        let walk = self.program.model.scoring.walk;
        let tallies = self.lane.tallies.overall();
        let mut stages = self.stages.iter();
        stages.all(|stage| passes(walk, *row(tallies, *stage), Reading::Proven))
    }

    /// Whether all that a criterion needs first is met, as far as it applies.
    fn is_in_order(&self, criterion: CriterionId) -> bool {
        prerequisites(self.program, criterion).all(|first| {
            self.lane.overlay(first).excluded || self.lane.met(first).truth == Truth::True
        })
    }

    /// Asks something with some criteria met.
    fn with<T>(&mut self, taken: &[CriterionId], ask: impl FnOnce(&Self) -> T) -> T {
        let mut met: Vec<(CriterionId, Own)> = taken
            .iter()
            .map(|one| (*one, satisfied(&self.lane, *one)))
            .collect();
        self.lane.swap_requirements(self.program, &mut met);
        let answer = ask(self);
        self.lane.swap_requirements(self.program, &mut met);
        answer
    }
}

/// What a criterion needs first, whatever the strength.
pub(super) fn prerequisites(
    program: &Program,
    criterion: CriterionId,
) -> impl Iterator<Item = CriterionId> + '_ {
    let edges = program.stated(criterion).depends_on.iter();
    edges.filter_map(|edge| program.criterion(&edge.criterion))
}

/// Effort for one of some weight.
fn price(effort: u64, weight: u64) -> u128 {
    u128::from(effort) * SCALE / u128::from(weight.max(1))
}

fn effort(program: &Program, criterion: CriterionId) -> u64 {
    let days = program.stated(criterion).effort_days;
    u64::from(days.unwrap_or(1))
}

/// A requirement that came true on a declaration.
pub(super) fn satisfied(lane: &Lane, criterion: CriterionId) -> Own {
    Own {
        truth: Truth::True,
        class: EvidenceClass::Declared,
        ..lane.own(criterion)
    }
}
