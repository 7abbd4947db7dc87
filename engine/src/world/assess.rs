//! Scoring one assessment: afresh, or only what a change touches.

use std::sync::Arc;

use jiff::Timestamp;

use super::causes::{closed_gate, stopped};
use super::derivation::Moment;
use super::entry::{AssessmentState, Flipped, Scored, Why};
use super::overlay::bare_overlay;
use super::selection::Selection;
use super::state::{Pending, Place, Rebuild, World};
use crate::key::ObjectKey;
use crate::ledger::Because;
use crate::program::Program;
use crate::score::lane::{Flip, Lane};
use crate::time::end_of;
use crate::verdict::NotScored;
use crate::view::Problem;

impl World {
    pub(super) fn assess(&mut self, id: usize, pending: &Pending, now: Timestamp) {
        self.visits.assessments += 1;
        let Some(state) = self.assessments.get(id) else {
            return;
        };
        let key = state.key.clone();
        match (pending.rebuild, &state.scored) {
            (None, Some(_)) => self.touch(id, pending, now),
            _ => self.rebuild(id, pending.rebuild.unwrap_or(Rebuild::Scope), now),
        }
        // A view also names owners, deciders and ends, which move without any verdict.
        self.stale_views.assessments.insert(id);
        let waivers: Vec<ObjectKey> = self.waivers_of(&key).collect();
        self.dirty.changes.extend(waivers);
        self.dirty.changes.insert(key);
        let Some(state) = self.assessments.get(id) else {
            return;
        };
        let due = next_due(state, now);
        let before = state.due;
        self.reschedule(Place::Assessment(id), before, due);
        if let Some(state) = self.assessments.get_mut(id) {
            state.due = due;
        }
    }

    /// Evaluates the touched criteria again, and what reads them.
    fn touch(&mut self, id: usize, pending: &Pending, now: Timestamp) {
        let Some(state) = self.assessments.get_mut(id) else {
            return;
        };
        let Some(mut scored) = state.scored.take() else {
            return;
        };
        let spec = state.spec.clone();
        let namespace = state.key.namespace.clone();
        let mut flips = Vec::new();
        if let Some(found) = self.namespaces.get(&namespace) {
            let selection = Selection {
                namespace: found,
                capabilities: &self.capabilities,
                selector: spec.capabilities.as_ref(),
                overrides: None,
            };
            let program = &scored.program;
            let touched = scored.lane.touch(program, &selection, &pending.kinds);
            self.visits.criteria += touched.criteria;
            self.visits.predicates += touched.leaves;
            flips = touched.flips;
            if let Some(bare) = scored.bare.as_mut() {
                let touched = bare.touch(program, &selection, &pending.kinds);
                self.visits.criteria += touched.criteria;
                self.visits.predicates += touched.leaves;
            }
            if pending.recount {
                scored.referenced =
                    referenced(&scored.program, &selection) || scored.award.is_some();
            }
        }
        if let Some(state) = self.assessments.get_mut(id) {
            if !flips.is_empty() {
                state.record_flips(&scored.lane, stopped(&flips, None, now));
            }
            state.scored = Some(scored);
        }
    }

    /// Evaluates everything.
    fn rebuild(&mut self, id: usize, why: Rebuild, now: Timestamp) {
        let Some(state) = self.assessments.get(id) else {
            return;
        };
        let program = match self.program_for(state) {
            Ok(program) => program,
            Err(problem) => {
                let Some(state) = self.assessments.get_mut(id) else {
                    return;
                };
                state.problem = Some(problem);
                state.scored = None;
                return;
            }
        };
        let overlay = self.overlay_at(state, &program, now, &|_| false);
        let plain = overlay
            .iter()
            .zip(bare_overlay(state, &program).iter())
            .all(|(left, right)| left == right);
        let Some(namespace) = self.namespaces.get(&state.key.namespace) else {
            return;
        };
        let selection = Selection {
            namespace,
            capabilities: &self.capabilities,
            selector: state.spec.capabilities.as_ref(),
            overrides: None,
        };
        let lane = Lane::build(&program, &selection, &overlay);
        let bare = (!plain).then(|| {
            Box::new(Lane::build(
                &program,
                &selection,
                &bare_overlay(state, &program),
            ))
        });
        let award = self.award(state, &program, Moment::of(now));
        let referenced = referenced(&program, &selection) || award.is_some();
        let lanes = if plain { 1 } else { 2 };
        let (criteria, leaves) = (program.criteria.len(), program.leaves);
        let scored = Scored {
            program,
            lane,
            bare,
            award,
            referenced,
        };
        let (flips, gate_closed) = changes_since(state.scored.as_ref(), &scored);
        let mut flipped = stopped(&flips, Some(why), now);
        flipped.extend(gate_closed.map(|because| Flipped {
            criterion: None,
            at: now,
            why: Why::Known(because),
        }));
        let known_before = state.scored.is_some();
        self.visits.criteria += criteria as u64 * lanes;
        self.visits.predicates += leaves as u64 * lanes;
        let Some(state) = self.assessments.get_mut(id) else {
            return;
        };
        state.problem = None;
        if known_before {
            state.record_flips(&scored.lane, flipped);
        }
        state.scored = Some(scored);
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
        let counts =
            |criterion: Option<u32>| criterion.is_some_and(|index| lane.verdict(index).counts());
        let again = |criterion: Option<u32>| flipped.iter().any(|flip| flip.criterion == criterion);
        self.flips
            .retain(|flip| !counts(flip.criterion) && !again(flip.criterion));
        self.flips.extend(flipped);
    }
}

/// Whether any criterion of the program refers to any selected capability.
fn referenced(program: &Program, selection: &Selection<'_>) -> bool {
    program
        .asked
        .iter()
        .any(|kind| selection.of_kind(*kind).next().is_some())
}

/// Verdicts that differ between two scorings under one model, and whether the gate closed.
fn changes_since(before: Option<&Scored>, after: &Scored) -> (Vec<Flip>, Option<Because>) {
    let Some(before) = before else {
        return (Vec::new(), None);
    };
    let gate = match (&before.award, &after.award) {
        (Some(gone), award) if award.as_ref().is_none_or(|award| award.stage < gone.stage) => {
            Some(closed_gate(Some(gone.attestation.clone())))
        }
        _ => None,
    };
    if before.program.model.digest != after.program.model.digest {
        return (Vec::new(), gate);
    }
    let flips = (0u32..)
        .zip(&after.program.criteria)
        .map(|(criterion, _)| Flip {
            criterion,
            before: before.lane.verdict(criterion),
            after: after.lane.verdict(criterion),
        })
        .filter(|flip| flip.before != flip.after)
        .collect();
    (flips, gate)
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
