//! Deriving capabilities again, dependencies first.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use petgraph::algo::kosaraju_scc;
use petgraph::graphmap::DiGraphMap;

use super::selection::reads;
use super::state::{Place, World};
use crate::arena::{AttestationId, CapabilityId};
use crate::capability::{
    Attested, CapabilityNow, Derived, Gate, Grounds, Record, Stated, derive, gates,
};
use crate::key::Name;
use crate::predicate::Slot;
use crate::time::Phase;

/// An instant, and attestations that are taken as ended in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment<'a> {
    pub(crate) now: Timestamp,
    pub(crate) ended: Option<&'a BTreeSet<AttestationId>>,
}

impl Moment<'_> {
    /// An instant as it is.
    pub(crate) fn of(now: Timestamp) -> Self {
        Self { now, ended: None }
    }
}

impl World {
    /// Derives what changed and everything that needs it, dependencies first.
    pub(super) fn settle_capabilities(&mut self, now: Timestamp) {
        let dirty = std::mem::take(&mut self.dirty.capabilities);
        for group in self.in_order(&dirty) {
            let circular = self.circular(&group);
            for id in group {
                self.derive_again(id, now, circular);
            }
        }
        self.spread_outlooks();
    }

    /// Marks every assessment that can depend on a capability of which what time alone will do is
    /// another now, through whatever needs it: nothing may follow from that today.
    // See D-124.
    fn spread_outlooks(&mut self) {
        let mut seen = std::mem::take(&mut self.dirty.outlooks);
        let mut waiting: Vec<CapabilityId> = seen.iter().copied().collect();
        while let Some(id) = waiting.pop() {
            let record = self.capabilities[id].now.record.clone();
            let dependants = self.dependants_of(id).iter().copied();
            waiting.extend(dependants.filter(|id| seen.insert(*id)));
            let Some(namespace) = self.namespaces.find(&record.key.namespace) else {
                continue;
            };
            for assessment in namespace.assessments.values() {
                if reads(&self.assessments[*assessment], &record) {
                    self.dirty.assessments.entry(*assessment).or_default();
                }
            }
        }
    }

    /// Whether a group of capabilities needs itself.
    // See D-021.
    pub(crate) fn circular(&self, group: &[CapabilityId]) -> bool {
        let needs_itself = |id: &CapabilityId| {
            let record = &self.capabilities[*id].now.record;
            gates(record).any(|name| *name == record.key.name)
        };
        group.len() > 1 || group.iter().any(needs_itself)
    }

    /// The dirty capabilities and all that need them, in groups: dependencies first, a group of
    /// several being a circle.
    // See D-106.
    pub(crate) fn in_order(&self, dirty: &BTreeSet<CapabilityId>) -> Vec<Vec<CapabilityId>> {
        let alone = |id: &CapabilityId| self.dependants_of(*id).is_empty();
        if dirty.iter().all(alone) {
            return dirty.iter().map(|id| vec![*id]).collect();
        }
        let mut graph: DiGraphMap<CapabilityId, ()> = DiGraphMap::new();
        let mut waiting: Vec<CapabilityId> = dirty.iter().copied().collect();
        let mut seen: BTreeSet<CapabilityId> = dirty.clone();
        while let Some(id) = waiting.pop() {
            graph.add_node(id);
            for dependant in self.dependants_of(id) {
                graph.add_edge(id, *dependant, ());
                if seen.insert(*dependant) {
                    waiting.push(*dependant);
                }
            }
        }
        let mut groups = kosaraju_scc(&graph);
        groups.reverse();
        groups
    }

    fn dependants_of(&self, id: CapabilityId) -> &[CapabilityId] {
        let key = &self.capabilities[id].now.record.key;
        self.namespaces
            .find(&key.namespace)
            .map(|space| space.dependants(&key.name))
            .unwrap_or_default()
    }

    fn derive_again(&mut self, id: CapabilityId, now: Timestamp, circular: bool) {
        self.visits.capabilities += 1;
        let derived = self.derived(id, Moment::of(now), circular, &|_| None);
        let due = derived.detail.as_ref().and_then(|detail| detail.due);
        let before = self.capabilities[id].due();
        self.reschedule(Place::Capability(id), before, due);
        let known = &mut self.capabilities[id];
        if known.now.derived == derived {
            return;
        }
        let record = known.now.record.clone();
        self.journal.note(&record.key, Some(&known.now));
        known.now = Arc::new(CapabilityNow::new(record.clone(), derived));
        self.stale_views.capabilities.insert(id);
        self.dirty.changes.insert(record.key.clone());
        self.dirty.outlooks.insert(id);
        self.spread(&record, false);
    }

    /// What is believed of a capability at an instant; `elsewhere` answers for dependencies that
    /// a what-if changes.
    pub(crate) fn derived(
        &self,
        id: CapabilityId,
        moment: Moment<'_>,
        circular: bool,
        elsewhere: &dyn Fn(CapabilityId) -> Option<Arc<CapabilityNow>>,
    ) -> Derived {
        let known = &self.capabilities[id];
        let record: &Record = &known.now.record;
        let (attested, ended) = self.attested(record, moment);
        let grounds = Grounds {
            now: moment.now,
            healthy_at: self.now.unwrap_or(moment.now),
            standing: &known.standing,
            attested,
            ended,
            observed: known.observed.as_deref(),
            gates: gates(record)
                .map(|name| Gate {
                    name: name.clone(),
                    stated: self.stated(record, name, elsewhere),
                })
                .collect(),
            circular,
            slot: &|name| self.names.find(name).map(|symbol| Slot(symbol.0)),
        };
        derive(record, &grounds)
    }

    fn stated(
        &self,
        record: &Record,
        name: &Name,
        elsewhere: &dyn Fn(CapabilityId) -> Option<Arc<CapabilityNow>>,
    ) -> Option<Stated> {
        let id = *self
            .namespaces
            .find(&record.key.namespace)?
            .capabilities
            .get(name)?;
        let of = |derived: &Derived| Stated {
            state: derived.state,
            reason: derived.reason,
        };
        Some(match elsewhere(id) {
            Some(changed) => of(&changed.derived),
            None => of(&self.capabilities[id].now.derived),
        })
    }

    /// Attestations of a capability that have begun: the effective ones, newest first, and those that
    /// stated facts and have ended.
    fn attested(
        &self,
        record: &Record,
        moment: Moment<'_>,
    ) -> (Vec<Attested<'_>>, Vec<Attested<'_>>) {
        let known = self.attestations_for(&record.key);
        let begun = known.filter(|(_, known)| known.validity.start <= moment.now);
        let (mut effective, mut ended) = (Vec::new(), Vec::new());
        for (id, known) in begun {
            let attested = Attested {
                name: &known.key.name,
                attestation: &known.spec,
                validity: known.validity,
            };
            let over = moment.ended.is_some_and(|ended| ended.contains(&id));
            if !over && known.validity.effective_at(moment.now) == Phase::Effective {
                effective.push(attested);
            } else if !known.spec.facts.is_empty() {
                ended.push(attested);
            }
        }
        effective.sort_by(|left, right| {
            let issued = right.attestation.issued.cmp(&left.attestation.issued);
            issued.then_with(|| left.name.cmp(right.name))
        });
        (effective, ended)
    }
}
