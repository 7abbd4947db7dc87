//! Filing deltas: an object goes to its place, and what reads it is marked.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::evidence::Observed;
use super::namespace::forget;
use super::record::{CapabilityNow, Derived, Record};
use super::state::{AssessmentState, AttestationState, Capability, WaiverState};
use super::{ModelEntry, Pending, Place, Rebuild, World};
use crate::delta::{Delta, Standing};
use crate::fact::FactValue;
use crate::key::{Kind, Name, ObjectKey, Uid};
use crate::ledger::Ledger;
use crate::model::Model;
use crate::object::{
    self, Assessment, Attestation, Claim, EvidenceKind, Life, Object, Owner, Subject, Waiver,
};
use crate::predicate::Slot;
use crate::time::{attestation_validity, waiver_validity};
use crate::verdict::{CapabilityState, EvidenceClass, Reason};

impl World {
    /// Takes one change in. Cheap: what follows from it is worked out by [`World::settle`].
    pub fn apply(&mut self, delta: Delta) {
        self.visits.deltas += 1;
        match delta {
            Delta::Upsert { key, life, object } => self.upsert(key, life, object),
            Delta::Remove { key, uid } => {
                if self.uid(&key).is_some_and(|known| known == uid) {
                    self.remove(&key);
                }
            }
            Delta::Source { key, standing } => self.stand(&key, standing),
            Delta::Evidence {
                capability,
                item,
                item_digest,
                conclusive,
                attempt,
            } => {
                self.observe(
                    &capability,
                    item,
                    Observed {
                        item_digest,
                        conclusive,
                        attempt,
                    },
                );
            }
            Delta::Ledger { assessment, ledger } => self.remember(&assessment, ledger),
        }
    }

    fn upsert(&mut self, key: ObjectKey, life: Life, object: Object) {
        if self.uid(&key).is_some_and(|known| known != life.uid) {
            self.remove(&key);
        }
        match object {
            Object::Model(model) => self.upsert_model(key.name, life, model),
            Object::Capability(capability) => self.upsert_capability(&key, life, capability),
            Object::Attestation(attestation) => self.upsert_attestation(key, life, attestation),
            Object::Waiver(waiver) => self.upsert_waiver(key, life, waiver),
            Object::Assessment(assessment) => self.upsert_assessment(key, life, &assessment),
        }
    }

    fn uid(&self, key: &ObjectKey) -> Option<Uid> {
        let life = match key.kind {
            Kind::MaturityModel => self.models.get(&key.name)?.life.as_ref()?,
            Kind::Profile => return None,
            Kind::Capability => &self.capability(key)?.1.now.record.life,
            Kind::Attestation => &self.attestations.get(self.attestation(key)?)?.life,
            Kind::Waiver => &self.waivers.get(self.waiver(key)?)?.life,
            Kind::Assessment => &self.assessments.get(self.assessment(key)?)?.life,
        };
        Some(life.uid.clone())
    }

    pub(super) fn capability(&self, key: &ObjectKey) -> Option<(usize, &Capability)> {
        let id = *self
            .namespaces
            .get(&key.namespace)?
            .capabilities
            .get(&key.name)?;
        Some((id, self.capabilities.get(id)?))
    }

    fn attestation(&self, key: &ObjectKey) -> Option<usize> {
        self.objects.get(key).copied()
    }

    fn waiver(&self, key: &ObjectKey) -> Option<usize> {
        self.objects.get(key).copied()
    }

    fn upsert_model(&mut self, name: Name, life: Life, model: Arc<Model>) {
        let same = |entry: &ModelEntry| entry.model.digest == model.digest && entry.view.is_some();
        if let Some(entry) = self.models.get_mut(&name) {
            let unchanged = same(entry) && entry.life.as_ref() == Some(&life);
            entry.life = Some(life);
            if unchanged {
                return;
            }
            entry.model = model;
        } else {
            let users = self.awaited_models.remove(&name).unwrap_or_default();
            self.models.insert(
                name.clone(),
                ModelEntry {
                    life: Some(life),
                    model,
                    view: None,
                    users,
                },
            );
        }
        self.dirty.models.insert(name);
    }

    fn upsert_capability(&mut self, key: &ObjectKey, life: Life, capability: object::Capability) {
        let key = ObjectKey {
            kind: key.kind,
            namespace: self.share(&key.namespace),
            name: self.share(&key.name),
        };
        let record = self.record(key.clone(), life, capability);
        if let Some((id, known)) = self.capability(&key) {
            let before = known.now.record.clone();
            let was_live = *known.standing == Standing::Live;
            if let Some(known) = self.capabilities.get_mut(id) {
                known.standing = self.live.clone();
            }
            if before.says_the_same(&record) && was_live {
                if before.life != record.life {
                    self.replace_record(id, record);
                    self.stale_views.capabilities.insert(id);
                }
                return;
            }
            self.reindex(id, &before, &record);
            self.replace_record(id, record);
            self.touch_readers(id, Some(&before));
        } else {
            let namespace = key.namespace.clone();
            let record = Arc::new(record);
            let now = Arc::new(CapabilityNow {
                record: record.clone(),
                derived: Derived::undecided(),
            });
            let id = self.capabilities.insert(Capability {
                now,
                standing: self.live.clone(),
                observed: BTreeMap::new(),
                due: None,
            });
            self.namespaces
                .entry(namespace)
                .or_default()
                .enter(id, &record, &self.capabilities);
            self.subject_came_or_went(&record.key);
            self.track_life(id);
            self.touch_readers(id, None);
        }
    }

    fn replace_record(&mut self, id: usize, record: Record) {
        if let Some(known) = self.capabilities.get_mut(id) {
            let derived = known.now.derived.clone();
            known.now = Arc::new(CapabilityNow {
                record: Arc::new(record),
                derived,
            });
        }
        self.track_life(id);
    }

    fn track_life(&mut self, id: usize) {
        let Some(known) = self.capabilities.get(id) else {
            return;
        };
        let record = &known.now.record;
        let probed = record
            .evidence
            .iter()
            .any(|item| matches!(item.kind, EvidenceKind::Probe { .. }));
        if probed {
            self.lives
                .insert(record.life.uid.clone(), Place::Capability(id));
        } else {
            self.lives.remove(&record.life.uid);
        }
    }

    fn reindex(&mut self, id: usize, before: &Record, after: &Record) {
        if before.kind == after.kind && before.depends_on == after.depends_on {
            return;
        }
        if let Some(namespace) = self.namespaces.get_mut(&before.key.namespace) {
            namespace.leave(id, before);
            namespace.enter(id, after, &self.capabilities);
        }
    }

    fn record(&mut self, key: ObjectKey, life: Life, capability: object::Capability) -> Record {
        let owner = Owner {
            team: capability.owner.team.map(|team| self.share(&team)),
            contact: capability.owner.contact.map(|contact| self.share(&contact)),
        };
        for item in &capability.evidence {
            if let EvidenceKind::Probe { facts, .. } = &item.kind {
                for fact in facts {
                    self.names.intern(fact);
                }
            }
        }
        let mut facts: Vec<(Slot, FactValue)> = Vec::with_capacity(capability.facts.len());
        for (name, value) in capability.facts {
            let value = match value {
                FactValue::Text(text) => FactValue::Text(self.share(&text)),
                other => other,
            };
            facts.push((Slot(self.names.intern(&name).0), value));
        }
        facts.sort_by_key(|fact| fact.0);
        Record {
            key,
            life,
            kind: self.names.intern(&capability.kind),
            owner,
            labels: (!capability.labels.is_empty()).then(|| Box::new(capability.labels)),
            claim: capability.claim,
            facts: facts.into(),
            units: capability.units.map(Box::new),
            depends_on: capability.depends_on.into(),
            evidence: capability.evidence.into(),
        }
    }

    /// Marks a changed capability and every assessment that read it before or reads it now.
    pub(super) fn touch_readers(&mut self, id: usize, before: Option<&Record>) {
        self.dirty.capabilities.insert(id);
        self.stale_views.capabilities.insert(id);
        let Some(known) = self.capabilities.get(id) else {
            return;
        };
        let record = known.now.record.clone();
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
    pub(super) fn spread(&mut self, record: &Record, recount: bool) {
        let Some(namespace) = self.namespaces.get(&record.key.namespace) else {
            return;
        };
        for id in namespace.assessments.values() {
            let Some(state) = self.assessments.get(*id) else {
                continue;
            };
            if !super::scope::selects(state.spec.capabilities.as_ref(), record.labels.as_deref()) {
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
            pending.criteria.extend(readers.into_iter().flatten());
            pending.recount |= recount;
        }
    }

    fn upsert_attestation(&mut self, key: ObjectKey, life: Life, attestation: Attestation) {
        for fact in attestation.facts.keys() {
            self.names.intern(fact);
        }
        if let Some(id) = self.attestation(&key) {
            let known = self.attestations.get(id);
            let same = known.is_some_and(|known| {
                *known.spec == attestation && *known.standing == Standing::Live
            });
            if same {
                if let Some(known) = self.attestations.get_mut(id) {
                    known.life = life;
                }
                return;
            }
            self.remove(&key);
        }
        let validity = attestation_validity(&attestation);
        let spec = Arc::new(attestation);
        let id = self.attestations.insert(AttestationState {
            key: key.clone(),
            life,
            spec: spec.clone(),
            standing: self.live.clone(),
            validity,
            counted: Err("NoMatch"),
            due: None,
        });
        let namespace = self.namespaces.entry(key.namespace.clone()).or_default();
        let lists = match &spec.subject {
            Subject::Capability(name) => namespace.attestations.entry(name.clone()),
            Subject::Award { assessment, .. } => namespace.awards.entry(assessment.clone()),
        };
        lists.or_default().push(id);
        self.objects.insert(key.clone(), id);
        self.dirty.attestations.insert(id);
        self.attested_subject(&key.namespace, &spec.subject);
        self.dirty.changes.insert(key);
    }

    /// Marks what an attestation is about.
    pub(super) fn attested_subject(&mut self, namespace: &Name, subject: &Subject) {
        let Some(found) = self.namespaces.get(namespace) else {
            return;
        };
        match subject {
            Subject::Capability(name) => {
                if let Some(id) = found.capabilities.get(name) {
                    self.dirty.capabilities.insert(*id);
                }
            }
            Subject::Award { assessment, .. } => {
                if let Some(id) = found.assessments.get(assessment).copied() {
                    self.pending(id).rebuild_as(Rebuild::Overlay);
                }
            }
        }
    }

    /// An attestation of a subject that came or went counts, or no longer does.
    fn subject_came_or_went(&mut self, key: &ObjectKey) {
        let Some(namespace) = self.namespaces.get(&key.namespace) else {
            return;
        };
        let lists = if key.kind == Kind::Capability {
            &namespace.attestations
        } else {
            &namespace.awards
        };
        self.dirty
            .attestations
            .extend(lists.get(&key.name).into_iter().flatten());
        if key.kind == Kind::Assessment {
            self.dirty
                .waivers
                .extend(namespace.waivers.get(&key.name).into_iter().flatten());
        }
    }

    fn upsert_waiver(&mut self, key: ObjectKey, life: Life, waiver: Waiver) {
        if let Some(id) = self.waiver(&key) {
            let known = self.waivers.get(id);
            let same = known
                .is_some_and(|known| *known.spec == waiver && *known.standing == Standing::Live);
            if same {
                if let Some(known) = self.waivers.get_mut(id) {
                    known.life = life;
                }
                return;
            }
            self.remove(&key);
        }
        let validity = waiver_validity(&waiver);
        let assessment = waiver.assessment.clone();
        let id = self.waivers.insert(WaiverState {
            key: key.clone(),
            life,
            spec: Arc::new(waiver),
            standing: self.live.clone(),
            validity,
            effective: Err("NoMatch"),
            due: None,
        });
        let namespace = self.namespaces.entry(key.namespace.clone()).or_default();
        namespace
            .waivers
            .entry(assessment.clone())
            .or_default()
            .push(id);
        let concerned = namespace.assessments.get(&assessment).copied();
        self.objects.insert(key.clone(), id);
        self.dirty.waivers.insert(id);
        if let Some(concerned) = concerned {
            self.pending(concerned).rebuild_as(Rebuild::Overlay);
        }
        self.dirty.changes.insert(key);
    }

    fn upsert_assessment(&mut self, key: ObjectKey, life: Life, spec: &Arc<Assessment>) {
        if let Some(id) = self.assessment(&key) {
            let Some(known) = self.assessments.get_mut(id) else {
                return;
            };
            let same = known.spec == *spec && *known.standing == Standing::Live;
            let model = known.spec.model.clone();
            known.life = life;
            known.standing = self.live.clone();
            known.spec = spec.clone();
            self.stale_views.assessments.insert(key.clone());
            if same {
                return;
            }
            self.leave_model(&model, id);
            self.use_model(&spec.model, id);
            self.subject_came_or_went(&key);
            self.pending(id).rebuild_as(Rebuild::Scope);
            self.dirty.changes.insert(key);
            return;
        }
        let id = self.assessments.insert(AssessmentState {
            key: key.clone(),
            life: life.clone(),
            spec: spec.clone(),
            standing: self.live.clone(),
            ledger: Arc::default(),
            scored: None,
            problem: None,
            flips: Vec::new(),
            due: None,
        });
        let namespace = self.namespaces.entry(key.namespace.clone()).or_default();
        namespace.assessments.insert(key.name.clone(), id);
        self.lives.insert(life.uid, Place::Assessment(id));
        self.use_model(&spec.model, id);
        self.subject_came_or_went(&key);
        self.pending(id).rebuild_as(Rebuild::Scope);
        self.stale_views.assessments.insert(key.clone());
        self.dirty.changes.insert(key);
    }

    fn use_model(&mut self, model: &Name, id: usize) {
        match self.models.get_mut(model) {
            Some(entry) => entry.users.insert(id),
            None => self
                .awaited_models
                .entry(model.clone())
                .or_default()
                .insert(id),
        };
    }

    fn leave_model(&mut self, model: &Name, id: usize) {
        if let Some(entry) = self.models.get_mut(model) {
            entry.users.remove(&id);
        }
        if let Some(waiting) = self.awaited_models.get_mut(model) {
            waiting.remove(&id);
            if waiting.is_empty() {
                self.awaited_models.remove(model);
            }
        }
    }

    pub(super) fn pending(&mut self, id: usize) -> &mut Pending {
        self.dirty.assessments.entry(id).or_default()
    }

    fn remove(&mut self, key: &ObjectKey) {
        self.dirty.changes.insert(key.clone());
        match key.kind {
            Kind::MaturityModel => self.remove_model(&key.name),
            Kind::Profile => {}
            Kind::Capability => self.remove_capability(key),
            Kind::Attestation => self.remove_attestation(key),
            Kind::Waiver => self.remove_waiver(key),
            Kind::Assessment => self.remove_assessment(key),
        }
    }

    fn remove_model(&mut self, name: &Name) {
        let Some(entry) = self.models.remove(name) else {
            return;
        };
        for id in &entry.users {
            self.pending(*id).rebuild_as(Rebuild::Scope);
        }
        if !entry.users.is_empty() {
            self.awaited_models.insert(name.clone(), entry.users);
        }
        self.dirty.models.remove(name);
        self.stale_views.models.insert(name.clone());
    }

    fn remove_capability(&mut self, key: &ObjectKey) {
        let Some((id, known)) = self.capability(key) else {
            return;
        };
        let record = known.now.record.clone();
        let due = known.due;
        self.spread(&record, true);
        self.mark_dependants(key);
        if let Some(namespace) = self.namespaces.get_mut(&key.namespace) {
            namespace.leave(id, &record);
        }
        self.capabilities.try_remove(id);
        self.lives.remove(&record.life.uid);
        self.reschedule(Place::Capability(id), due, None);
        self.dirty.capabilities.remove(&id);
        self.stale_views.capabilities.insert(id);
        self.subject_came_or_went(key);
    }

    /// What needs a capability that came, went or changed is derived again.
    pub(super) fn mark_dependants(&mut self, key: &ObjectKey) {
        if let Some(namespace) = self.namespaces.get(&key.namespace) {
            let dependants = namespace
                .dependants(&key.name)
                .iter()
                .map(|id| *id as usize);
            self.dirty.capabilities.extend(dependants);
        }
    }

    fn remove_attestation(&mut self, key: &ObjectKey) {
        let Some(id) = self.objects.remove(key) else {
            return;
        };
        let Some(known) = self.attestations.try_remove(id) else {
            return;
        };
        self.reschedule(Place::Attestation(id), known.due, None);
        self.dirty.attestations.remove(&id);
        self.attested_subject(&key.namespace, &known.spec.subject);
        if let Some(namespace) = self.namespaces.get_mut(&key.namespace) {
            match &known.spec.subject {
                Subject::Capability(name) => forget(&mut namespace.attestations, name, id),
                Subject::Award { assessment, .. } => forget(&mut namespace.awards, assessment, id),
            }
        }
        self.stale_views.attestations.insert(key.clone());
    }

    fn remove_waiver(&mut self, key: &ObjectKey) {
        let Some(id) = self.objects.remove(key) else {
            return;
        };
        let Some(known) = self.waivers.try_remove(id) else {
            return;
        };
        self.reschedule(Place::Waiver(id), known.due, None);
        self.dirty.waivers.remove(&id);
        let mut concerned = None;
        if let Some(namespace) = self.namespaces.get_mut(&key.namespace) {
            forget(&mut namespace.waivers, &known.spec.assessment, id);
            concerned = namespace.assessments.get(&known.spec.assessment).copied();
        }
        if let Some(concerned) = concerned {
            self.pending(concerned).rebuild_as(Rebuild::Overlay);
        }
        self.stale_views.waivers.insert(key.clone());
    }

    fn remove_assessment(&mut self, key: &ObjectKey) {
        let Some(id) = self.assessment(key) else {
            return;
        };
        let Some(known) = self.assessments.try_remove(id) else {
            return;
        };
        self.reschedule(Place::Assessment(id), known.due, None);
        self.lives.remove(&known.life.uid);
        self.leave_model(&known.spec.model, id);
        self.dirty.assessments.remove(&id);
        if let Some(namespace) = self.namespaces.get_mut(&key.namespace) {
            namespace.assessments.remove(&key.name);
        }
        self.subject_came_or_went(key);
        self.stale_views.assessments.insert(key.clone());
    }

    fn stand(&mut self, key: &ObjectKey, standing: Standing) {
        let standing = if standing == Standing::Live {
            self.live.clone()
        } else {
            Arc::new(standing)
        };
        let kind = key.kind;
        if kind == Kind::Capability && self.capability(key).is_none() {
            self.upsert_capability(
                key,
                Life {
                    uid: "".into(),
                    generation: 0,
                },
                unheard(&key.name),
            );
        }
        match kind {
            Kind::Capability => {
                let Some((id, _)) = self.capability(key) else {
                    return;
                };
                let Some(known) = self.capabilities.get_mut(id) else {
                    return;
                };
                if known.standing != standing {
                    known.standing = standing;
                    let record = known.now.record.clone();
                    self.touch_readers(id, Some(&record));
                }
            }
            Kind::Assessment => {
                let known = self
                    .assessment(key)
                    .and_then(|id| self.assessments.get_mut(id));
                if let Some(known) = known {
                    known.standing = standing;
                    self.stale_views.assessments.insert(key.clone());
                    self.dirty.changes.insert(key.clone());
                }
            }
            Kind::Attestation => {
                let known = self
                    .attestation(key)
                    .and_then(|id| self.attestations.get_mut(id));
                if let Some(known) = known {
                    known.standing = standing;
                    let subject = known.spec.subject.clone();
                    self.stale_views.attestations.insert(key.clone());
                    self.dirty.changes.insert(key.clone());
                    self.attested_subject(&key.namespace, &subject);
                }
            }
            Kind::Waiver => {
                let id = self.waiver(key);
                if let Some(known) = id.and_then(|id| self.waivers.get_mut(id)) {
                    known.standing = standing;
                    self.dirty.waivers.extend(id);
                    self.stale_views.waivers.insert(key.clone());
                    self.dirty.changes.insert(key.clone());
                }
            }
            Kind::MaturityModel | Kind::Profile => {}
        }
    }

    fn observe(&mut self, uid: &Uid, item: Name, observed: Observed) {
        let Some(Place::Capability(id)) = self.lives.get(uid).copied() else {
            return;
        };
        let Some(known) = self.capabilities.get_mut(id) else {
            return;
        };
        let listed = known
            .now
            .record
            .evidence
            .iter()
            .any(|listed| listed.name == item && listed.digest == observed.item_digest);
        if !listed {
            return;
        }
        let items = &mut known.observed;
        let kept = items
            .get(&item)
            .filter(|kept| kept.item_digest == observed.item_digest);
        let conclusive = observed
            .conclusive
            .or_else(|| kept.and_then(|kept| kept.conclusive.clone()));
        items.insert(
            item,
            Observed {
                conclusive,
                ..observed
            },
        );
        self.dirty.capabilities.insert(id);
        self.stale_views.capabilities.insert(id);
    }

    fn remember(&mut self, uid: &Uid, ledger: Arc<Ledger>) {
        let Some(Place::Assessment(id)) = self.lives.get(uid).copied() else {
            return;
        };
        let Some(known) = self.assessments.get_mut(id) else {
            return;
        };
        let committed = ledger.history.last().map(|entry| entry.at);
        known
            .flips
            .retain(|flip| committed.is_none_or(|at| flip.at > at));
        known.ledger = ledger;
        self.stale_views.assessments.insert(known.key.clone());
        self.pending(id);
    }
}

/// A capability of which only the name is known.
fn unheard(name: &Name) -> object::Capability {
    object::Capability {
        kind: name.clone(),
        labels: object::Labels::new(),
        claim: Claim::Unknown,
        owner: Owner::default(),
        facts: crate::fact::Facts::new(),
        units: None,
        depends_on: Vec::new(),
        evidence: Vec::new(),
    }
}

impl Derived {
    /// What is believed of a capability before it was first derived.
    pub(super) fn undecided() -> Self {
        Self {
            state: CapabilityState::Unknown,
            reason: Some(Reason::ClaimUnknown),
            class: EvidenceClass::Declared,
            external: false,
            detail: None,
        }
    }
}

impl Record {
    /// Whether two objects say the same, their generations aside.
    fn says_the_same(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.claim == other.claim
            && self.facts == other.facts
            && self.units == other.units
            && self.depends_on == other.depends_on
            && self.evidence == other.evidence
            && self.labels == other.labels
            && self.owner == other.owner
            && self.life.uid == other.life.uid
    }
}

impl AssessmentState {
    /// Whether its pause ends by this capability.
    fn resumes_by(&self, name: &Name) -> bool {
        self.spec
            .engagement
            .resume_when
            .as_ref()
            .is_some_and(|(capability, _)| capability == name)
    }
}

impl Pending {
    /// Everything must be evaluated again; a changed scope explains more than a changed overlay.
    pub(super) fn rebuild_as(&mut self, why: Rebuild) {
        if self.rebuild != Some(Rebuild::Scope) {
            self.rebuild = Some(why);
        }
    }
}
