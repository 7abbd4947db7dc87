//! Why a criterion does not count: the cause out of the closed list, and what decided.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::record::CapabilityNow;
use super::scope::{Selection, selects};
use super::state::{AssessmentState, Flipped, Scored, Why};
use super::{Rebuild, World};
use crate::digest::{hex, sha256_of};
use crate::fold::{Basis, Lost};
use crate::key::Name;
use crate::ledger::Grounds;
use crate::object::{Assessment, EvidenceKind, Labels, TreatAs};
use crate::program::Program;
use crate::score::finding::Finding;
use crate::score::lane::{Flip, Lane};
use crate::score::requirement::evaluate;
use crate::score::walk::gate_open;
use crate::time::Phase;
use crate::verdict::{CapabilityState, Cause, Reason, Truth, Verdict};
use crate::view::Because;

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

    fn cause_of(
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
            (_, None) => closed(self.last_award(state)),
        }
    }

    /// Everything that does not count now, with the reason that was seen, or the one that shows.
    /// Nothing where nothing is left to score: then it is the scope that was lost.
    pub(super) fn basis(&self, state: &AssessmentState, scored: &Scored, now: Timestamp) -> Basis {
        if !scored.referenced {
            return Basis::default();
        }
        let program = &scored.program;
        let grounds = grounds(state, scored);
        let rescoped =
            state.ledger.grounds.scope.is_some() && state.ledger.grounds.scope != grounds.scope;
        let mut lost: Vec<Lost> = (0u32..)
            .zip(program.model.criteria.iter().zip(&program.criteria))
            .filter(|(index, (_, statement))| {
                statement.counts
                    && matches!(
                        scored.lane.verdict(*index),
                        Verdict::Unmet | Verdict::Unknown
                    )
            })
            .map(|(index, (criterion, _))| {
                let flip = state
                    .flips
                    .iter()
                    .find(|flip| flip.criterion == Some(index));
                Lost {
                    stage: criterion.stage,
                    domain: criterion.domain.clone(),
                    criterion: Some(criterion.name.clone()),
                    since: flip.map(|flip| flip.at),
                    because: match flip {
                        Some(flip) => self.cause_of(state, scored, flip, now),
                        // It was lost while nobody looked.
                        None if state.ledger.grounds.waives(&criterion.name) => {
                            self.ended_waiver(state, scored, index)
                        }
                        None if rescoped => scope_changed(),
                        None => self.reason_now(state, scored, index, now),
                    },
                    unreadable: is_unreadable(scored, index),
                }
            })
            .collect();
        lost.extend(self.closed_gates(state, scored, now));
        lost.sort_by(|left, right| {
            let rank = |lost: &Lost| (lost.stage, lost.since.is_none(), lost.since);
            rank(left)
                .cmp(&rank(right))
                .then_with(|| left.criterion.cmp(&right.criterion))
        });
        Basis { lost, grounds }
    }

    fn closed_gates(&self, state: &AssessmentState, scored: &Scored, now: Timestamp) -> Vec<Lost> {
        let awarded = scored.award.as_ref().map(|award| award.stage);
        let flip = state.flips.iter().find(|flip| flip.criterion.is_none());
        let stages = scored.program.model.stages.iter();
        stages
            .filter(|stage| !gate_open(stage, awarded))
            .map(|stage| Lost {
                stage: Some(stage.rank),
                domain: None,
                criterion: None,
                since: flip.map(|flip| flip.at),
                because: match flip {
                    Some(flip) => self.cause_of(state, scored, flip, now),
                    None => closed(self.last_award(state)),
                },
                unreadable: false,
            })
            .collect()
    }

    fn last_award(&self, state: &AssessmentState) -> Option<Name> {
        let known = self
            .award_ids(state)
            .iter()
            .filter_map(|id| self.attestations.get(*id));
        known
            .max_by_key(|known| known.validity.end)
            .map(|known| known.key.name.clone())
    }

    /// The waiver of a criterion that ended last.
    fn ended_waiver(&self, state: &AssessmentState, scored: &Scored, criterion: u32) -> Because {
        let stated = scored.program.model.criteria.get(criterion as usize);
        let waivers = self.waiver_ids(state).iter();
        let ended = waivers
            .filter_map(|id| self.waivers.get(*id))
            .filter(|known| {
                known.effective == Err("Expired") && known.spec.treat_as == TreatAs::Met
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
    fn reason_now(
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
            return scope_changed();
        };
        let decider = decider(&scored.program, &scored.lane, criterion);
        let Some(statement) = scored.program.statement(decider) else {
            return scope_changed();
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
    fn because_of_silence(
        &self,
        selection: &Selection<'_>,
        kind: Option<crate::interner::Symbol>,
    ) -> Because {
        let Some(kind) = kind else {
            return Because {
                cause: Cause::CapabilityLost,
                capability: None,
                evidence: None,
            };
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
        super::derive::gates(record).find(lost).cloned()
    }
}

/// Verdicts that just stopped counting; why is looked for when somebody looks.
pub(super) fn stopped(flips: &[Flip], rebuild: Option<Rebuild>, now: Timestamp) -> Vec<Flipped> {
    let counts = |verdict| matches!(verdict, Verdict::Met | Verdict::Held | Verdict::Waived);
    let stopped = flips.iter().filter(|flip| {
        !counts(flip.after) && (counts(flip.before) || flip.before == Verdict::NotApplicable)
    });
    stopped
        .map(|flip| Flipped {
            criterion: Some(flip.criterion),
            at: now,
            why: match (flip.before, rebuild) {
                (Verdict::Waived, _) => Why::WaiverEnded,
                (Verdict::NotApplicable, _) | (_, Some(Rebuild::Scope)) => {
                    Why::Known(scope_changed())
                }
                _ => Why::Shows,
            },
        })
        .collect()
}

fn scope_changed() -> Because {
    Because {
        cause: Cause::ScopeChanged,
        capability: None,
        evidence: None,
    }
}

fn closed(award: Option<Name>) -> Because {
    Because {
        cause: Cause::AwardEnded,
        capability: None,
        evidence: award,
    }
}

/// What the score rests on that can go without a trace.
fn grounds(state: &AssessmentState, scored: &Scored) -> Grounds {
    let criteria = (0u32..).zip(&scored.program.model.criteria);
    let mut waived: Vec<String> = criteria
        .filter(|(index, _)| scored.lane.verdict(*index) == Verdict::Waived)
        .map(|(_, criterion)| criterion.name.to_string())
        .collect();
    waived.sort_unstable();
    waived.truncate(Grounds::WAIVED);
    Grounds {
        scope: Some(scope_digest(state)),
        waived,
    }
}

/// What an assessment's own text says of which capabilities count and which criteria concern it.
fn own_scope(spec: &Assessment) -> (Option<&Labels>, &BTreeMap<Name, Vec<Name>>, BTreeSet<&Name>) {
    let not_applicable = spec.not_applicable.iter().map(|(name, _)| name);
    (
        spec.capabilities.as_ref(),
        &spec.attributes,
        not_applicable.collect(),
    )
}

/// Whether two texts of an assessment score the same things by the same model: whatever else they
/// say explains no verdict.
pub(super) fn same_scope(before: &Assessment, after: &Assessment) -> bool {
    before.model == after.model && own_scope(before) == own_scope(after)
}

fn scope_digest(state: &AssessmentState) -> String {
    hex(&sha256_of(&own_scope(&state.spec)))
}

/// Whether a criterion fails now only because what it asks of cannot be read.
fn is_unreadable(scored: &Scored, criterion: u32) -> bool {
    let decides = scored
        .lane
        .own(decider(&scored.program, &scored.lane, criterion));
    decides.truth == Truth::Unknown && decides.reason == Reason::SourceUnavailable
}

/// The criterion whose own requirement decides that this one is not met, or that it cannot be told:
/// itself, a successor that leaves it open, or a gate of either.
pub(super) fn decider(program: &Program, lane: &Lane, criterion: u32) -> u32 {
    let truth = lane.met(criterion).truth;
    let applies = |index: &u32| !lane.overlay(*index).excluded;
    let mut decider = criterion;
    for _ in 0..program.criteria.len() {
        let Some(statement) = program.statement(decider) else {
            return decider;
        };
        let successors = statement.successors.iter().copied().filter(applies);
        let decides = |index: &u32| lane.satisfied(program, *index) == truth;
        let mut standing = std::iter::once(decider).chain(successors);
        decider = standing.find(decides).unwrap_or(decider);
        if lane.own(decider).truth == truth {
            return decider;
        }
        let gates = program
            .statement(decider)
            .into_iter()
            .flat_map(|statement| statement.gates.iter().copied())
            .filter(applies);
        match gates
            .into_iter()
            .find(|gate| lane.met(*gate).truth == truth)
        {
            Some(gate) => decider = gate,
            None => return decider,
        }
    }
    decider
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
