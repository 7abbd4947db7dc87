//! Scoring one assessment: afresh, or only what a change touches.

use std::sync::Arc;

use jiff::Timestamp;

use super::causes::{closed_gate, stopped};
use super::derivation::Moment;
use super::entry::{AssessmentState, Flipped, Scored, Why};
use super::overlay::bare_overlay;
use super::selection::Selection;
use super::state::{Pending, Place, Rebuild, World};
use crate::arena::{AssessmentId, CriterionId};
use crate::key::ObjectKey;
use crate::ledger::Because;
use crate::program::Program;
use crate::score::lane::{Flip, Lane};
use crate::time::end_of;
use crate::verdict::NotScored;
use crate::view::Problem;

/// At most this many criteria are named as unknown.
const NAMED: usize = 5;

impl World {
    pub(super) fn assess(&mut self, id: AssessmentId, pending: &Pending, now: Timestamp) {
        self.visits.assessments += 1;
        let state = &self.assessments[id];
        let key = state.key.clone();
        match (pending.rebuild, &state.scored) {
            (None, Some(_)) => self.touch(id, pending, now),
            (why, _) => self.rebuild(id, why.unwrap_or(Rebuild::Scope), now),
        }
        let state = &mut self.assessments[id];
        if let Some(scored) = &state.scored {
            state.problem = undetermined(scored);
        }
        // A view also names owners, deciders and ends, which move without any verdict.
        self.stale_views.assessments.insert(id);
        let waivers: Vec<ObjectKey> = self
            .waivers_for(&key)
            .map(|(_, waiver)| waiver.key.clone())
            .collect();
        self.dirty.changes.extend(waivers);
        self.dirty.changes.insert(key);
        let state = &mut self.assessments[id];
        let due = next_due(state, now);
        let before = std::mem::replace(&mut state.due, due);
        self.reschedule(Place::Assessment(id), before, due);
    }

    /// Evaluates the touched criteria again, and what reads them.
    fn touch(&mut self, id: AssessmentId, pending: &Pending, now: Timestamp) {
        let Some(mut scored) = self.assessments[id].scored.take() else {
            return;
        };
        let selection = self.selection(&self.assessments[id], None);
        let program = &scored.program;
        let touched = scored.lane.touch(program, &selection, &pending.kinds);
        let (mut criteria, mut leaves) = (touched.criteria, touched.leaves);
        if let Some(bare) = scored.bare.as_mut() {
            let touched = bare.touch(program, &selection, &pending.kinds);
            criteria += touched.criteria;
            leaves += touched.leaves;
        }
        if pending.recount {
            scored.referenced = referenced(program, &selection) || scored.award.is_some();
        }
        self.visits.criteria += criteria;
        self.visits.predicates += leaves;
        let state = &mut self.assessments[id];
        if !touched.flips.is_empty() {
            state.record_flips(&scored.lane, stopped(program, &touched.flips, None, now));
        }
        state.scored = Some(scored);
    }

    /// Evaluates everything.
    fn rebuild(&mut self, id: AssessmentId, why: Rebuild, now: Timestamp) {
        let program = match self.program_for(&self.assessments[id]) {
            Ok(program) => program,
            Err(problem) => {
                let state = &mut self.assessments[id];
                state.problem = Some(problem);
                state.scored = None;
                return;
            }
        };
        let scored = self.scored_afresh(&self.assessments[id], program, now);
        let lanes = if scored.bare.is_some() { 2 } else { 1 };
        self.visits.criteria += scored.program.criteria.len() as u64 * lanes;
        self.visits.predicates += scored.program.leaves as u64 * lanes;
        let state = &mut self.assessments[id];
        state.follow_flips(&scored.program);
        if let Some(before) = &state.scored {
            let (flips, gate_closed) = changes_since(before, &scored);
            let mut flipped = stopped(&scored.program, &flips, Some(why), now);
            flipped.extend(gate_closed.map(|because| Flipped {
                criterion: None,
                at: now,
                why: Why::Known(because),
            }));
            state.record_flips(&scored.lane, flipped);
        }
        state.scored = Some(scored);
    }

    fn scored_afresh(
        &self,
        state: &AssessmentState,
        program: Arc<Program>,
        now: Timestamp,
    ) -> Scored {
        let selection = self.selection(state, None);
        let overlay = self.overlay_at(state, &program, now, &|_| false);
        let bare_overlay = bare_overlay(state, &program);
        let lane = Lane::build(&program, &selection, &overlay);
        let bare = (overlay != bare_overlay)
            .then(|| Box::new(Lane::build(&program, &selection, &bare_overlay)));
        let award = self.award(state, &program, Moment::of(now));
        let referenced = referenced(&program, &selection) || award.is_some();
        Scored {
            program,
            lane,
            bare,
            award,
            referenced,
        }
    }

    fn program_for(&self, state: &AssessmentState) -> Result<Arc<Program>, Problem> {
        let model = &state.spec.model;
        let problem = |reason, message| Err(Problem { reason, message });
        if state.spec.rolls_up {
            let message =
                "this assessment rolls up others, which this version validates and does not score";
            return problem(NotScored::RollUpNotScored, message.to_owned());
        }
        let view = self.models.get(model).and_then(|entry| entry.view.as_ref());
        match view.map(|view| &view.program) {
            None => problem(
                NotScored::ModelNotFound,
                format!("there is no model `{model}`"),
            ),
            Some(Ok(program)) => Ok(program.clone()),
            Some(Err(findings)) => {
                let first = findings.first().map(ToString::to_string);
                let first = first.unwrap_or_default();
                problem(
                    NotScored::ModelInvalid,
                    format!("model `{model}` cannot be used: {first}"),
                )
            }
        }
    }
}

impl AssessmentState {
    /// Keeps why criteria no longer count; those that count again are forgotten.
    fn record_flips(&mut self, lane: &Lane, flipped: Vec<Flipped>) {
        let counts = |id: Option<CriterionId>| id.is_some_and(|id| lane.verdict(id).counts());
        let again = |id: Option<CriterionId>| flipped.iter().any(|flip| flip.id() == id);
        self.flips
            .retain(|flip| !counts(flip.id()) && !again(flip.id()));
        self.flips.extend(flipped);
    }

    /// Finds the criteria of flips again in what the assessment is scored with from now on.
    ///
    /// Why: the ids of another text of the model mean other criteria here, or none.
    fn follow_flips(&mut self, program: &Program) {
        self.flips.retain_mut(|flip| {
            let Some(criterion) = &mut flip.criterion else {
                return true;
            };
            let found = program.criterion(&criterion.name);
            criterion.id = found.unwrap_or(criterion.id);
            found.is_some()
        });
    }
}

/// What is unknown under a model that lets nothing unknown pass.
fn undetermined(scored: &Scored) -> Option<Problem> {
    let program = &scored.program;
    let open = scored.position().undetermined();
    let mut named: Vec<&str> = open.iter().map(|id| &*program.stated(*id).name).collect();
    let more = named.split_off(named.len().min(NAMED)).len();
    let criteria = match (named.len(), more) {
        (0, _) => return None,
        (1, 0) => format!("criterion {} is", named.join(", ")),
        (_, 0) => format!("criteria {} are", named.join(", ")),
        _ => format!("criteria {} and {more} more are", named.join(", ")),
    };
    Some(Problem {
        reason: NotScored::Undetermined,
        message: format!(
            "{criteria} unknown, and model `{}` gives no points while anything is; declare, attest or \
             probe what they ask for, or name them in `notApplicable`",
            program.model.name
        ),
    })
}

/// Whether any criterion of the program refers to any selected capability.
fn referenced(program: &Program, selection: &Selection<'_>) -> bool {
    program
        .asked
        .iter()
        .any(|kind| selection.of_kind(*kind).next().is_some())
}

/// Verdicts that differ between two scorings under one model, and whether the gate closed.
fn changes_since(before: &Scored, after: &Scored) -> (Vec<Flip>, Option<Because>) {
    let gate = before.award.as_ref().filter(|gone| {
        let award = after.award.as_ref();
        award.is_none_or(|award| award.stage < gone.stage)
    });
    let gate = gate.map(|gone| closed_gate(Some(gone.attestation.clone())));
    if before.program.model.digest != after.program.model.digest {
        return (Vec::new(), gate);
    }
    let criteria = after.program.criteria.entries();
    let flips = criteria
        .map(|(criterion, _)| Flip {
            criterion,
            before: before.lane.verdict(criterion),
            after: after.lane.verdict(criterion),
        })
        .filter(|flip| flip.before != flip.after);
    (flips.collect(), gate)
}

/// When time alone changes something about an assessment itself.
fn next_due(state: &AssessmentState, now: Timestamp) -> Option<Timestamp> {
    let award = state
        .scored
        .as_ref()
        .and_then(|scored| scored.award.as_ref())
        .map(|award| award.valid_until);
    let target = state
        .spec
        .target
        .as_ref()
        .and_then(|target| target.by)
        .map(end_of);
    award.into_iter().chain(target).filter(|at| *at > now).min()
}
