//! What became of a capability since the settle before, as a cause.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::entry::{AssessmentState, Scored};
use super::selection::{Overrides, selects};
use super::state::World;
use crate::arena::CriterionId;
use crate::capability::{CapabilityNow, EvidenceView, gates};
use crate::interner::Symbol;
use crate::key::{Kind, Name, ObjectKey};
use crate::ledger::Because;
use crate::program::Program;
use crate::score::lane::Lane;
use crate::verdict::{CapabilityState, Cause, EvidenceSource, Reason, Truth};

/// More changed capabilities than this are not compared one by one.
const COMPARED: usize = 64;

impl World {
    /// The change of a capability that a criterion no longer counts for; none when none explains it.
    pub(super) fn changed_capability(
        &self,
        state: &AssessmentState,
        scored: &Scored,
        criterion: CriterionId,
        now: Timestamp,
    ) -> Option<Because> {
        let related = related_types(&scored.program, criterion);
        let counts = |lane: &Lane| lane.verdict(criterion).counts();
        self.change_that_broke(state, scored, &related, &counts, now)
    }

    /// The change of a capability of some types without which all would be well: undoing it alone mends
    /// what is wrong, or it alone would have been enough. None when no change explains it.
    // See D-125.
    pub(super) fn change_that_broke(
        &self,
        state: &AssessmentState,
        scored: &Scored,
        types: &BTreeSet<Symbol>,
        is_well: &dyn Fn(&Lane) -> bool,
        now: Timestamp,
    ) -> Option<Because> {
        let mut changed: Vec<&ObjectKey> = self.journal.capabilities.keys().collect();
        changed.retain(|key| {
            let mut kinds = self.kinds_of(key);
            key.namespace == state.key.namespace && kinds.any(|kind| types.contains(&kind))
        });
        changed.sort_unstable();
        if changed.is_empty() || changed.len() > COMPARED {
            return None;
        }
        let well = |undone: &dyn Fn(&ObjectKey) -> bool| {
            let undone = changed.iter().copied().filter(|key| undone(key));
            is_well(&self.lane_without(state, scored, undone))
        };
        if !well(&|_| true) {
            return None;
        }
        let mends = |key: &&&ObjectKey| well(&|other| other == **key);
        let breaks = |key: &&&ObjectKey| !well(&|other| other != **key);
        let key = changed.iter().find(mends);
        let key = key.or_else(|| changed.iter().find(breaks))?;
        Some(self.because_of_change(state, key, now))
    }

    /// The types of a changed capability, before and now.
    fn kinds_of(&self, key: &ObjectKey) -> impl Iterator<Item = Symbol> {
        let before = self.journal.capabilities.get(key);
        let before = before.and_then(Option::as_ref).map(|then| then.record.kind);
        let now = self.capability(key).map(|(_, known)| known.now.record.kind);
        before.into_iter().chain(now)
    }

    /// The lane with these capabilities as they were.
    fn lane_without<'k>(
        &self,
        state: &AssessmentState,
        scored: &Scored,
        undone: impl Iterator<Item = &'k ObjectKey>,
    ) -> Lane {
        let mut overrides = Overrides::default();
        let mut kinds = BTreeSet::new();
        for key in undone {
            kinds.extend(self.kinds_of(key));
            overrides
                .hidden
                .extend(self.capability(key).map(|(id, _)| id));
            if let Some(Some(before)) = self.journal.capabilities.get(key) {
                let same = overrides.added.entry(before.record.kind).or_default();
                same.push(before.clone());
            }
        }
        let kinds: Vec<Symbol> = kinds.into_iter().collect();
        let mut lane = scored.lane.clone();
        lane.touch(
            &scored.program,
            &self.selection(state, Some(&overrides)),
            &kinds,
        );
        lane
    }

    fn because_of_change(
        &self,
        state: &AssessmentState,
        key: &ObjectKey,
        now: Timestamp,
    ) -> Because {
        let before = self.journal.capabilities.get(key).and_then(Option::as_ref);
        let (Some(before), Some((_, known))) = (before, self.capability(key)) else {
            return capability_lost(key, None);
        };
        let labels = known.now.record.labels.as_deref();
        if before.record.labels != known.now.record.labels
            && !selects(state.spec.capabilities.as_ref(), labels)
        {
            return Because {
                capability: Some(key.name.clone()),
                ..Because::of(Cause::ScopeChanged)
            };
        }
        if before.record.kind != known.now.record.kind
            || before.record.claim != known.now.record.claim
        {
            return capability_lost(key, None);
        }
        self.because_of_state(before, &known.now, now, &mut BTreeSet::new())
    }

    /// What made a capability whose claim is as before what it is now.
    fn because_of_state(
        &self,
        before: &CapabilityNow,
        known: &Arc<CapabilityNow>,
        now: Timestamp,
        seen: &mut BTreeSet<Name>,
    ) -> Because {
        let key = &known.record.key;
        let derived = &known.derived;
        let of = |cause, evidence| Because {
            cause,
            capability: Some(key.name.clone()),
            evidence,
        };
        let items =
            |now: &CapabilityNow| now.derived.detail.as_deref().map(|it| it.evidence.clone());
        let (then, items) = (items(before), items(known).unwrap_or_default());
        let having = |truth| items.iter().find(move |item| item.verdict == truth);
        match derived.state {
            CapabilityState::Refuted => {
                let item = having(Truth::False).map(|item| item.name.clone());
                of(Cause::CapabilityLost, item)
            }
            CapabilityState::Degraded => of(Cause::DependencyLost, self.lost_dependency(known)),
            CapabilityState::Unknown if derived.reason == Some(Reason::DependencyCycle) => {
                of(Cause::DependencyLost, None)
            }
            CapabilityState::Unknown if !derived.readable => of(Cause::EvidenceLost, None),
            CapabilityState::Unknown => {
                let held = |item: &&EvidenceView| {
                    let mut then = then.iter().flatten();
                    then.any(|then| {
                        (&then.name, &then.digest) == (&item.name, &item.digest)
                            && then.verdict == Truth::True
                    })
                };
                let unknown = || items.iter().filter(|item| item.verdict == Truth::Unknown);
                let lost = unknown().find(held);
                let asks = |item: &&EvidenceView| item.kind == EvidenceSource::Attestation;
                match (lost.filter(asks), lost.or_else(|| unknown().next())) {
                    // Why the item names it: after a restart nothing else of a withdrawn attestation is known.
                    (Some(item), _) => match self.expired_since(key, self.journal.since, now) {
                        Some((expired, _)) => of(Cause::AttestationExpired, Some(expired)),
                        None => of(Cause::AttestationWithdrawn, Some(item.name.clone())),
                    },
                    (None, Some(item)) => of(Cause::EvidenceLost, Some(item.name.clone())),
                    (None, None) => self.because_of_dependency(known, now, seen),
                }
            }
            CapabilityState::Proven | CapabilityState::Declared | CapabilityState::Absent => {
                if before.record.says_the_same(&known.record) {
                    let gone = self.attestation_gone(key, now);
                    gone.unwrap_or_else(|| of(Cause::CapabilityLost, None))
                } else {
                    of(Cause::CapabilityLost, None)
                }
            }
        }
    }

    /// Something that it needs is Unknown now: told as what happened to that, where it is known.
    fn because_of_dependency(
        &self,
        known: &CapabilityNow,
        now: Timestamp,
        seen: &mut BTreeSet<Name>,
    ) -> Because {
        let key = &known.record.key;
        let unknown = gates(&known.record)
            .map(|name| ObjectKey::new(Kind::Capability, &key.namespace, name))
            .filter_map(|key| Some((self.capability(&key)?.1, key)))
            .find(|(needed, _)| needed.now.derived.state == CapabilityState::Unknown);
        let lost = |evidence| Because {
            cause: Cause::DependencyLost,
            capability: Some(key.name.clone()),
            evidence,
        };
        let Some((needed, needed_key)) = unknown else {
            return capability_lost(key, None);
        };
        let before = self.journal.capabilities.get(&needed_key);
        let Some(before) = before.and_then(Option::as_ref) else {
            return lost(Some(needed_key.name.clone()));
        };
        if !seen.insert(needed_key.name.clone()) || before.record.claim != needed.now.record.claim {
            return lost(Some(needed_key.name.clone()));
        }
        let because = self.because_of_state(before, &needed.now, now, seen);
        if because.cause == Cause::CapabilityLost {
            return lost(Some(needed_key.name.clone()));
        }
        because
    }

    /// An attestation of a capability that counted before and does not now.
    fn attestation_gone(&self, key: &ObjectKey, now: Timestamp) -> Option<Because> {
        let of = |cause, name: &Name| Because {
            cause,
            capability: Some(key.name.clone()),
            evidence: Some(name.clone()),
        };
        if let Some(name) = self.expired_since(key, self.journal.since, now) {
            return Some(of(Cause::AttestationExpired, &name.0));
        }
        let taken = self.journal.attestations.get(key)?.first()?;
        Some(of(Cause::AttestationWithdrawn, &taken.name))
    }

    /// The attestation of a capability that ended last since an instant, and whether it stated facts.
    pub(super) fn expired_since(
        &self,
        capability: &ObjectKey,
        since: Option<Timestamp>,
        now: Timestamp,
    ) -> Option<(Name, bool)> {
        let ended = |end: Timestamp| end <= now && since.is_none_or(|since| since < end);
        let attestations = self.attestations_for(capability).map(|(_, known)| known);
        let last = attestations
            .filter(|known| ended(known.validity.end))
            .max_by_key(|known| known.validity.end)?;
        Some((last.key.name.clone(), !last.spec.facts.is_empty()))
    }

    /// The dependency that is lost.
    pub(super) fn lost_dependency(&self, capability: &CapabilityNow) -> Option<Name> {
        let record = &capability.record;
        let namespace = self.namespaces.find(&record.key.namespace)?;
        let lost = |name: &&Name| {
            let found = namespace.capabilities.get(*name);
            found.is_none_or(|id| self.capabilities[*id].now.derived.state.is_lost())
        };
        gates(record).find(lost).cloned()
    }
}

fn capability_lost(key: &ObjectKey, evidence: Option<Name>) -> Because {
    Because {
        cause: Cause::CapabilityLost,
        capability: Some(key.name.clone()),
        evidence,
    }
}

/// The types that anything reads which a criterion's verdict reads.
fn related_types(program: &Program, criterion: CriterionId) -> BTreeSet<Symbol> {
    let reads = |id: &CriterionId| program.affects[*id].contains(&criterion);
    let readers = program.readers.iter();
    readers
        .filter(|(_, readers)| readers.iter().any(reads))
        .map(|(kind, _)| *kind)
        .collect()
}
