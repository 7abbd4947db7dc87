//! Working out what follows: time, models, attestations and waivers, capabilities, assessments.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use petgraph::algo::kosaraju_scc;
use petgraph::graphmap::DiGraphMap;

use super::derive::{Grounds, derive, gates};
use super::evidence::Attested;
use super::record::{CapabilityNow, Derived, Record};
use super::{Place, Rebuild, World};
use crate::delta::Settled;
use crate::key::{Kind, Name, ObjectKey};
use crate::object::Subject;
use crate::predicate::Slot;
use crate::program::Program;
use crate::time::Phase;
use crate::verdict::{CapabilityState, Reason};
use crate::view::ModelView;

/// An instant, and attestations that are taken as ended in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment<'a> {
    pub(super) now: Timestamp,
    pub(super) ended: Option<&'a BTreeSet<usize>>,
}

impl Moment<'_> {
    /// An instant as it is.
    pub(super) fn of(now: Timestamp) -> Self {
        Self { now, ended: None }
    }
}

impl World {
    /// Works out what follows at `now` from what was applied. Scores at most `budget` assessments;
    /// settle again while any remain. Time never runs backwards: an earlier `now` is the last one.
    pub fn settle(&mut self, now: Timestamp, budget: usize) -> Settled {
        let now = self.now.map_or(now, |last| last.max(now));
        self.now = Some(now);
        self.wake(now);
        self.settle_models();
        self.settle_attestations(now);
        self.settle_waivers(now);
        self.settle_capabilities(now);
        self.settle_assessments(now, budget);
        Settled {
            changes: std::mem::take(&mut self.dirty.changes)
                .into_iter()
                .collect(),
            remaining: self.dirty.assessments.len(),
            next_due: self.due.first().map(|(at, _)| *at),
        }
    }

    /// Marks what time alone has changed.
    fn wake(&mut self, now: Timestamp) {
        while let Some((at, place)) = self.due.first().copied() {
            if at > now {
                break;
            }
            self.due.remove(&(at, place));
            match place {
                Place::Attestation(id) => {
                    self.dirty.attestations.insert(id);
                }
                Place::Waiver(id) => {
                    self.dirty.waivers.insert(id);
                }
                Place::Capability(id) => {
                    self.dirty.capabilities.insert(id);
                    self.stale_views.capabilities.insert(id);
                }
                Place::Assessment(id) => self.pending(id).rebuild_as(Rebuild::Rest),
            }
        }
    }

    pub(super) fn reschedule(
        &mut self,
        place: Place,
        before: Option<Timestamp>,
        after: Option<Timestamp>,
    ) {
        if before == after {
            return;
        }
        if let Some(at) = before {
            self.due.remove(&(at, place));
        }
        if let Some(at) = after {
            self.due.insert((at, place));
        }
    }

    fn settle_models(&mut self) {
        for name in std::mem::take(&mut self.dirty.models) {
            let Some(entry) = self.models.get_mut(&name) else {
                continue;
            };
            self.visits.programs += 1;
            let program = Program::compile_with(entry.model.clone(), &mut self.names).map(Arc::new);
            entry.view = Some(Arc::new(ModelView {
                name: name.clone(),
                life: entry.life.clone(),
                program,
            }));
            let users: Vec<usize> = entry.users.iter().copied().collect();
            for id in users {
                self.pending(id).rebuild_as(Rebuild::Scope);
            }
            self.stale_views.models.insert(name.clone());
            self.dirty
                .changes
                .insert(ObjectKey::new(Kind::MaturityModel, "", &name));
        }
    }

    fn settle_attestations(&mut self, now: Timestamp) {
        for id in std::mem::take(&mut self.dirty.attestations) {
            let Some(known) = self.attestations.get(id) else {
                continue;
            };
            let counted = match known.validity.effective_at(now) {
                Phase::NotYet => Err("NotYet"),
                Phase::Expired => Err("Expired"),
                Phase::Effective if self.matches(&known.key, &known.spec.subject) => Ok(()),
                Phase::Effective => Err("NoMatch"),
            };
            let due = known.validity.next_due(now);
            let (key, subject, before) = (known.key.clone(), known.spec.subject.clone(), known.due);
            self.reschedule(Place::Attestation(id), before, due);
            self.stale_views.attestations.insert(key.clone());
            self.dirty.changes.insert(key.clone());
            let Some(known) = self.attestations.get_mut(id) else {
                continue;
            };
            known.due = due;
            if known.counted != counted {
                known.counted = counted;
                self.attested_subject(&key.namespace, &subject);
            }
        }
    }

    fn matches(&self, key: &ObjectKey, subject: &Subject) -> bool {
        let Some(namespace) = self.namespaces.get(&key.namespace) else {
            return false;
        };
        match subject {
            Subject::Capability(name) => namespace.capabilities.contains_key(name),
            Subject::Award {
                assessment, model, ..
            } => {
                let found = namespace
                    .assessments
                    .get(assessment)
                    .and_then(|id| self.assessments.get(*id));
                found.is_some_and(|state| state.spec.model == *model)
            }
        }
    }

    fn settle_waivers(&mut self, now: Timestamp) {
        for id in std::mem::take(&mut self.dirty.waivers) {
            let Some(known) = self.waivers.get(id) else {
                continue;
            };
            let namespace = self.namespaces.get(&known.key.namespace);
            let concerned = namespace
                .and_then(|found| found.assessments.get(&known.spec.assessment))
                .copied();
            let effective = match known.validity.effective_at(now) {
                _ if known.spec.approved_by.is_none() => Err("NotApproved"),
                Phase::NotYet => Err("NotYet"),
                Phase::Expired => Err("Expired"),
                Phase::Effective if concerned.is_none() => Err("NoMatch"),
                Phase::Effective => Ok(()),
            };
            let due = known
                .validity
                .next_due(now)
                .filter(|_| known.spec.approved_by.is_some());
            let (key, before) = (known.key.clone(), known.due);
            self.reschedule(Place::Waiver(id), before, due);
            self.stale_views.waivers.insert(key.clone());
            self.dirty.changes.insert(key);
            let Some(known) = self.waivers.get_mut(id) else {
                continue;
            };
            known.due = due;
            if known.effective != effective {
                known.effective = effective;
                if let Some(concerned) = concerned {
                    self.pending(concerned).rebuild_as(Rebuild::Rest);
                }
            }
        }
    }

    /// Derives what changed and everything that needs it, dependencies first.
    fn settle_capabilities(&mut self, now: Timestamp) {
        let dirty = std::mem::take(&mut self.dirty.capabilities);
        for group in self.in_order(&dirty) {
            let circular = self.circular(&group);
            for id in group {
                self.derive_again(id, now, circular);
            }
        }
    }

    /// Whether a group of capabilities needs itself.
    pub(super) fn circular(&self, group: &[usize]) -> bool {
        let needs_itself = |id: &usize| {
            let record = self.capabilities.get(*id).map(|found| &found.now.record);
            record.is_some_and(|record| gates(record).any(|name| *name == record.key.name))
        };
        group.len() > 1 || group.iter().any(needs_itself)
    }

    /// The dirty capabilities and all that need them, in groups: dependencies first, a group of
    /// several being a circle.
    pub(super) fn in_order(&self, dirty: &BTreeSet<usize>) -> Vec<Vec<usize>> {
        let alone = |id: &usize| self.dependants_of(*id).is_empty();
        if dirty.iter().all(alone) {
            return dirty.iter().map(|id| vec![*id]).collect();
        }
        let mut graph: DiGraphMap<usize, ()> = DiGraphMap::new();
        let mut waiting: Vec<usize> = dirty.iter().copied().collect();
        let mut seen: BTreeSet<usize> = dirty.clone();
        while let Some(id) = waiting.pop() {
            graph.add_node(id);
            for dependant in self.dependants_of(id) {
                let dependant = *dependant as usize;
                graph.add_edge(id, dependant, ());
                if seen.insert(dependant) {
                    waiting.push(dependant);
                }
            }
        }
        let mut groups = kosaraju_scc(&graph);
        groups.reverse();
        groups
    }

    pub(super) fn dependants_of(&self, id: usize) -> &[u32] {
        let Some(found) = self.capabilities.get(id) else {
            return &[];
        };
        let key = &found.now.record.key;
        self.namespaces
            .get(&key.namespace)
            .map(|space| space.dependants(&key.name))
            .unwrap_or_default()
    }

    fn derive_again(&mut self, id: usize, now: Timestamp, circular: bool) {
        let Some(known) = self.capabilities.get(id) else {
            return;
        };
        self.visits.capabilities += 1;
        let derived = self.derived(id, Moment::of(now), circular, &|_| None);
        let due = derived.detail.as_ref().and_then(|detail| detail.due);
        let before = known.due();
        self.reschedule(Place::Capability(id), before, due);
        let Some(known) = self.capabilities.get_mut(id) else {
            return;
        };
        if known.now.derived == derived {
            return;
        }
        let record = known.now.record.clone();
        known.now = Arc::new(CapabilityNow::new(record.clone(), derived));
        self.stale_views.capabilities.insert(id);
        self.dirty.changes.insert(record.key.clone());
        self.spread(&record, false);
    }

    /// What is believed of a capability at an instant; `elsewhere` answers for dependencies that
    /// a what-if changes.
    pub(super) fn derived(
        &self,
        id: usize,
        moment: Moment<'_>,
        circular: bool,
        elsewhere: &dyn Fn(u32) -> Option<Arc<CapabilityNow>>,
    ) -> Derived {
        let Some(known) = self.capabilities.get(id) else {
            return Derived::undecided();
        };
        let record: &Record = &known.now.record;
        let grounds = Grounds {
            now: moment.now,
            healthy_at: self.now.unwrap_or(moment.now),
            standing: &known.standing,
            attested: self.attested(record, moment),
            observed: known.observed.as_deref(),
            gates: gates(record)
                .map(|name| (name.clone(), self.gate(record, name, elsewhere)))
                .collect(),
            circular,
            slot: &|name| self.names.find(name).map(|symbol| Slot(symbol.0)),
        };
        derive(record, &grounds)
    }

    fn gate(
        &self,
        record: &Record,
        name: &Name,
        elsewhere: &dyn Fn(u32) -> Option<Arc<CapabilityNow>>,
    ) -> Option<(CapabilityState, Option<Reason>)> {
        let id = *self
            .namespaces
            .get(&record.key.namespace)?
            .capabilities
            .get(name)?;
        if let Some(changed) = u32::try_from(id).ok().and_then(elsewhere) {
            return Some((changed.derived.state, changed.derived.reason));
        }
        let derived = &self.capabilities.get(id)?.now.derived;
        Some((derived.state, derived.reason))
    }

    /// Effective attestations of a capability, newest first.
    fn attested(&self, record: &Record, moment: Moment<'_>) -> Vec<Attested<'_>> {
        let lists = self
            .namespaces
            .get(&record.key.namespace)
            .map(|found| &found.attestations);
        let ids = lists.and_then(|lists| lists.get(&record.key.name));
        let mut attested: Vec<(&ObjectKey, Attested<'_>)> = ids
            .into_iter()
            .flatten()
            .filter(|id| !moment.ended.is_some_and(|ended| ended.contains(id)))
            .filter_map(|id| self.attestations.get(*id))
            .filter(|known| known.validity.effective_at(moment.now) == Phase::Effective)
            .map(|known| {
                (
                    &known.key,
                    Attested {
                        attestation: &known.spec,
                        validity: known.validity,
                    },
                )
            })
            .collect();
        attested.sort_by(|(key, left), (other, right)| {
            right
                .attestation
                .issued
                .cmp(&left.attestation.issued)
                .then_with(|| key.cmp(other))
        });
        attested.into_iter().map(|(_, attested)| attested).collect()
    }

    fn settle_assessments(&mut self, now: Timestamp, budget: usize) {
        let pending = std::mem::take(&mut self.dirty.assessments);
        let mut rest = BTreeMap::new();
        for (place, (id, pending)) in pending.into_iter().enumerate() {
            if place >= budget {
                rest.insert(id, pending);
            } else {
                self.assess(id, &pending, now);
            }
        }
        self.dirty.assessments = rest;
    }
}
