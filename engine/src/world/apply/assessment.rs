//! Models and assessments come, change and go; ledgers arrive from their commits.

use std::sync::Arc;

use jiff::Timestamp;

use crate::arena::AssessmentId;
use crate::delta::Standing;
use crate::fold::{verify, verify_after};
use crate::key::{Name, ObjectKey, Uid};
use crate::ledger::Ledger;
use crate::model::Model;
use crate::object::{Assessment, Life};
use crate::world::entry::AssessmentState;
use crate::world::own_scope::same_scope;
use crate::world::state::{ModelEntry, Pending, Place, Rebuild, World};

impl World {
    pub(super) fn upsert_model(&mut self, name: Name, life: Life, model: Arc<Model>) {
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

    pub(super) fn upsert_assessment(&mut self, key: ObjectKey, life: Life, spec: &Arc<Assessment>) {
        if let Some(id) = self.assessment(&key) {
            let known = &mut self.assessments[id];
            let same = known.spec == *spec && *known.standing == Standing::Live;
            known.life = life;
            known.standing = self.live.clone();
            let before = std::mem::replace(&mut known.spec, spec.clone());
            self.stale_views.assessments.insert(id);
            if same {
                return;
            }
            self.leave_model(&before.model, id);
            self.use_model(&spec.model, id);
            self.subject_came_or_went(&key);
            self.pending(id).rebuild_as(if same_scope(&before, spec) {
                Rebuild::Rest
            } else {
                Rebuild::Scope
            });
            self.dirty.changes.insert(key);
            return;
        }
        let namespace = self.namespaces.enter(&key.namespace);
        let id = self.assessments.insert(AssessmentState {
            key: key.clone(),
            namespace,
            life: life.clone(),
            spec: spec.clone(),
            standing: self.live.clone(),
            ledger: Arc::default(),
            broken: None,
            scored: None,
            problem: None,
            flips: Vec::new(),
            lost_points: Vec::new(),
            due: None,
        });
        let assessments = &mut self.namespaces[namespace].assessments;
        assessments.insert(key.name.clone(), id);
        self.lives.insert(life.uid, Place::Assessment(id));
        self.use_model(&spec.model, id);
        self.subject_came_or_went(&key);
        self.pending(id).rebuild_as(Rebuild::Scope);
        self.stale_views.assessments.insert(id);
        self.dirty.changes.insert(key);
    }

    pub(super) fn use_model(&mut self, model: &Name, id: AssessmentId) {
        match self.models.get_mut(model) {
            Some(entry) => entry.users.insert(id),
            None => self
                .awaited_models
                .entry(model.clone())
                .or_default()
                .insert(id),
        };
    }

    pub(super) fn leave_model(&mut self, model: &Name, id: AssessmentId) {
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

    pub(in crate::world) fn pending(&mut self, id: AssessmentId) -> &mut Pending {
        self.dirty.assessments.entry(id).or_default()
    }

    pub(super) fn remove_model(&mut self, name: &Name) {
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

    pub(super) fn remove_assessment(&mut self, key: &ObjectKey) {
        let Some(id) = self.assessment(key) else {
            return;
        };
        let known = self.assessments.remove(id);
        self.reschedule(Place::Assessment(id), known.due, None);
        self.lives.remove(&known.life.uid);
        self.leave_model(&known.spec.model, id);
        self.dirty.assessments.remove(&id);
        let assessments = &mut self.namespaces[known.namespace].assessments;
        assessments.remove(&key.name);
        self.subject_came_or_went(key);
        self.stale_views.gone.insert(key.clone());
    }

    pub(super) fn remember(&mut self, uid: &Uid, ledger: Arc<Ledger>) {
        let Some(Place::Assessment(id)) = self.lives.get(uid).copied() else {
            return;
        };
        let known = &mut self.assessments[id];
        if known.ledger == ledger {
            return;
        }
        let committed = ledger.history.last().map(|entry| entry.at);
        let open = |at: Timestamp| committed.is_none_or(|committed| at > committed);
        known.flips.retain(|flip| open(flip.at));
        known.lost_points.retain(|lost| open(lost.at));
        let verified = match known.broken {
            None => verify_after(&known.ledger, &ledger),
            Some(_) => verify(&ledger),
        };
        known.broken = verified.err();
        known.ledger = ledger;
        self.stale_views.assessments.insert(id);
        self.pending(id);
    }
}
