//! Attestations and waivers come, change and go, and mark what they are about.

use std::sync::Arc;

use crate::delta::Standing;
use crate::key::{Kind, Name, ObjectKey};
use crate::object::{Attestation, Life, Subject, Waiver};
use crate::time::{attestation_validity, waiver_validity};
use crate::verdict::{NotCounted, NotEffective};
use crate::world::entry::{AttestationState, WaiverState};
use crate::world::namespace::forget;
use crate::world::state::{Place, Rebuild, World};

impl World {
    pub(super) fn upsert_attestation(
        &mut self,
        key: ObjectKey,
        life: Life,
        attestation: Attestation,
    ) {
        for fact in attestation.facts.keys() {
            self.names.intern(fact);
        }
        if let Some(id) = self.attestation(&key) {
            let known = &mut self.attestations[id];
            if *known.spec == attestation && *known.standing == Standing::Live {
                known.life = life;
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
            counted: Err(NotCounted::NoMatch),
            due: None,
        });
        let namespace = self.namespaces.enter(&key.namespace);
        let namespace = &mut self.namespaces[namespace];
        let lists = match &spec.subject {
            Subject::Capability(name) => namespace.attestations.entry(name.clone()),
            Subject::Award { assessment, .. } => namespace.awards.entry(assessment.clone()),
        };
        lists.or_default().push(id);
        self.attestation_ids.insert(key.clone(), id);
        self.dirty.attestations.insert(id);
        self.attested_subject(&key.namespace, &spec.subject);
        self.dirty.changes.insert(key);
    }

    /// Marks what an attestation is about.
    pub(in crate::world) fn attested_subject(&mut self, namespace: &Name, subject: &Subject) {
        let Some(found) = self.namespaces.find(namespace) else {
            return;
        };
        match subject {
            Subject::Capability(name) => {
                if let Some(id) = found.capabilities.get(name) {
                    self.dirty.capabilities.insert(*id);
                    self.dirty.outlooks.insert(*id);
                }
            }
            Subject::Award { assessment, .. } => {
                if let Some(id) = found.assessments.get(assessment).copied() {
                    self.pending(id).rebuild_as(Rebuild::Rest);
                }
            }
        }
    }

    /// An attestation of a subject that came or went counts, or no longer does.
    pub(super) fn subject_came_or_went(&mut self, key: &ObjectKey) {
        let Some(namespace) = self.namespaces.find(&key.namespace) else {
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

    pub(super) fn upsert_waiver(&mut self, key: ObjectKey, life: Life, waiver: Waiver) {
        if let Some(id) = self.waiver(&key) {
            let known = &mut self.waivers[id];
            if *known.spec == waiver && *known.standing == Standing::Live {
                known.life = life;
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
            effective: Err(NotEffective::NoMatch),
            due: None,
        });
        let namespace = self.namespaces.enter(&key.namespace);
        let namespace = &mut self.namespaces[namespace];
        namespace
            .waivers
            .entry(assessment.clone())
            .or_default()
            .push(id);
        let concerned = namespace.assessments.get(&assessment).copied();
        self.waiver_ids.insert(key.clone(), id);
        self.dirty.waivers.insert(id);
        if let Some(concerned) = concerned {
            self.pending(concerned).rebuild_as(Rebuild::Rest);
        }
        self.dirty.changes.insert(key);
    }

    pub(super) fn remove_attestation(&mut self, key: &ObjectKey) {
        let Some(id) = self.attestation_ids.remove(key) else {
            return;
        };
        let known = self.attestations.remove(id);
        self.reschedule(Place::Attestation(id), known.due, None);
        self.dirty.attestations.remove(&id);
        if let (Subject::Capability(name), Ok(())) = (&known.spec.subject, known.counted) {
            self.journal.note_attestation(&key.namespace, name, key);
        }
        self.attested_subject(&key.namespace, &known.spec.subject);
        let namespace = self.namespaces.enter(&key.namespace);
        let namespace = &mut self.namespaces[namespace];
        match &known.spec.subject {
            Subject::Capability(name) => forget(&mut namespace.attestations, name, id),
            Subject::Award { assessment, .. } => forget(&mut namespace.awards, assessment, id),
        }
        self.stale_views.attestations.insert(key.clone());
    }

    pub(super) fn remove_waiver(&mut self, key: &ObjectKey) {
        let Some(id) = self.waiver_ids.remove(key) else {
            return;
        };
        let known = self.waivers.remove(id);
        self.reschedule(Place::Waiver(id), known.due, None);
        self.dirty.waivers.remove(&id);
        let namespace = self.namespaces.enter(&key.namespace);
        let namespace = &mut self.namespaces[namespace];
        forget(&mut namespace.waivers, &known.spec.assessment, id);
        let concerned = namespace.assessments.get(&known.spec.assessment).copied();
        if let Some(concerned) = concerned {
            self.pending(concerned).rebuild_as(Rebuild::Rest);
        }
        self.stale_views.waivers.insert(key.clone());
    }
}
