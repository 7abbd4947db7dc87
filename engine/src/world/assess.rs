//! Scoring one assessment: afresh, or only what a change touches.

use std::sync::Arc;

use jiff::Timestamp;

use super::blame::stopped;
use super::scope::Selection;
use super::settle::Moment;
use super::state::{AssessmentState, Flipped, Scored, Why};
use super::{Pending, Place, Rebuild, World};
use crate::key::{Name, ObjectKey};
use crate::object::TreatAs;
use crate::program::Program;
use crate::score::graded;
use crate::score::lane::{Flip, Lane, Overlay};
use crate::score::walk::{Reading, climb};
use crate::time::{Phase, after, end_of, start_of};
use crate::verdict::Verdict;
use crate::view::AwardView;

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

    fn program_for(&self, state: &AssessmentState) -> Result<Arc<Program>, (&'static str, String)> {
        let model = &state.spec.model;
        if state.spec.rolls_up {
            return Err((
                "RollUpNotScored",
                "this assessment rolls up others, which this version validates and does not score"
                    .to_owned(),
            ));
        }
        let view = self.models.get(model).and_then(|entry| entry.view.as_ref());
        match view.map(|view| &view.program) {
            None => Err(("ModelNotFound", format!("there is no model `{model}`"))),
            Some(Ok(program)) => Ok(program.clone()),
            Some(Err(findings)) => {
                let first = findings
                    .first()
                    .map(ToString::to_string)
                    .unwrap_or_default();
                Err((
                    "ModelInvalid",
                    format!("model `{model}` cannot be used: {first}"),
                ))
            }
        }
    }

    /// What the assessment's own text and the waivers in force at an instant set on each
    /// criterion, with some waivers taken as ended.
    pub(super) fn overlay_at(
        &self,
        state: &AssessmentState,
        program: &Program,
        at: Timestamp,
        ended: &dyn Fn(usize) -> bool,
    ) -> Box<[Overlay]> {
        let mut overlay = bare_overlay(state, program);
        for (name, _) in &state.spec.not_applicable {
            if let Some(set) = program
                .criterion(name)
                .and_then(|index| overlay.get_mut(index))
            {
                set.excluded = true;
            }
        }
        for id in self.waiver_ids(state) {
            let Some(known) = self.waivers.get(*id).filter(|known| known.in_force(at)) else {
                continue;
            };
            if ended(*id) {
                continue;
            }
            for name in &known.spec.criteria {
                let Some(set) = program
                    .criterion(name)
                    .and_then(|index| overlay.get_mut(index))
                else {
                    continue;
                };
                if set.waived != Some(TreatAs::NotApplicable) {
                    set.waived = Some(known.spec.treat_as);
                }
            }
        }
        overlay
    }

    pub(super) fn waiver_ids(&self, state: &AssessmentState) -> &[usize] {
        let namespace = self.namespaces.get(&state.key.namespace);
        let ids = namespace.and_then(|found| found.waivers.get(&state.key.name));
        ids.map(|ids| &**ids).unwrap_or_default()
    }

    pub(super) fn award_ids(&self, state: &AssessmentState) -> &[usize] {
        let namespace = self.namespaces.get(&state.key.namespace);
        let ids = namespace.and_then(|found| found.awards.get(&state.key.name));
        ids.map(|ids| &**ids).unwrap_or_default()
    }

    /// The highest outside award in force; of equals, the one that lasts longest.
    pub(super) fn award(
        &self,
        state: &AssessmentState,
        program: &Program,
        moment: Moment<'_>,
    ) -> Option<AwardView> {
        let ended = |id: &&usize| moment.ended.is_some_and(|ended| ended.contains(*id));
        let awards = self.award_ids(state).iter().filter(|id| !ended(id));
        awards
            .filter_map(|id| self.award_of(*id, state, program))
            .filter(|(validity, _)| validity.effective_at(moment.now) == Phase::Effective)
            .map(|(_, award)| award)
            .max_by(|left, right| {
                let rank = |award: &AwardView| (award.stage, award.valid_until);
                rank(left)
                    .cmp(&rank(right))
                    .then_with(|| right.attestation.cmp(&left.attestation))
            })
    }

    pub(super) fn award_of(
        &self,
        id: usize,
        state: &AssessmentState,
        program: &Program,
    ) -> Option<(crate::time::Validity, AwardView)> {
        let known = self.attestations.get(id)?;
        let crate::object::Subject::Award { model, stage, .. } = &known.spec.subject else {
            return None;
        };
        if *model != state.spec.model {
            return None;
        }
        let issued = start_of(known.spec.issued);
        let gates = program
            .model
            .stages
            .iter()
            .filter(|level| level.rank <= *stage);
        let ends = gates
            .filter_map(|level| level.gate?.valid_for)
            .map(|span| after(issued, span));
        let validity = ends.fold(known.validity, crate::time::Validity::capped);
        let award = AwardView {
            stage: *stage,
            organisation: known.spec.external.clone()?,
            attestation: known.key.name.clone(),
            at: validity.start,
            valid_until: validity.end,
        };
        Some((validity, award))
    }
}

impl AssessmentState {
    /// Keeps why criteria no longer count; those that count again are forgotten.
    fn record_flips(&mut self, lane: &Lane, flipped: Vec<Flipped>) {
        let counts = |criterion: Option<u32>| {
            let verdict = criterion.map(|index| lane.verdict(index));
            matches!(
                verdict,
                Some(Verdict::Met | Verdict::Held | Verdict::Waived)
            )
        };
        let again = |criterion: Option<u32>| flipped.iter().any(|flip| flip.criterion == criterion);
        self.flips
            .retain(|flip| !counts(flip.criterion) && !again(flip.criterion));
        self.flips.extend(flipped);
    }
}

/// The proven and potential rank or level of a lane.
pub(super) fn stages(
    program: &Program,
    lane: &Lane,
    awarded: Option<u32>,
) -> (Option<u32>, Option<u32>) {
    (
        stage(program, lane, awarded, Reading::Proven),
        stage(program, lane, awarded, Reading::Potential),
    )
}

/// Whether the overall stage is a rank by itself rather than a level of points.
pub(super) fn is_walked(program: &Program) -> bool {
    program.walks_overall() || graded::overall_is_rank(&program.model.scoring)
}

/// The stage of a lane under one reading.
pub(super) fn stage(
    program: &Program,
    lane: &Lane,
    awarded: Option<u32>,
    reading: Reading,
) -> Option<u32> {
    let scoring = &program.model.scoring;
    if program.walks_overall() {
        let stages = &program.model.stages;
        return climb(
            stages,
            scoring.walk,
            lane.tallies.overall(),
            reading,
            awarded,
        )
        .map(|found| found.rank);
    }
    let scored = graded::score(program, lane, reading, awarded);
    graded::stage_of(program, &scored.overall, graded::overall_is_rank(scoring))
}

/// Scores an assessment from its capabilities alone.
pub(super) fn rescore(world: &World, id: usize) -> Option<(Option<u32>, Option<u32>)> {
    let state = world.assessments.get(id)?;
    let scored = state.scored.as_ref()?;
    let selection = world.selection(state, None)?;
    let overlay = world.overlay_at(state, &scored.program, world.now?, &|_| false);
    let lane = Lane::build(&scored.program, &selection, &overlay);
    Some(stages(
        &scored.program,
        &lane,
        scored.award.as_ref().map(|award| award.stage),
    ))
}

impl World {
    /// The capabilities of an assessment.
    pub(super) fn selection<'w>(
        &'w self,
        state: &'w AssessmentState,
        overrides: Option<&'w super::scope::Overrides>,
    ) -> Option<Selection<'w>> {
        Some(Selection {
            namespace: self.namespaces.get(&state.key.namespace)?,
            capabilities: &self.capabilities,
            selector: state.spec.capabilities.as_ref(),
            overrides,
        })
    }
}

/// Applicability by attributes alone.
pub(super) fn bare_overlay(state: &AssessmentState, program: &Program) -> Box<[Overlay]> {
    let attributes = &state.spec.attributes;
    let applies = |wanted: (&Name, &Vec<Name>)| {
        attributes
            .get(wanted.0)
            .is_some_and(|own| own.iter().any(|value| wanted.1.contains(value)))
    };
    let criteria = program.model.criteria.iter();
    criteria
        .map(|criterion| Overlay {
            excluded: !criterion.applies_to.iter().all(applies),
            waived: None,
        })
        .collect()
}

/// Whether any criterion of the program refers to any selected capability.
fn referenced(program: &Program, selection: &Selection<'_>) -> bool {
    program
        .asked
        .iter()
        .any(|kind| selection.of_kind(*kind).next().is_some())
}

/// Verdicts that differ between two scorings under one model, and whether the gate closed.
fn changes_since(
    before: Option<&Scored>,
    after: &Scored,
) -> (Vec<Flip>, Option<crate::view::Because>) {
    let Some(before) = before else {
        return (Vec::new(), None);
    };
    let gate = match (&before.award, &after.award) {
        (Some(gone), award) if award.as_ref().is_none_or(|award| award.stage < gone.stage) => {
            Some(crate::view::Because {
                cause: crate::verdict::Cause::AwardEnded,
                capability: None,
                evidence: Some(gone.attestation.clone()),
            })
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
