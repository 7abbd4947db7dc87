//! Why a criterion does not count: the cause out of the closed list, and what decided.

use jiff::Timestamp;

use super::entry::{AssessmentState, Flipped, Scored, Why};
use super::selection::{Selection, selects};
use super::state::{Rebuild, World};
use crate::capability::{CapabilityNow, gates};
use crate::interner::Symbol;
use crate::key::Name;
use crate::ledger::Because;
use crate::object::{EvidenceKind, TreatAs};
use crate::score::decider::decider;
use crate::score::finding::Finding;
use crate::score::lane::Flip;
use crate::score::requirement::evaluate;
use crate::time::Phase;
use crate::verdict::{CapabilityState, Cause, NotEffective, Reason, Truth, Verdict};

impl World {
    /// Finds the causes that nobody has looked for yet, while they still show.
    pub(super) fn find_causes(&mut self, id: usize, now: Timestamp) {
        let Some(state) = self.assessments.get(id) else {
            return;
        };
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
        if let Some(state) = self.assessments.get_mut(id) {
            for (flip, because) in state.flips.iter_mut().zip(known) {
                flip.why = Why::Known(because);
            }
        }
    }

    pub(super) fn cause_of(
        &self,
        state: &AssessmentState,
        scored: &Scored,
        flip: &Flipped,
        now: Timestamp,
    ) -> Because {
        match (&flip.why, flip.criterion) {
            (Why::Known(because), _) => because.clone(),
            (Why::WaiverEnded, Some(criterion)) => self.ended_waiver(state, scored, criterion),
            (Why::Shows, Some(criterion)) => self.reason_now(state, scored, criterion, now),
            (_, None) => closed_gate(self.last_award(state)),
        }
    }

    pub(super) fn last_award(&self, state: &AssessmentState) -> Option<Name> {
        let known = self
            .award_ids(state)
            .iter()
            .filter_map(|id| self.attestations.get(*id));
        known
            .max_by_key(|known| known.validity.end)
            .map(|known| known.key.name.clone())
    }

    /// The waiver of a criterion that ended last.
    pub(super) fn ended_waiver(
        &self,
        state: &AssessmentState,
        scored: &Scored,
        criterion: u32,
    ) -> Because {
        let stated = scored.program.model.criteria.get(criterion as usize);
        let waivers = self.waiver_ids(state).iter();
        let ended = waivers
            .filter_map(|id| self.waivers.get(*id))
            .filter(|known| {
                known.effective == Err(NotEffective::Expired) && known.spec.treat_as == TreatAs::Met
            })
            .filter(|known| stated.is_some_and(|one| known.spec.criteria.contains(&one.name)))
            .max_by_key(|known| known.validity.end);
        Because {
            cause: Cause::WaiverEnded,
            capability: None,
            evidence: ended.map(|known| known.key.name.clone()),
        }
    }

    /// The cause as it shows in the present state, whatever happened before.
    // See D-030.
    pub(super) fn reason_now(
        &self,
        state: &AssessmentState,
        scored: &Scored,
        criterion: u32,
        now: Timestamp,
    ) -> Because {
        let waiver = self.ended_waiver(state, scored, criterion);
        if waiver.evidence.is_some() {
            return waiver;
        }
        let Some(selection) = self.selection(state, None) else {
            return Because::of(Cause::ScopeChanged);
        };
        let decider = decider(&scored.program, &scored.lane, criterion);
        let Some(statement) = scored.program.statement(decider) else {
            return Because::of(Cause::ScopeChanged);
        };
        // Where nothing was declared of a lesser state, its successor stood for it and was lost.
        let stood = std::iter::once(&decider).chain(&statement.successors);
        let declared = stood
            .filter_map(|index| scored.program.statement(*index))
            .map(|statement| evaluate(&scored.program, statement, &selection))
            .find_map(|found| Some((found.capability?, found)));
        match declared {
            Some((capability, found)) => self.because_of(&found, capability, now),
            None => self.because_of_silence(&selection, statement.asks.first().copied()),
        }
    }

    fn because_of(
        &self,
        found: &Finding<'_>,
        capability: &CapabilityNow,
        now: Timestamp,
    ) -> Because {
        let name = capability.record.key.name.clone();
        let expired = self.expired_attestation(capability, now);
        let of = |cause, evidence| Because {
            cause,
            capability: Some(name.clone()),
            evidence,
        };
        match found.reason {
            Reason::NotDeclared | Reason::DeclaredAbsent => of(Cause::CapabilityLost, None),
            Reason::Refuted => of(Cause::CapabilityLost, item_with(capability, Truth::False)),
            Reason::PredicateFalse | Reason::ClaimUnknown => match expired {
                Some((attestation, true)) => of(Cause::AttestationExpired, Some(attestation)),
                _ => of(Cause::CapabilityLost, None),
            },
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

    /// Nothing of the type is selected: it left the scope, or it is gone.
    fn because_of_silence(&self, selection: &Selection<'_>, kind: Option<Symbol>) -> Because {
        let Some(kind) = kind else {
            return Because::of(Cause::CapabilityLost);
        };
        let outside = selection.namespace.of_kind(kind).iter().any(|id| {
            let found = self.capabilities.get(*id as usize);
            found.is_some_and(|found| {
                !selects(selection.selector, found.now.record.labels.as_deref())
            })
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

    /// The attestation of a capability that ended last, and whether it supplied facts.
    fn expired_attestation(
        &self,
        capability: &CapabilityNow,
        now: Timestamp,
    ) -> Option<(Name, bool)> {
        let key = &capability.record.key;
        let ids = self
            .namespaces
            .get(&key.namespace)?
            .attestations
            .get(&key.name)?;
        let ended = ids.iter().filter_map(|id| self.attestations.get(*id));
        let last = ended
            .filter(|known| known.validity.effective_at(now) == Phase::Expired)
            .max_by_key(|known| known.validity.end)?;
        Some((last.key.name.clone(), !last.spec.facts.is_empty()))
    }

    /// The dependency that is lost.
    fn lost_dependency(&self, capability: &CapabilityNow) -> Option<Name> {
        let record = &capability.record;
        let namespace = self.namespaces.get(&record.key.namespace)?;
        let lost = |name: &&Name| {
            let found = namespace
                .capabilities
                .get(*name)
                .and_then(|id| self.capabilities.get(*id));
            found.is_none_or(|found| {
                matches!(
                    found.now.derived.state,
                    CapabilityState::Refuted | CapabilityState::Absent | CapabilityState::Degraded
                )
            })
        };
        gates(record).find(lost).cloned()
    }
}

/// Verdicts that just stopped counting; why is looked for when somebody looks.
pub(super) fn stopped(flips: &[Flip], rebuild: Option<Rebuild>, now: Timestamp) -> Vec<Flipped> {
    let stopped = flips.iter().filter(|flip| {
        !flip.after.counts() && (flip.before.counts() || flip.before == Verdict::NotApplicable)
    });
    stopped
        .map(|flip| Flipped {
            criterion: Some(flip.criterion),
            at: now,
            why: match (flip.before, rebuild) {
                (Verdict::Waived, _) => Why::WaiverEnded,
                (Verdict::NotApplicable, _) | (_, Some(Rebuild::Scope)) => {
                    Why::Known(Because::of(Cause::ScopeChanged))
                }
                _ => Why::Shows,
            },
        })
        .collect()
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
