//! Why a criterion does not count: the cause out of the closed list, and what decided.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::entry::{AssessmentState, Flipped, FlippedCriterion, Scored, Why};
use super::selection::{Selection, selects};
use super::state::{Rebuild, World};
use crate::arena::{AssessmentId, CriterionId};
use crate::capability::{CapabilityNow, gates};
use crate::interner::Symbol;
use crate::key::Name;
use crate::ledger::Because;
use crate::object::{Claim, EvidenceKind, TreatAs};
use crate::program::Program;
use crate::score::decider::decider;
use crate::score::evaluation::Evaluation;
use crate::score::lane::Flip;
use crate::score::requirement::evaluate;
use crate::verdict::{CapabilityState, Cause, NotEffective, Reason, Truth, Verdict};

impl World {
    /// Finds the causes that nobody has looked for yet, while they still show.
    pub(super) fn find_causes(&mut self, id: AssessmentId, now: Timestamp) {
        let state = &self.assessments[id];
        let Some(scored) = &state.scored else {
            return;
        };
        let open = |flip: &Flipped| !matches!(flip.why, Why::Known(_));
        if !state.flips.iter().any(open) {
            return;
        }
        let known: Vec<Because> = state
            .flips
            .iter()
            .map(|flip| self.cause_of(state, scored, flip, now))
            .collect();
        let flips = self.assessments[id].flips.iter_mut();
        for (flip, because) in flips.zip(known) {
            flip.why = Why::Known(because);
        }
    }

    pub(super) fn cause_of(
        &self,
        state: &AssessmentState,
        scored: &Scored,
        flip: &Flipped,
        now: Timestamp,
    ) -> Because {
        match (&flip.why, flip.id()) {
            (Why::Known(because), _) => because.clone(),
            (Why::WaiverEnded, Some(criterion)) => self.ended_waiver(state, scored, criterion),
            (Why::Rescoped, Some(criterion)) => self
                .changed_capability(state, scored, criterion, now)
                .unwrap_or_else(|| Because::of(Cause::ScopeChanged)),
            (Why::Shows, Some(criterion)) => self
                .changed_capability(state, scored, criterion, now)
                .unwrap_or_else(|| self.reason_now(state, scored, criterion, now)),
            (_, None) => closed_gate(self.last_award(state)),
        }
    }

    pub(super) fn last_award(&self, state: &AssessmentState) -> Option<Name> {
        let awards = self.awards_for(&state.key);
        awards
            .max_by_key(|(_, known)| known.validity.end)
            .map(|(_, known)| known.key.name.clone())
    }

    /// The waiver of a criterion that ended last.
    pub(super) fn ended_waiver(
        &self,
        state: &AssessmentState,
        scored: &Scored,
        criterion: CriterionId,
    ) -> Because {
        let name = &scored.program.stated(criterion).name;
        let waivers = self.waivers_for(&state.key).map(|(_, known)| known);
        let ended = waivers
            .filter(|known| {
                known.effective == Err(NotEffective::Expired)
                    && known.spec.treat_as == TreatAs::Met
                    && known.spec.criteria.contains(name)
            })
            .max_by_key(|known| known.validity.end);
        Because {
            evidence: ended.map(|known| known.key.name.clone()),
            ..Because::of(Cause::WaiverEnded)
        }
    }

    /// The cause as it shows in the present state, whatever happened before.
    // See D-030.
    pub(super) fn reason_now(
        &self,
        state: &AssessmentState,
        scored: &Scored,
        criterion: CriterionId,
        now: Timestamp,
    ) -> Because {
        let waiver = self.ended_waiver(state, scored, criterion);
        if waiver.evidence.is_some() {
            return waiver;
        }
        let since = last_told(state);
        let selection = self.selection(state, None);
        let decider = decider(&scored.program, &scored.lane, criterion);
        let statement = &scored.program.criteria[decider];
        // Where nothing was declared of a lesser state, its successor stood for it and was lost.
        let stood = std::iter::once(&decider).chain(&statement.successors);
        let declared = stood
            .map(|index| {
                evaluate(
                    &scored.program,
                    &scored.program.criteria[*index],
                    &selection,
                )
            })
            .find_map(|found| Some((found.capability?, found)));
        match declared {
            Some((capability, found)) => self.because_of(&found, capability, since, now),
            None => self.because_of_silence(&selection, statement.asks.first().copied()),
        }
    }

    fn because_of(
        &self,
        found: &Evaluation<'_>,
        capability: &CapabilityNow,
        since: Option<Timestamp>,
        now: Timestamp,
    ) -> Because {
        let capability = self.undecided(capability);
        let name = capability.record.key.name.clone();
        let expired = self.expired_since(&capability.record.key, since, now);
        let of = |cause, evidence| Because {
            cause,
            capability: Some(name.clone()),
            evidence,
        };
        match found.reason {
            Reason::NotDeclared | Reason::DeclaredAbsent => of(Cause::CapabilityLost, None),
            Reason::Refuted => of(Cause::CapabilityLost, item_with(capability, Truth::False)),
            Reason::PredicateFalse | Reason::ClaimUnknown | Reason::AnswerOutOfRange => {
                match expired {
                    Some((attestation, true)) => of(Cause::AttestationExpired, Some(attestation)),
                    _ => of(Cause::CapabilityLost, None),
                }
            }
            Reason::NotAttested | Reason::EvidenceTooWeak => match expired {
                Some((attestation, _)) => of(Cause::AttestationExpired, Some(attestation)),
                // Without a probe, only an attestation can have made it stronger than it is now.
                None if found.reason == Reason::NotAttested || !probed(capability) => of(
                    Cause::AttestationWithdrawn,
                    item_with(capability, Truth::Unknown),
                ),
                None => of(Cause::EvidenceLost, item_with(capability, Truth::Unknown)),
            },
            Reason::Degraded => of(Cause::DependencyLost, self.lost_dependency(capability)),
            Reason::DependencyCycle => of(Cause::DependencyLost, None),
            Reason::NotYetProbed
            | Reason::Stale
            | Reason::SourceUnavailable
            | Reason::Denied
            | Reason::ProbeError
            | Reason::EvaluatorLimit => {
                of(Cause::EvidenceLost, item_with(capability, Truth::Unknown))
            }
        }
    }

    /// What leaves a capability Unknown: itself, or what it needs.
    fn undecided<'w>(&'w self, capability: &'w CapabilityNow) -> &'w CapabilityNow {
        let unknown = |now: &CapabilityNow| now.derived.state == CapabilityState::Unknown;
        let mut decides = capability;
        let mut seen = BTreeSet::new();
        while unknown(decides)
            && decides.record.claim == Claim::Present
            && decides.derived.readable
            && item_with(decides, Truth::Unknown).is_none()
            && seen.insert(&decides.record.key.name)
        {
            let namespace = self.namespaces.find(&decides.record.key.namespace);
            let needed = gates(&decides.record)
                .filter_map(|name| namespace?.capabilities.get(name))
                .map(|id| &*self.capabilities[*id].now);
            match needed.into_iter().find(|needed| unknown(needed)) {
                Some(needed) => decides = needed,
                None => break,
            }
        }
        decides
    }

    /// Nothing of the type is selected: it left the scope, or it is gone.
    fn because_of_silence(&self, selection: &Selection<'_>, kind: Option<Symbol>) -> Because {
        let Some(kind) = kind else {
            return Because::of(Cause::CapabilityLost);
        };
        let outside = selection.namespace.of_kind(kind).iter().any(|id| {
            let record = &self.capabilities[*id].now.record;
            !selects(selection.selector, record.labels.as_deref())
        });
        let cause = if outside {
            Cause::ScopeChanged
        } else {
            Cause::CapabilityLost
        };
        Because {
            cause,
            capability: Some(self.names.name(kind)),
            evidence: None,
        }
    }
}

/// Verdicts that just stopped counting; why is looked for when somebody looks.
pub(super) fn stopped(
    program: &Program,
    flips: &[Flip],
    rebuild: Option<Rebuild>,
    now: Timestamp,
) -> Vec<Flipped> {
    let stopped = flips.iter().filter(|flip| {
        !flip.after.counts() && (flip.before.counts() || flip.before == Verdict::NotApplicable)
    });
    stopped
        .map(|flip| Flipped {
            criterion: Some(FlippedCriterion {
                id: flip.criterion,
                name: program.stated(flip.criterion).name.clone(),
            }),
            at: now,
            why: match (flip.before, rebuild) {
                (Verdict::Waived, _) => Why::WaiverEnded,
                (Verdict::NotApplicable, _) => Why::Known(Because::of(Cause::ScopeChanged)),
                (_, Some(Rebuild::Scope)) => Why::Rescoped,
                _ => Why::Shows,
            },
        })
        .collect()
}

/// The last instant at which anything was told of an assessment.
fn last_told(state: &AssessmentState) -> Option<Timestamp> {
    let told = state.ledger.history.last().map(|entry| entry.at);
    told.max(state.ledger.stage_changed_at)
}

/// A stage gate is shut: the award that opened it ended last.
pub(super) fn closed_gate(award: Option<Name>) -> Because {
    Because {
        evidence: award,
        ..Because::of(Cause::AwardEnded)
    }
}

fn probed(capability: &CapabilityNow) -> bool {
    let mut items = capability.record.evidence().iter();
    items.any(|item| matches!(item.kind, EvidenceKind::Probe { .. }))
}

/// The first evidence item of a capability with this verdict.
fn item_with(capability: &CapabilityNow, verdict: Truth) -> Option<Name> {
    let detail = capability.derived.detail.as_deref()?;
    detail
        .evidence
        .iter()
        .find(|item| item.verdict == verdict)
        .map(|item| item.name.clone())
}
