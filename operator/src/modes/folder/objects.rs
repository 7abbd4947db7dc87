//! From changes of a folder to deltas of the world: lives from the state, models from the library.

use std::collections::BTreeSet;

use gradus_engine::delta::{Delta, Standing};
use gradus_engine::key::{Kind, Name, ObjectKey};
use gradus_engine::object::{Life, Object};
use gradus_manifests::Document;
use jiff::Timestamp;

use crate::builtin_models::BuiltinModels;
use crate::inputs::folder::Change;
use crate::store::State;

/// Which objects of the folder the world holds, and which models of the library.
#[derive(Debug, Default)]
pub(super) struct FolderObjects {
    present: BTreeSet<ObjectKey>,
    models: BuiltinModels,
}

impl FolderObjects {
    /// The deltas of a folder's changes. Lives come from the state, which learns of them.
    pub(super) fn deltas(
        &mut self,
        changes: Vec<Change>,
        state: &mut State,
        now: Timestamp,
    ) -> Vec<Delta> {
        let mut deltas = Vec::with_capacity(changes.len());
        for change in changes {
            match change {
                Change::Upsert(document) => {
                    let life = state.life_of(&document);
                    self.upsert(*document, life, Some(state), &mut deltas);
                }
                Change::Remove(key) => self.remove(&key, state, &mut deltas),
                Change::Stale(key, source) => {
                    self.keep(
                        key,
                        Standing::Stale { since: now, source },
                        state,
                        &mut deltas,
                    );
                }
                Change::Unavailable(key, source) => {
                    self.keep(
                        key,
                        Standing::Unavailable { since: now, source },
                        state,
                        &mut deltas,
                    );
                }
            }
        }
        deltas
    }

    /// An object is stated; its model comes from the library when no object has that name.
    pub(super) fn upsert(
        &mut self,
        document: Document,
        life: Life,
        state: Option<&State>,
        deltas: &mut Vec<Delta>,
    ) {
        let Document {
            key,
            object: Some(object),
            ..
        } = document
        else {
            return;
        };
        let uid = life.uid.clone();
        let model = match &object {
            Object::Assessment(assessment) => Some(assessment.model.clone()),
            _ => None,
        };
        if key.kind == Kind::MaturityModel {
            deltas.extend(self.models.take_back(&key.name));
        }
        self.present.insert(key.clone());
        deltas.push(Delta::Upsert {
            key: key.clone(),
            life,
            object,
        });
        if let Some(model) = model {
            self.give_builtin(&model, deltas);
            if let Some(ledger) = state.and_then(|state| state.ledger(&key)) {
                deltas.push(Delta::Ledger {
                    assessment: uid,
                    ledger,
                });
            }
        }
    }

    fn remove(&mut self, key: &ObjectKey, state: &mut State, deltas: &mut Vec<Delta>) {
        if let Some(uid) = state.uid(key).filter(|_| self.present.remove(key)) {
            deltas.push(Delta::Remove {
                key: key.clone(),
                uid,
            });
            if key.kind == Kind::MaturityModel {
                self.give_builtin(&key.name, deltas);
            }
        }
        state.leave(key);
    }

    /// An object's document cannot be used now: it stays as it was last good, also when that was in
    /// an earlier process.
    fn keep(&mut self, key: ObjectKey, standing: Standing, state: &State, deltas: &mut Vec<Delta>) {
        if !self.present.contains(&key) {
            let Some((document, life)) = state.last_good(&key) else {
                return;
            };
            self.upsert(document, life, Some(state), deltas);
        }
        deltas.push(Delta::Source { key, standing });
    }

    /// Gives the world a model of the library, unless it has one of that name.
    fn give_builtin(&mut self, name: &Name, deltas: &mut Vec<Delta>) {
        let key = ObjectKey::new(Kind::MaturityModel, "", name);
        if !self.present.contains(&key) {
            deltas.extend(self.models.give(name));
        }
    }
}
