//! One reading of an assessment: every criterion's state under one set of exclusions and waivers.
//!
//! An assessment has one lane, and a second one without waivers and without its own
//! `notApplicable` while it has any.

use smallvec::SmallVec;

use super::evaluation::Answer;
use super::requirement::{Scope, as_claimed, clause, combine, last_points};
use super::tally::Tallies;
use crate::arena::{CriterionId, LeafId, Table};
use crate::interner::Symbol;
use crate::model::CriterionKind;
use crate::object::{Claim, TreatAs};
use crate::program::{Clause, Denial, Formula, Points, Program, Statement};
use crate::verdict::{EvidenceClass, Reason, Truth, Verdict};

/// What a criterion's own requirement came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Own {
    pub(crate) truth: Truth,
    pub(crate) reason: Reason,
    pub(crate) class: EvidenceClass,
    /// Whether a better state is claimed that does not hold now and would as claimed: makes an interim
    /// criterion Held.
    pub(crate) held: bool,
    /// Whether the lesser state itself is denied, so that nothing holds it.
    pub(crate) denied: bool,
}

/// Whether a criterion is met, waivers aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Met {
    pub(crate) truth: Truth,
    pub(crate) held: bool,
    pub(crate) class: EvidenceClass,
}

/// What is set from outside on a criterion.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Overlay {
    /// Named as not applicable, or `appliesTo` does not match.
    pub(crate) excluded: bool,
    /// An effective waiver.
    pub(crate) waived: Option<TreatAs>,
}

/// What is set on every criterion.
pub(crate) type Overlays = Table<CriterionId, Overlay>;

/// Everything about one criterion, side by side: a change reads all of it, and nothing of most.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Row {
    overlay: Overlay,
    own: Own,
    met: Met,
    verdict: Verdict,
}

/// The points of a question.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct LeafPoints {
    /// By what is there now, when it is answered.
    now: Option<Points>,
    /// By the answers as last known.
    last: Option<Points>,
}

/// One reading of an assessment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Lane {
    rows: Table<CriterionId, Row>,
    /// Every leaf, so that a change asks only those that read it.
    answers: Table<LeafId, Answer>,
    /// Points of the leaves, in a model that grades.
    points: Option<Table<LeafId, LeafPoints>>,
    pub(crate) tallies: Tallies,
}

/// A verdict that changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flip {
    pub(crate) criterion: CriterionId,
    pub(crate) before: Verdict,
    pub(crate) after: Verdict,
}

/// How much was evaluated, and which verdicts changed.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    /// Requirements.
    pub(crate) criteria: u64,
    /// Leaves of them.
    pub(crate) leaves: u64,
    pub(crate) flips: Vec<Flip>,
}

const UNASKED: Answer = Answer {
    truth: Truth::False,
    reason: Reason::NotDeclared,
    class: EvidenceClass::Declared,
};

const SILENT: Own = Own {
    truth: Truth::False,
    reason: Reason::NotDeclared,
    class: EvidenceClass::Declared,
    held: false,
    denied: false,
};

const OPEN: Met = Met {
    truth: Truth::False,
    held: false,
    class: EvidenceClass::Declared,
};

impl Lane {
    /// Evaluates everything.
    pub(crate) fn build<S: Scope>(program: &Program, scope: &S, overlay: &Overlays) -> Self {
        let graded = program
            .criteria
            .iter()
            .any(|statement| statement.points.is_some());
        let row = |overlay: &Overlay| Row {
            overlay: *overlay,
            own: SILENT,
            met: OPEN,
            verdict: Verdict::Unmet,
        };
        let leaves = || 0..program.leaves;
        let mut lane = Self {
            rows: overlay.iter().map(row).collect(),
            answers: leaves().map(|_| UNASKED).collect(),
            points: graded.then(|| leaves().map(|_| LeafPoints::default()).collect()),
            tallies: Tallies::new(program),
        };
        for (index, statement) in program.criteria.entries() {
            statement
                .formula
                .clauses(&mut |leaf| lane.ask(program, scope, leaf));
            lane.own_again(program, scope, index, statement);
        }
        for index in &program.order {
            let statement = &program.criteria[*index];
            let met = lane.met_now(program, *index, statement);
            let verdict = lane.verdict_now(*index, statement, met);
            lane.set(*index, met, verdict);
            lane.tallies.add(statement, verdict, met.class);
        }
        lane
    }

    /// Asks the leaves again that read capabilities of some types, and works out what follows.
    pub(crate) fn touch<S: Scope>(
        &mut self,
        program: &Program,
        scope: &S,
        kinds: &[Symbol],
    ) -> Touched {
        let mut touched = Touched::default();
        let questions = kinds.iter().filter_map(|kind| program.questions.get(kind));
        for leaf in questions.flatten() {
            touched.leaves += 1;
            self.ask(program, scope, leaf);
        }
        let readers = kinds.iter().filter_map(|kind| program.readers.get(kind));
        let mut criteria: SmallVec<[CriterionId; 32]> = readers.flatten().copied().collect();
        criteria.sort_unstable();
        criteria.dedup();
        for index in criteria {
            let statement = &program.criteria[index];
            touched.criteria += 1;
            if self.own_again(program, scope, index, statement) {
                self.spread(program, index, &mut |flip| touched.flips.push(flip));
            }
        }
        touched
    }

    /// Asks a leaf, and keeps what it came to.
    fn ask<S: Scope>(&mut self, program: &Program, scope: &S, leaf: &Clause) {
        let demand = program.criteria[leaf.criterion].demand;
        let found = clause(leaf, &program.model, demand, scope);
        self.answers[leaf.place] = Answer::from(&found);
        if let Some(points) = &mut self.points {
            points[leaf.place] = LeafPoints {
                now: found.points,
                last: last_points(leaf, &program.model, scope),
            };
        }
    }

    /// Swaps the given requirement results with the lane's own and propagates. `changes` then holds
    /// the previous values; calling again restores them.
    pub(crate) fn swap_requirements(
        &mut self,
        program: &Program,
        changes: &mut [(CriterionId, Own)],
    ) {
        for (index, own) in changes {
            std::mem::swap(&mut self.rows[*index].own, own);
            self.spread(program, *index, &mut |_| {});
        }
    }

    fn spread(&mut self, program: &Program, changed: CriterionId, flipped: &mut impl FnMut(Flip)) {
        for index in &program.affects[changed] {
            let statement = &program.criteria[*index];
            let met = self.met_now(program, *index, statement);
            let verdict = self.verdict_now(*index, statement, met);
            let (was_met, before) = (self.met(*index), self.verdict(*index));
            if (met, verdict) == (was_met, before) {
                continue;
            }
            self.tallies.remove(statement, before, was_met.class);
            self.tallies.add(statement, verdict, met.class);
            self.set(*index, met, verdict);
            if before != verdict {
                flipped(Flip {
                    criterion: *index,
                    before,
                    after: verdict,
                });
            }
        }
    }

    fn set(&mut self, index: CriterionId, met: Met, verdict: Verdict) {
        let row = &mut self.rows[index];
        row.met = met;
        row.verdict = verdict;
    }

    /// Evaluates a criterion's own requirement; true when it came to something else.
    fn own_again<S: Scope>(
        &mut self,
        program: &Program,
        scope: &S,
        index: CriterionId,
        statement: &Statement,
    ) -> bool {
        let found = combine(&statement.formula, &|leaf| self.answered(leaf));
        let denied = statement.kind == CriterionKind::Interim && denied(statement, scope);
        let own = Own {
            truth: found.truth,
            reason: found.reason,
            class: found.class,
            held: statement.kind == CriterionKind::Interim
                && !denied
                && self.shaken(program, statement, scope),
            denied,
        };
        std::mem::replace(&mut self.rows[index].own, own) != own
    }

    /// What a leaf came to.
    fn answered(&self, leaf: &Clause) -> Answer {
        self.answers[leaf.place]
    }

    /// Whether something better than the lesser state is claimed, does not hold now, and would if what
    /// is claimed did.
    fn shaken<S: Scope>(&self, program: &Program, statement: &Statement, scope: &S) -> bool {
        self.better(program, statement).any(|better| {
            let asked = better.asks.iter();
            let mut capabilities = asked.flat_map(|kind| scope.capabilities(*kind));
            capabilities.any(|now| now.is_shaken())
                && as_claimed(program, better, scope) == Truth::True
        })
    }

    /// The successors that apply here.
    pub(crate) fn better<'p>(
        &'p self,
        program: &'p Program,
        statement: &'p Statement,
    ) -> impl Iterator<Item = &'p Statement> + 'p {
        let successors = statement.successors.iter();
        successors
            .filter(|successor| !self.overlay(**successor).excluded)
            .map(|successor| &program.criteria[*successor])
    }

    /// Whether any criterion asks for an answer that has points of its own.
    pub(crate) fn has_questions(&self) -> bool {
        self.points.is_some()
    }

    pub(crate) fn own(&self, criterion: CriterionId) -> Own {
        self.rows[criterion].own
    }

    pub(crate) fn met(&self, criterion: CriterionId) -> Met {
        self.rows[criterion].met
    }

    pub(crate) fn verdict(&self, criterion: CriterionId) -> Verdict {
        self.rows[criterion].verdict
    }

    /// Whether a leaf holds.
    pub(crate) fn leaf(&self, leaf: &Clause) -> Truth {
        self.answered(leaf).truth
    }

    /// The points of a graded requirement by what is there now.
    pub(crate) fn points(&self, statement: &Statement) -> Option<Points> {
        self.points_of(statement, |points| points.now)
    }

    /// The points of a graded requirement by the answers as last known.
    pub(crate) fn last_points(&self, statement: &Statement) -> Option<Points> {
        self.points_of(statement, |points| points.last)
    }

    /// Only a requirement of one leaf is graded.
    fn points_of(
        &self,
        statement: &Statement,
        reading: impl Fn(&LeafPoints) -> Option<Points>,
    ) -> Option<Points> {
        let points = self.points.as_ref()?;
        match &statement.formula {
            Formula::Leaf(leaf) => reading(&points[leaf.place]),
            Formula::AllOf(_) | Formula::AnyOf(_) | Formula::AtLeast(..) => None,
        }
    }

    pub(crate) fn overlay(&self, criterion: CriterionId) -> Overlay {
        self.rows[criterion].overlay
    }

    /// Whether it, its gates included, is satisfied by itself.
    pub(crate) fn satisfied(&self, program: &Program, index: CriterionId) -> Truth {
        let gates = program.criteria[index]
            .gates
            .iter()
            .filter(|gate| !self.overlay(**gate).excluded);
        gates.fold(self.own(index).truth, |truth, gate| {
            truth.and(self.met(*gate).truth)
        })
    }

    fn met_now(&self, program: &Program, index: CriterionId, statement: &Statement) -> Met {
        if let Some(denial) = &statement.negates {
            return Met {
                truth: self.describes(denial),
                ..OPEN
            };
        }
        let own = self.own(index);
        let mut met = Met {
            truth: self.satisfied(program, index),
            held: false,
            class: own.class,
        };
        for successor in statement
            .successors
            .iter()
            .filter(|index| !self.overlay(**index).excluded)
        {
            let truth = self.satisfied(program, *successor);
            let class = self.own(*successor).class;
            let stronger = truth == Truth::True && met.truth == Truth::True && class > met.class;
            if truth > met.truth || (stronger && self.satisfied(program, index) != Truth::True) {
                met = Met {
                    truth,
                    held: false,
                    class,
                };
            }
        }
        if met.truth != Truth::True && own.held {
            return Met {
                truth: Truth::True,
                held: true,
                class: EvidenceClass::Declared,
            };
        }
        if met.truth == Truth::True {
            met
        } else {
            Met {
                class: EvidenceClass::Declared,
                ..met
            }
        }
    }

    /// A negative criterion describes the site when what it denies is not met.
    // See D-006.
    fn describes(&self, denial: &Denial) -> Truth {
        let applicable = denial
            .criteria()
            .iter()
            .filter(|index| !self.overlay(**index).excluded);
        let truths = applicable.map(|index| self.met(*index).truth);
        let met = match denial {
            Denial::AnyOf(_) => truths.fold(Truth::False, Truth::or),
            Denial::AllOf(_) => truths.fold(Truth::True, Truth::and),
        };
        met.negate()
    }

    fn verdict_now(&self, index: CriterionId, statement: &Statement, met: Met) -> Verdict {
        let overlay = self.overlay(index);
        let waived = overlay.waived.filter(|_| statement.waivable);
        let denies_nothing = statement.negates.as_ref().is_some_and(|denial| {
            denial
                .criteria()
                .iter()
                .all(|index| self.overlay(*index).excluded)
        });
        if overlay.excluded || denies_nothing || waived == Some(TreatAs::NotApplicable) {
            return Verdict::NotApplicable;
        }
        match met.truth {
            Truth::True if met.held => Verdict::Held,
            Truth::True => Verdict::Met,
            _ if waived == Some(TreatAs::Met) && statement.negates.is_none() => Verdict::Waived,
            Truth::Unknown => Verdict::Unknown,
            Truth::False => Verdict::Unmet,
        }
    }
}

/// The lesser state itself is claimed absent.
fn denied<S: Scope>(statement: &Statement, scope: &S) -> bool {
    let own = statement
        .asks
        .iter()
        .flat_map(|kind| scope.capabilities(*kind));
    own.into_iter().any(|now| now.record.claim == Claim::Absent)
}
