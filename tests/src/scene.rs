//! A set of inputs as plain maps: what a world should know after any order of changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use gradus_engine::delta::{Attempt, Delta, Observation, Standing};
use gradus_engine::key::{Kind, Name, ObjectKey, Uid};
use gradus_engine::ledger::Ledger;
use gradus_engine::model::Model;
use gradus_engine::object::{Assessment, Attestation, Capability, Life, Object, Waiver};

/// An object, its life, and how its source stands.
#[derive(Debug, Clone)]
pub struct Placed {
    /// The life.
    pub life: Life,
    /// What it says.
    pub object: Object,
    /// How its source stands.
    pub standing: Standing,
}

/// What is known of one evidence item's probe.
#[derive(Debug, Clone)]
pub struct Look {
    /// Digest of the item that was looked for.
    pub item_digest: Name,
    /// The newest conclusive observation.
    pub found: Option<Observation>,
    /// The newest attempt that was not conclusive.
    pub attempt: Option<Attempt>,
}

/// The inputs.
#[derive(Debug, Clone, Default)]
pub struct Scene {
    /// Objects by key.
    pub objects: BTreeMap<ObjectKey, Placed>,
    /// Observations by the capability's uid and the item's name.
    pub looks: BTreeMap<(Uid, Name), Look>,
    /// Committed ledgers by the assessment's uid.
    pub ledgers: BTreeMap<Uid, Arc<Ledger>>,
}

impl Scene {
    /// Takes a change in, as its documentation says and with no thought of speed.
    pub fn apply(&mut self, delta: &Delta) {
        match delta {
            Delta::Upsert { key, life, object } => {
                if self
                    .objects
                    .get(key)
                    .is_some_and(|known| known.life.uid != life.uid)
                {
                    self.remove(key);
                }
                let placed = Placed {
                    life: life.clone(),
                    object: object.clone(),
                    standing: Standing::Live,
                };
                self.objects.insert(key.clone(), placed);
                self.drop_looks_of_changed_items(key);
            }
            Delta::Remove { key, uid } => {
                if self
                    .objects
                    .get(key)
                    .is_some_and(|known| known.life.uid == *uid)
                {
                    self.remove(key);
                }
            }
            Delta::Source { key, standing } => {
                if let Some(known) = self.objects.get_mut(key) {
                    known.standing = standing.clone();
                }
            }
            Delta::Evidence {
                capability,
                item,
                item_digest,
                conclusive,
                attempt,
            } => {
                let look = Look {
                    item_digest: item_digest.clone(),
                    found: conclusive.clone(),
                    attempt: *attempt,
                };
                self.look(capability, item, look);
            }
            Delta::Ledger { assessment, ledger } => {
                if self
                    .objects
                    .values()
                    .any(|known| known.life.uid == *assessment)
                {
                    self.ledgers.insert(assessment.clone(), ledger.clone());
                }
            }
        }
    }

    fn remove(&mut self, key: &ObjectKey) {
        if let Some(gone) = self.objects.remove(key) {
            self.looks.retain(|(uid, _), _| *uid != gone.life.uid);
            self.ledgers.remove(&gone.life.uid);
        }
    }

    fn drop_looks_of_changed_items(&mut self, key: &ObjectKey) {
        let Some(Placed {
            life,
            object: Object::Capability(capability),
            ..
        }) = self.objects.get(key)
        else {
            return;
        };
        let current = |item: &Name, look: &Look| {
            capability
                .evidence
                .iter()
                .any(|known| known.name == *item && known.digest == look.item_digest)
        };
        self.looks
            .retain(|(uid, item), look| *uid != life.uid || current(item, look));
    }

    fn look(&mut self, uid: &Uid, item: &Name, look: Look) {
        let current = self.objects.values().any(|known| {
            let Object::Capability(capability) = &known.object else {
                return false;
            };
            let same = |listed: &gradus_engine::object::EvidenceItem| {
                listed.name == *item && listed.digest == look.item_digest
            };
            known.life.uid == *uid && capability.evidence.iter().any(same)
        });
        if !current {
            return;
        }
        let empty = Look {
            item_digest: look.item_digest.clone(),
            found: None,
            attempt: None,
        };
        let known = self
            .looks
            .entry((uid.clone(), item.clone()))
            .or_insert(empty);
        if look.found.as_ref().map(|found| found.at) > known.found.as_ref().map(|found| found.at) {
            known.found = look.found;
        }
        if look.attempt.map(|attempt| attempt.at) > known.attempt.map(|attempt| attempt.at) {
            known.attempt = look.attempt;
        }
    }

    /// Changes that make this scene out of nothing: objects, how their sources stand, evidence and
    /// ledgers.
    pub fn deltas(&self) -> Vec<Delta> {
        let mut deltas = Vec::new();
        for (key, placed) in &self.objects {
            let Placed {
                life,
                object,
                standing,
            } = placed;
            deltas.push(Delta::Upsert {
                key: key.clone(),
                life: life.clone(),
                object: object.clone(),
            });
            if *standing != Standing::Live {
                deltas.push(Delta::Source {
                    key: key.clone(),
                    standing: standing.clone(),
                });
            }
        }
        deltas.extend(
            self.looks
                .iter()
                .map(|((uid, item), look)| Delta::Evidence {
                    capability: uid.clone(),
                    item: item.clone(),
                    item_digest: look.item_digest.clone(),
                    conclusive: look.found.clone(),
                    attempt: look.attempt,
                }),
        );
        deltas.extend(self.ledgers.iter().map(|(uid, ledger)| Delta::Ledger {
            assessment: uid.clone(),
            ledger: ledger.clone(),
        }));
        deltas
    }

    fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (&ObjectKey, &Placed)> {
        self.objects.iter().filter(move |(key, _)| key.kind == kind)
    }

    /// The model of a name.
    pub fn model(&self, name: &str) -> Option<&Model> {
        let (_, placed) = self
            .of_kind(Kind::MaturityModel)
            .find(|(key, _)| &*key.name == name)?;
        let Object::Model(model) = &placed.object else {
            return None;
        };
        Some(model)
    }

    /// Capabilities of a namespace, in the order of their names.
    pub fn capabilities<'a>(
        &'a self,
        namespace: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a Placed, &'a Capability)> {
        self.of_kind(Kind::Capability)
            .filter(move |(key, _)| &*key.namespace == namespace)
            .filter_map(|(key, placed)| {
                let Object::Capability(capability) = &placed.object else {
                    return None;
                };
                Some((&*key.name, placed, capability))
            })
    }

    /// Attestations of a namespace, in the order of their names.
    pub fn attestations<'a>(
        &'a self,
        namespace: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a Attestation)> {
        self.of_kind(Kind::Attestation)
            .filter(move |(key, _)| &*key.namespace == namespace)
            .filter_map(|(key, placed)| {
                let Object::Attestation(attestation) = &placed.object else {
                    return None;
                };
                Some((&*key.name, attestation))
            })
    }

    /// Waivers of a namespace, in the order of their names.
    pub fn waivers<'a>(&'a self, namespace: &'a str) -> impl Iterator<Item = &'a Waiver> {
        self.of_kind(Kind::Waiver)
            .filter(move |(key, _)| &*key.namespace == namespace)
            .filter_map(|(_, placed)| {
                let Object::Waiver(waiver) = &placed.object else {
                    return None;
                };
                Some(waiver)
            })
    }

    /// All assessments.
    pub fn assessments(&self) -> impl Iterator<Item = (&ObjectKey, &Placed, &Arc<Assessment>)> {
        self.of_kind(Kind::Assessment).filter_map(|(key, placed)| {
            let Object::Assessment(assessment) = &placed.object else {
                return None;
            };
            Some((key, placed, assessment))
        })
    }
}
