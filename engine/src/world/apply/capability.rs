//! Capabilities come, change and go; observations of them arrive.

use std::sync::Arc;

use crate::arena::CapabilityId;
use crate::capability::{CapabilityNow, Derived, Fact, Observed, Record, Rest, gates};
use crate::delta::Standing;
use crate::fact::FactValue;
use crate::key::{Name, ObjectKey, Uid};
use crate::object::{self, EvidenceKind, Life, Owner};
use crate::predicate::Slot;
use crate::world::entry::Capability;
use crate::world::selection::selects;
use crate::world::state::{Place, World};

impl World {
    pub(super) fn upsert_capability(
        &mut self,
        key: &ObjectKey,
        life: Life,
        capability: object::Capability,
    ) {
        let key = ObjectKey {
            kind: key.kind,
            namespace: self.share(&key.namespace),
            name: self.share(&key.name),
        };
        let record = self.record(key.clone(), life, capability);
        if let Some((id, known)) = self.capability(&key) {
            let before = known.now.record.clone();
            let was_live = *known.standing == Standing::Live;
            self.capabilities[id].standing = self.live.clone();
            if before.says_the_same(&record) && was_live {
                if before.life != record.life {
                    self.replace_record(id, record);
                    self.stale_views.capabilities.insert(id);
                }
                return;
            }
            self.reindex(id, &before, &record);
            let moved = before.kind != record.kind
                || before.claim != record.claim
                || before.labels != record.labels
                || before.depends_on() != record.depends_on();
            self.replace_record(id, record);
            self.touch_readers(id, Some(&before));
            if moved {
                self.chains_changed(&before);
                self.chains_changed_at(id);
            }
        } else {
            self.journal.note(&key, None);
            let namespace = self.namespaces.enter(&key.namespace);
            let record = Arc::new(record);
            let now = Arc::new(CapabilityNow::new(record.clone(), Derived::undecided()));
            let id = self.capabilities.insert(Capability {
                now,
                standing: self.live.clone(),
                observed: None,
            });
            self.namespaces[namespace].enter(id, &record, &self.capabilities);
            self.subject_came_or_went(&record.key);
            self.track_life(id);
            self.touch_readers(id, None);
            self.chains_changed_at(id);
        }
    }

    /// What falls with what is another now, where a capability needs others or is needed: every
    /// assessment of the namespace says so, also those that do not select this link of the chain.
    fn chains_changed(&mut self, record: &Record) {
        let Some(namespace) = self.namespaces.find(&record.key.namespace) else {
            return;
        };
        let needs = gates(record).next().is_some();
        if needs || !namespace.dependants(&record.key.name).is_empty() {
            for id in namespace.assessments.values() {
                self.dirty.assessments.entry(*id).or_default().recount = true;
            }
        }
    }

    fn chains_changed_at(&mut self, id: CapabilityId) {
        let record = self.capabilities[id].now.record.clone();
        self.chains_changed(&record);
    }

    fn replace_record(&mut self, id: CapabilityId, record: Record) {
        let known = &mut self.capabilities[id];
        self.journal.note(&record.key, Some(&known.now));
        let derived = known.now.derived.clone();
        known.now = Arc::new(CapabilityNow::new(Arc::new(record), derived));
        self.track_life(id);
    }

    fn track_life(&mut self, id: CapabilityId) {
        let record = &self.capabilities[id].now.record;
        let probed = record
            .evidence()
            .iter()
            .any(|item| matches!(item.kind, EvidenceKind::Probe { .. }));
        if probed {
            self.lives
                .insert(record.life.uid.clone(), Place::Capability(id));
        } else {
            self.lives.remove(&record.life.uid);
        }
    }

    fn reindex(&mut self, id: CapabilityId, before: &Record, after: &Record) {
        if before.kind == after.kind && before.depends_on() == after.depends_on() {
            return;
        }
        let namespace = self.namespaces.enter(&before.key.namespace);
        let namespace = &mut self.namespaces[namespace];
        namespace.leave(id, before);
        namespace.enter(id, after, &self.capabilities);
    }

    pub(super) fn record(
        &mut self,
        key: ObjectKey,
        life: Life,
        capability: object::Capability,
    ) -> Record {
        let owner = Owner {
            team: capability.owner.team.map(|team| self.share(&team)),
            contact: capability.owner.contact.map(|contact| self.share(&contact)),
        };
        let owner = self.owner(owner);
        for item in &capability.evidence {
            if let EvidenceKind::Probe { facts, .. } = &item.kind {
                for fact in facts {
                    self.names.intern(fact);
                }
            }
        }
        let mut facts: Vec<Fact> = Vec::with_capacity(capability.facts.len());
        for (name, value) in capability.facts {
            let slot = Slot(self.names.intern(&name).0);
            facts.push(match value {
                FactValue::Boolean(holds) => Fact::Boolean(slot, holds),
                FactValue::Integer(number) => Fact::Integer(slot, number),
                FactValue::Text(text) => Fact::Text(slot, self.word(&text)),
            });
        }
        facts.sort_by_key(Fact::slot);
        Record {
            key,
            life,
            kind: self.names.intern(&capability.kind),
            owner,
            labels: (!capability.labels.is_empty()).then(|| Box::new(capability.labels)),
            claim: capability.claim,
            facts: facts.into(),
            rest: Rest {
                units: capability.units,
                depends_on: capability.depends_on.into(),
                evidence: capability.evidence.into(),
            }
            .some(),
        }
    }

    /// Marks a changed capability and every assessment that read it before or reads it now.
    pub(in crate::world) fn touch_readers(&mut self, id: CapabilityId, before: Option<&Record>) {
        self.dirty.capabilities.insert(id);
        self.stale_views.capabilities.insert(id);
        let record = self.capabilities[id].now.record.clone();
        self.dirty.changes.insert(record.key.clone());
        self.spread(&record, before.is_none());
        if let Some(before) = before {
            let moved = before.kind != record.kind || before.labels != record.labels;
            if moved {
                self.spread(before, true);
                self.spread(&record, true);
            }
        }
    }

    /// Marks the criteria that ask for this capability's type, in the assessments that select it.
    pub(in crate::world) fn spread(&mut self, record: &Record, recount: bool) {
        let Some(namespace) = self.namespaces.find(&record.key.namespace) else {
            return;
        };
        for id in namespace.assessments.values() {
            let state = &self.assessments[*id];
            if !selects(state.spec.capabilities.as_ref(), record.labels.as_deref()) {
                continue;
            }
            let readers = state
                .scored
                .as_ref()
                .and_then(|scored| scored.program.readers.get(&record.kind));
            let resumes = state.resumes_by(&record.key.name);
            if readers.is_none() && !resumes {
                continue;
            }
            let pending = self.dirty.assessments.entry(*id).or_default();
            if readers.is_some() && !pending.kinds.contains(&record.kind) {
                pending.kinds.push(record.kind);
            }
            pending.recount |= recount;
        }
    }

    pub(super) fn remove_capability(&mut self, key: &ObjectKey) {
        let Some((id, known)) = self.capability(key) else {
            return;
        };
        let (now, due) = (known.now.clone(), known.due());
        let record = now.record.clone();
        self.journal.note(key, Some(&now));
        self.spread(&record, true);
        self.chains_changed(&record);
        self.mark_dependants(key);
        let namespace = self.namespaces.enter(&key.namespace);
        self.namespaces[namespace].leave(id, &record);
        self.capabilities.remove(id);
        self.lives.remove(&record.life.uid);
        self.reschedule(Place::Capability(id), due, None);
        self.dirty.capabilities.remove(&id);
        self.dirty.outlooks.remove(&id);
        self.stale_views.capabilities.insert(id);
        self.subject_came_or_went(key);
    }

    /// What needs a capability that came, went or changed is derived again.
    pub(in crate::world) fn mark_dependants(&mut self, key: &ObjectKey) {
        if let Some(namespace) = self.namespaces.find(&key.namespace) {
            let dependants = namespace.dependants(&key.name);
            self.dirty.capabilities.extend(dependants);
        }
    }

    pub(super) fn observe(&mut self, uid: &Uid, item: Name, observed: Observed) {
        let Some(Place::Capability(id)) = self.lives.get(uid).copied() else {
            return;
        };
        let known = &mut self.capabilities[id];
        let listed = known
            .now
            .record
            .evidence()
            .iter()
            .any(|listed| listed.name == item && listed.digest == observed.item_digest);
        if !listed {
            return;
        }
        // What was seen of another text of the item says nothing about this one.
        let kept = known.observed.as_ref().and_then(|items| items.get(&item));
        let kept = kept
            .filter(|kept| kept.item_digest == observed.item_digest)
            .cloned();
        let observed = observed.beside(kept.as_ref());
        // A probe that begins to fail, or no longer does, changes what ends though it changes no state.
        let was_failing = kept.is_some_and(|kept| kept.attempt.is_some());
        let turned = was_failing != observed.attempt.is_some();
        known
            .observed
            .get_or_insert_default()
            .insert(item, observed);
        let record = known.now.record.clone();
        if turned {
            self.spread(&record, true);
            self.dirty.outlooks.insert(id);
        }
        self.dirty.capabilities.insert(id);
        self.stale_views.capabilities.insert(id);
    }
}
