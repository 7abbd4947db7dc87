//! From state to views: what changed since the last snapshot is rendered, the rest is shared.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::assess::{bare_overlay, stage, stages};
use super::forecast::first_fall;
use super::ladder::{domains, ladder, next, score_view};
use super::roadmap::effort_to;
use super::state::{AssessmentState, Scored, WaiverState};
use super::steps::{gaps, next_steps};
use super::{World, impact};
use crate::delta::Standing;
use crate::digest::{hex, sha256_of};
use crate::fold::Basis;
use crate::kept::Kept;
use crate::key::{Kind, Name, ObjectKey};
use crate::object::{EngagementState, TreatAs};
use crate::predicate::{self, Predicate, Slot};
use crate::score::graded;
use crate::score::requirement::evaluate;
use crate::score::walk::Reading;
use crate::time::end_of;
use crate::verdict::{CapabilityState, EvidenceClass, Reason, Truth, Verdict};
use crate::view::{
    AssessmentView, AttestationView, Confidence, CriterionView, End, Snapshot, Tally, WaiverView,
};

impl World {
    /// Where the next snapshot holds a capability; none when there is no such one.
    pub fn capability_place(&self, key: &ObjectKey) -> Option<usize> {
        self.capability(key).map(|(place, _)| place)
    }

    /// Renders the views of what changed since the last snapshot, and shares the rest.
    pub fn snapshot(&mut self) -> Snapshot {
        let now = self.now.unwrap_or(Timestamp::UNIX_EPOCH);
        let stale = std::mem::take(&mut self.stale_views);
        let mut snapshot = std::mem::take(&mut self.rendered);
        snapshot.at = now;
        snapshot.next_due = self.due.first().map(|(at, _)| *at);
        for name in stale.models {
            match self.models.get(&name).and_then(|entry| entry.view.clone()) {
                Some(view) => snapshot.models.insert_mut(name, view),
                None => {
                    snapshot.models.remove_mut(&name);
                }
            }
        }
        for id in stale.capabilities {
            let held = self
                .capabilities
                .get(id)
                .map(|known| (known.now.clone(), known.standing.clone()));
            snapshot.capabilities.set(id, held);
        }
        snapshot.capabilities.name_facts(self.names.names());
        self.render_attestations(&mut snapshot, &stale.attestations);
        let known = stale
            .assessments
            .iter()
            .filter_map(|id| self.assessments.get(*id));
        let mut assessments = stale.gone;
        assessments.extend(known.map(|state| state.key.clone()));
        let waivers_read = assessments.iter().flat_map(|key| self.waivers_of(key));
        let waivers = stale.waivers.iter().cloned().chain(waivers_read);
        self.render_waivers(&mut snapshot, &waivers.collect());
        for key in assessments {
            let id = self.assessment(&key);
            if let Some(id) = id {
                self.find_causes(id, now);
            }
            match id.and_then(|id| Some((id, self.assessments.get(id)?))) {
                Some((id, state)) => snapshot
                    .assessments
                    .insert_mut(key, Arc::new(self.view(id, state, now))),
                None => {
                    snapshot.assessments.remove_mut(&key);
                }
            }
        }
        self.rendered = snapshot.clone();
        snapshot
    }

    fn render_attestations(&self, snapshot: &mut Snapshot, stale: &BTreeSet<ObjectKey>) {
        for key in stale {
            match self
                .objects
                .get(key)
                .and_then(|id| self.attestations.get(*id))
            {
                Some(known) => snapshot.attestations.insert_mut(
                    key.clone(),
                    Arc::new(AttestationView {
                        key: key.clone(),
                        life: known.life.clone(),
                        spec: known.spec.clone(),
                        standing: (*known.standing).clone(),
                        counted: known.counted,
                        valid_until: known.validity.end,
                    }),
                ),
                None => {
                    snapshot.attestations.remove_mut(key);
                }
            }
        }
    }

    /// The waivers that name an assessment: they say whether it would pass without them.
    pub(super) fn waivers_of(&self, key: &ObjectKey) -> impl Iterator<Item = ObjectKey> + '_ {
        let namespace = self.namespaces.get(&key.namespace);
        let ids = namespace.and_then(|found| found.waivers.get(&key.name));
        let known = ids
            .into_iter()
            .flatten()
            .filter_map(|id| self.waivers.get(*id));
        known.map(|known| known.key.clone())
    }

    fn render_waivers(&self, snapshot: &mut Snapshot, stale: &BTreeSet<ObjectKey>) {
        for key in stale {
            match self.objects.get(key).and_then(|id| self.waivers.get(*id)) {
                Some(known) => snapshot.waivers.insert_mut(
                    key.clone(),
                    Arc::new(WaiverView {
                        key: key.clone(),
                        life: known.life.clone(),
                        spec: known.spec.clone(),
                        standing: (*known.standing).clone(),
                        effective: self.effective(known),
                        would_pass_now: self.would_pass(&key.namespace, &known.spec),
                        until: known.validity.end,
                    }),
                ),
                None => {
                    snapshot.waivers.remove_mut(key);
                }
            }
        }
    }

    /// Whether a waiver is effective: also one in force changes nothing that cannot be waived.
    fn effective(&self, known: &WaiverState) -> Result<(), &'static str> {
        known.effective?;
        let key = ObjectKey::new(
            Kind::Assessment,
            &known.key.namespace,
            &known.spec.assessment,
        );
        let state = self
            .assessment(&key)
            .and_then(|id| self.assessments.get(id));
        let Some(scored) = state.and_then(|state| state.scored.as_ref()) else {
            return Ok(());
        };
        let waivable = |name: &Name| {
            let index = scored.program.criterion(name);
            index.is_some_and(|index| {
                scored
                    .program
                    .criteria
                    .get(index)
                    .is_some_and(|one| one.waivable)
            })
        };
        if known.spec.criteria.iter().any(waivable) {
            Ok(())
        } else {
            Err("NotWaivable")
        }
    }

    /// Whether every criterion that a waiver names is met without it.
    fn would_pass(&self, namespace: &Name, waiver: &crate::object::Waiver) -> bool {
        let state = self.assessment(&ObjectKey::new(
            Kind::Assessment,
            namespace,
            &waiver.assessment,
        ));
        let scored = state
            .and_then(|id| self.assessments.get(id))
            .and_then(|state| state.scored.as_ref());
        let Some(scored) = scored else { return false };
        waiver.criteria.iter().all(|name| {
            let index = scored
                .program
                .criterion(name)
                .and_then(|index| u32::try_from(index).ok());
            index.is_some_and(|index| scored.lane.met(index).truth == Truth::True)
        })
    }

    fn view(&self, id: usize, state: &AssessmentState, now: Timestamp) -> AssessmentView {
        let mut view = blank(state, now);
        view.paused = self.paused(state);
        let Some(scored) = &state.scored else {
            return view;
        };
        let program = &scored.program;
        view.program = Some(program.clone());
        view.assessed = scored.referenced || state.ledger.has_mark();
        view.awarded.clone_from(&scored.award);
        view.criteria = self.rows(state, scored);
        view.tally = scored.lane.tallies.counts;
        view.confidence = scored.lane.tallies.confidence;
        view.stale_sources = self.stale_sources(state, scored);
        view.inputs_digest = inputs_digest(state, scored, &view.criteria);
        view.basis = self.basis(state, scored, now);
        let awarded = scored.award.as_ref().map(|award| award.stage);
        let reached = stages(program, &scored.lane, awarded);
        view.stages = ladder(scored, awarded, reached);
        if !view.assessed {
            return view;
        }
        (view.stage, view.potential_stage) = reached;
        view.stage_without_waivers = match &scored.bare {
            Some(bare) => stage(program, bare, awarded, Reading::Proven),
            None => view.stage,
        };
        view.score = score_view(scored, awarded);
        view.domains = domains(scored, awarded);
        (view.next_stage, view.missing) = next(scored, awarded, &view.domains, view.stage);
        view.gaps = gaps(scored, &view.criteria);
        view.next_steps = next_steps(scored);
        view.ends = self.ends(state, scored, now);
        view.forecast = first_fall(&view.ends);
        view.target_at_risk = target_at_risk(state, scored, &view, now);
        view.impacts = impact::of(self, id);
        view
    }

    /// A pause ends when its state changes or what it waits for holds.
    fn paused(&self, state: &AssessmentState) -> bool {
        let engagement = &state.spec.engagement;
        if engagement.state != EngagementState::Paused {
            return false;
        }
        !engagement
            .resume_when
            .as_ref()
            .is_some_and(|(name, condition)| self.resumes(state, name, condition.as_deref()))
    }

    fn resumes(&self, state: &AssessmentState, name: &Name, condition: Option<&str>) -> bool {
        let key = ObjectKey::new(Kind::Capability, &state.key.namespace, name);
        let Some((_, known)) = self.capability(&key) else {
            return false;
        };
        let there = matches!(
            known.now.derived.state,
            CapabilityState::Proven | CapabilityState::Declared
        );
        let Some(text) = condition else { return there };
        let Ok(expression) = predicate::parse(text) else {
            return false;
        };
        let slot = |fact: &str| Slot(self.names.find(fact).map_or(u32::MAX, |symbol| symbol.0));
        let predicate = Predicate::compile(&expression, &mut { slot });
        there && predicate.evaluate(&*known.now) == Truth::True
    }

    fn rows(&self, state: &AssessmentState, scored: &Scored) -> Vec<CriterionView> {
        let Some(selection) = self.selection(state, None) else {
            return Vec::new();
        };
        let program = &scored.program;
        (0u32..)
            .zip(program.criteria.iter().zip(&program.model.criteria))
            .map(|(index, (statement, criterion))| {
                let found = evaluate(program, statement, &selection);
                let (verdict, met) = (scored.lane.verdict(index), scored.lane.met(index));
                let open = matches!(verdict, Verdict::Unmet | Verdict::Unknown)
                    && statement.negates.is_none();
                let by_itself = scored.lane.satisfied(program, index) == Truth::True;
                let record = found.capability.map(|capability| &capability.record);
                let record = record.filter(|_| statement.negates.is_none());
                CriterionView {
                    index: index as usize,
                    name: criterion.name.clone(),
                    verdict,
                    reason: open.then(|| open_reason(scored, index, &selection)),
                    class: (verdict == Verdict::Met && statement.counts).then_some(met.class),
                    capability: record.map(|record| record.key.name.clone()),
                    owner: record.and_then(|record| record.owner.team.clone()),
                    met_by: (verdict == Verdict::Met && !by_itself && statement.negates.is_none())
                        .then(|| standing_in(scored, index))
                        .flatten(),
                    points: points_shown(scored, index),
                    note: self.note(state, scored, index, &criterion.name),
                }
            })
            .collect()
    }

    fn note(
        &self,
        state: &AssessmentState,
        scored: &Scored,
        index: u32,
        name: &Name,
    ) -> Option<String> {
        let waiver = |treat_as| {
            let mut waivers = self
                .waiver_ids(state)
                .iter()
                .filter_map(|id| self.waivers.get(*id));
            let known = waivers.find(|known| {
                known.effective.is_ok()
                    && known.spec.treat_as == treat_as
                    && known.spec.criteria.contains(name)
            })?;
            Some(format!("waiver {}: {}", known.key.name, known.spec.reason))
        };
        match scored.lane.verdict(index) {
            Verdict::Waived => waiver(TreatAs::Met),
            Verdict::NotApplicable => {
                let named = state
                    .spec
                    .not_applicable
                    .iter()
                    .find(|(criterion, _)| criterion == name);
                let by_attributes = bare_overlay(state, &scored.program)
                    .get(index as usize)
                    .is_some_and(|overlay| overlay.excluded);
                match named {
                    Some((_, reason)) => Some(reason.clone()),
                    None if by_attributes => {
                        Some("does not apply to this assessment's attributes".to_owned())
                    }
                    None => waiver(TreatAs::NotApplicable),
                }
            }
            _ => None,
        }
    }

    /// Sources of what it reads that are silent or stale.
    fn stale_sources(&self, state: &AssessmentState, scored: &Scored) -> Vec<Name> {
        let mut sources = BTreeSet::new();
        let source = |standing: &Standing| match standing {
            Standing::Live => None,
            Standing::Stale { source, .. } | Standing::Unavailable { source, .. } => {
                Some(source.clone())
            }
        };
        sources.extend(source(&state.standing));
        let Some(selection) = self.selection(state, None) else {
            return sources.into_iter().collect();
        };
        for kind in &scored.program.asked {
            for (id, capability) in selection.of_kind(*kind) {
                let known = id.and_then(|id| self.capabilities.get(id as usize));
                sources.extend(known.and_then(|known| source(&known.standing)));
                let ageing = capability
                    .derived
                    .detail
                    .as_ref()
                    .is_some_and(|detail| detail.ageing);
                if ageing {
                    sources.insert(capability.record.key.name.clone());
                }
                let attestations = selection
                    .namespace
                    .attestations
                    .get(&capability.record.key.name);
                let attestations = attestations
                    .into_iter()
                    .flatten()
                    .filter_map(|id| self.attestations.get(*id));
                sources.extend(attestations.filter_map(|known| source(&known.standing)));
            }
        }
        let waivers = self
            .waiver_ids(state)
            .iter()
            .filter_map(|id| self.waivers.get(*id));
        sources.extend(waivers.filter_map(|known| source(&known.standing)));
        sources.into_iter().collect()
    }
}

/// A fall below the target is forecast before its date, or the way there takes longer than is left.
fn target_at_risk(
    state: &AssessmentState,
    scored: &Scored,
    view: &AssessmentView,
    now: Timestamp,
) -> bool {
    let Some(target) = &state.spec.target else {
        return false;
    };
    let Some(by) = target.by.map(end_of) else {
        return false;
    };
    let mut falls = view
        .ends
        .iter()
        .filter(|end: &&End| end.at < by)
        .filter_map(|end| end.falls_to);
    if falls.next_back().is_some_and(|stage| stage < target.stage) {
        return true;
    }
    if view.stage.is_some_and(|stage| stage >= target.stage) {
        return false;
    }
    let days_left = by.duration_since(now).as_hours() / 24;
    let too_much = |days: u64| i64::try_from(days).map_or(true, |days| days > days_left);
    days_left < 0 || effort_to(scored, target.stage).is_some_and(too_much)
}

/// Why a criterion is open: by its own requirement, or by the gate that keeps it shut.
fn open_reason(
    scored: &Scored,
    index: u32,
    selection: &super::scope::Selection<'_>,
) -> crate::verdict::Reason {
    let decider = super::blame::decider(&scored.program, &scored.lane, index);
    let statement = scored.program.statement(decider);
    let reason = statement.map(|statement| evaluate(&scored.program, statement, selection).reason);
    reason.unwrap_or(crate::verdict::Reason::NotDeclared)
}

fn blank(state: &AssessmentState, now: Timestamp) -> AssessmentView {
    AssessmentView {
        key: state.key.clone(),
        life: state.life.clone(),
        spec: state.spec.clone(),
        standing: (*state.standing).clone(),
        program: None,
        problem: state.problem.clone(),
        at: now,
        assessed: false,
        stage: None,
        potential_stage: None,
        stage_without_waivers: None,
        next_stage: None,
        missing: 0,
        score: None,
        stages: Vec::new(),
        domains: Vec::new(),
        criteria: Vec::new(),
        tally: Tally::default(),
        confidence: Confidence::default(),
        gaps: Vec::new(),
        next_steps: Vec::new(),
        awarded: None,
        forecast: None,
        ends: Vec::new(),
        impacts: Vec::new(),
        target_at_risk: false,
        paused: false,
        stale_sources: Vec::new(),
        inputs_digest: String::new(),
        ledger: state.ledger.clone(),
        basis: Basis::default(),
        kept: Kept::default(),
        kept_impacts: Kept::default(),
    }
}

/// The successor that stands for a criterion.
fn standing_in(scored: &Scored, index: u32) -> Option<Name> {
    let statement = scored.program.statement(index)?;
    let satisfied = |successor: &&u32| {
        !scored.lane.overlay(**successor).excluded
            && scored.lane.satisfied(&scored.program, **successor) == Truth::True
    };
    let successor = statement.successors.iter().find(satisfied)?;
    scored
        .program
        .model
        .criteria
        .get(*successor as usize)
        .map(|criterion| criterion.name.clone())
}

fn points_shown(scored: &Scored, index: u32) -> Option<String> {
    let points = scored.lane.points(scored.program.statement(index)?)?;
    let exact = num_rational::BigRational::new((*points.numer()).into(), (*points.denom()).into());
    let digits = if exact.is_integer() {
        0
    } else {
        scored.program.model.scoring.digits.max(1)
    };
    Some(graded::decimals(&exact, digits))
}

/// What was scored, ages excluded: equal digests mean equal inputs as far as the score reads them.
/// What was scored, in the order of the keys: the text that has the digest.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Inputs<'a> {
    awarded: Option<(u32, &'a Name)>,
    criteria: Vec<Row<'a>>,
    model: &'a Name,
    model_digest: &'a str,
}

/// One criterion of what was scored.
#[derive(Serialize)]
struct Row<'a>(
    &'a Name,
    Verdict,
    Option<Reason>,
    Option<EvidenceClass>,
    Option<&'a Name>,
    Option<&'a String>,
    Option<&'a Name>,
);

fn inputs_digest(state: &AssessmentState, scored: &Scored, rows: &[CriterionView]) -> String {
    let inputs = Inputs {
        awarded: scored
            .award
            .as_ref()
            .map(|award| (award.stage, &award.attestation)),
        criteria: rows.iter().map(Row::of).collect(),
        model: &state.spec.model,
        model_digest: &scored.program.model.digest,
    };
    hex(&sha256_of(&inputs))
}

impl<'a> Row<'a> {
    fn of(row: &'a CriterionView) -> Self {
        Self(
            &row.name,
            row.verdict,
            row.reason,
            row.class,
            row.capability.as_ref(),
            row.points.as_ref(),
            row.met_by.as_ref(),
        )
    }
}
