//! Filing deltas: an object goes to its place, and what reads it is marked.

mod assessment;
mod capability;
mod support;

use std::sync::Arc;

use super::state::World;
use crate::capability::Observed;
use crate::delta::{Delta, Standing};
use crate::key::{Kind, Name, ObjectKey, Uid};
use crate::object::{self, Claim, Life, Object, Owner};

impl World {
    /// Takes one change in. Cheap: what follows from it is worked out by [`World::settle`].
    pub fn apply(&mut self, delta: Delta) {
        self.visits.deltas += 1;
        // A commit changes no input: what was before it is still asked for by other assessments.
        if !matches!(delta, Delta::Ledger { .. }) {
            self.journal.open(self.now);
        }
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
            Kind::Attestation => &self.attestations[self.attestation(key)?].life,
            Kind::Waiver => &self.waivers[self.waiver(key)?].life,
            Kind::Assessment => &self.assessments[self.assessment(key)?].life,
        };
        Some(life.uid.clone())
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
                let known = &mut self.capabilities[id];
                if known.standing != standing {
                    known.standing = standing;
                    let record = known.now.record.clone();
                    self.touch_readers(id, Some(&record));
                }
            }
            Kind::Assessment => {
                if let Some(id) = self.assessment(key) {
                    self.assessments[id].standing = standing;
                    self.stale_views.assessments.insert(id);
                    self.dirty.changes.insert(key.clone());
                }
            }
            Kind::Attestation => {
                if let Some(id) = self.attestation(key) {
                    let known = &mut self.attestations[id];
                    known.standing = standing;
                    let spec = known.spec.clone();
                    self.stale_views.attestations.insert(key.clone());
                    self.dirty.changes.insert(key.clone());
                    self.attested_subject(&key.namespace, &spec.subject);
                }
            }
            Kind::Waiver => {
                if let Some(id) = self.waiver(key) {
                    self.waivers[id].standing = standing;
                    self.dirty.waivers.insert(id);
                    self.stale_views.waivers.insert(key.clone());
                    self.dirty.changes.insert(key.clone());
                }
            }
            Kind::MaturityModel | Kind::Profile => {}
        }
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
