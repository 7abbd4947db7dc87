//! Working out what follows: time, models, attestations and waivers, capabilities, assessments.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::state::{Place, Rebuild, World};
use crate::arena::AssessmentId;
use crate::delta::Settled;
use crate::key::{Kind, ObjectKey};
use crate::object::Subject;
use crate::program::Program;
use crate::time::Phase;
use crate::verdict::{NotCounted, NotEffective};
use crate::view::ModelView;

impl World {
    /// Works out what follows at `now` from what was applied. Scores at most `budget` assessments;
    /// settle again while any remain. Time never runs backwards: an earlier `now` is the last one.
    pub fn settle(&mut self, now: Timestamp, budget: usize) -> Settled {
        let now = self.now.map_or(now, |last| last.max(now));
        self.journal.open(self.now);
        self.now = Some(now);
        self.wake(now);
        self.settle_models();
        self.settle_attestations(now);
        self.settle_waivers(now);
        self.settle_capabilities(now);
        self.settle_assessments(now, budget);
        if self.dirty.assessments.is_empty() {
            self.journal.close();
        }
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
            let users: Vec<AssessmentId> = entry.users.iter().copied().collect();
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
            let known = &self.attestations[id];
            let counted = match known.validity.effective_at(now) {
                Phase::NotYet => Err(NotCounted::NotYet),
                Phase::Expired => Err(NotCounted::Expired),
                Phase::Effective if self.matches(&known.key, &known.spec.subject) => Ok(()),
                Phase::Effective => Err(NotCounted::NoMatch),
            };
            let due = known.validity.next_due(now);
            let (key, spec, before) = (known.key.clone(), known.spec.clone(), known.due);
            self.reschedule(Place::Attestation(id), before, due);
            self.stale_views.attestations.insert(key.clone());
            self.dirty.changes.insert(key.clone());
            let known = &mut self.attestations[id];
            known.due = due;
            if known.counted != counted {
                known.counted = counted;
                self.attested_subject(&key.namespace, &spec.subject);
            }
        }
    }

    fn matches(&self, key: &ObjectKey, subject: &Subject) -> bool {
        let Some(namespace) = self.namespaces.find(&key.namespace) else {
            return false;
        };
        match subject {
            Subject::Capability(name) => namespace.capabilities.contains_key(name),
            Subject::Award {
                assessment, model, ..
            } => {
                let found = namespace.assessments.get(assessment);
                found.is_some_and(|id| self.assessments[*id].spec.model == *model)
            }
        }
    }

    fn settle_waivers(&mut self, now: Timestamp) {
        for id in std::mem::take(&mut self.dirty.waivers) {
            let known = &self.waivers[id];
            let namespace = self.namespaces.find(&known.key.namespace);
            let concerned = namespace
                .and_then(|found| found.assessments.get(&known.spec.assessment))
                .copied();
            let effective = match known.validity.effective_at(now) {
                _ if known.spec.approved_by.is_none() => Err(NotEffective::NotApproved),
                Phase::NotYet => Err(NotEffective::NotYet),
                Phase::Expired => Err(NotEffective::Expired),
                Phase::Effective if concerned.is_none() => Err(NotEffective::NoMatch),
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
            let known = &mut self.waivers[id];
            known.due = due;
            if known.effective != effective {
                known.effective = effective;
                if let Some(concerned) = concerned {
                    self.pending(concerned).rebuild_as(Rebuild::Rest);
                }
            }
        }
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
