//! From the world to views: what changed since the last snapshot is made anew, the rest is shared.
//! Nothing is decided or remembered here.

mod assessment;
mod digest;
mod ladder;
mod risk;
mod rows;
mod stale;
mod waiver;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use self::waiver::{effective, would_pass};
use crate::arena::CapabilityId;
use crate::key::{Name, ObjectKey};
use crate::view::{AttestationView, Snapshot, WaiverView};
use crate::world::World;

impl World {
    /// The id of a capability, under which the next snapshot holds it; none when it does not exist.
    pub fn capability_id(&self, key: &ObjectKey) -> Option<CapabilityId> {
        self.capability(key).map(|(id, _)| id)
    }

    /// Makes the views of what changed since the last snapshot, and shares the rest with it.
    ///
    /// It takes `&mut self` for the sake of that sharing: the list of stale views is emptied, and
    /// the snapshot is kept for the next one. Scores, causes and ledgers stay as they are.
    pub fn snapshot(&mut self) -> Snapshot {
        let now = self.now.unwrap_or(Timestamp::UNIX_EPOCH);
        let stale = std::mem::take(&mut self.stale_views);
        let mut snapshot = std::mem::take(&mut self.rendered);
        snapshot.at = now;
        snapshot.next_due = self.due.first().map(|(at, _)| *at);
        show_models(self, &mut snapshot, stale.models);
        show_capabilities(self, &mut snapshot, &stale.capabilities);
        show_attestations(self, &mut snapshot, &stale.attestations);
        let known = stale
            .assessments
            .iter()
            .filter_map(|id| self.assessments.find(*id));
        let mut assessments = stale.gone;
        assessments.extend(known.map(|state| state.key.clone()));
        let waivers_read = assessments.iter().flat_map(|key| self.waivers_for(key));
        let waivers_read = waivers_read.map(|(_, waiver)| waiver.key.clone());
        let waivers = stale.waivers.iter().cloned().chain(waivers_read);
        show_waivers(self, &mut snapshot, &waivers.collect());
        show_assessments(self, &mut snapshot, assessments, now);
        self.rendered = snapshot.clone();
        snapshot
    }
}

fn show_models(world: &World, snapshot: &mut Snapshot, stale: BTreeSet<Name>) {
    for name in stale {
        match world.models.get(&name).and_then(|entry| entry.view.clone()) {
            Some(view) => snapshot.models.insert_mut(name, view),
            None => {
                snapshot.models.remove_mut(&name);
            }
        }
    }
}

fn show_capabilities(world: &World, snapshot: &mut Snapshot, stale: &BTreeSet<CapabilityId>) {
    for id in stale {
        let held = world
            .capabilities
            .find(*id)
            .map(|known| (known.now.clone(), known.standing.clone()));
        snapshot.capabilities.set(*id, held);
    }
    snapshot.capabilities.name_facts(world.names.names());
}

fn show_attestations(world: &World, snapshot: &mut Snapshot, stale: &BTreeSet<ObjectKey>) {
    for key in stale {
        let id = world.attestation(key);
        match id.map(|id| &world.attestations[id]) {
            Some(known) => snapshot.attestations.insert_mut(
                key.clone(),
                Arc::new(AttestationView {
                    key: key.clone(),
                    life: known.life.clone(),
                    spec: known.spec.clone(),
                    standing: (*known.standing).clone(),
                    counted: known.counted,
                    valid_until: known.validity.end,
                }),
            ),
            None => {
                snapshot.attestations.remove_mut(key);
            }
        }
    }
}

fn show_waivers(world: &World, snapshot: &mut Snapshot, stale: &BTreeSet<ObjectKey>) {
    for key in stale {
        let id = world.waiver(key);
        match id.map(|id| &world.waivers[id]) {
            Some(known) => snapshot.waivers.insert_mut(
                key.clone(),
                Arc::new(WaiverView {
                    key: key.clone(),
                    life: known.life.clone(),
                    spec: known.spec.clone(),
                    standing: (*known.standing).clone(),
                    effective: effective(world, known),
                    would_pass_now: would_pass(world, known),
                    until: known.validity.end,
                }),
            ),
            None => {
                snapshot.waivers.remove_mut(key);
            }
        }
    }
}

fn show_assessments(
    world: &World,
    snapshot: &mut Snapshot,
    stale: BTreeSet<ObjectKey>,
    now: Timestamp,
) {
    for key in stale {
        let id = world.assessment(&key);
        match id {
            Some(id) => {
                let view = assessment::view(world, id, now);
                snapshot.assessments.insert_mut(key, Arc::new(view));
            }
            None => {
                snapshot.assessments.remove_mut(&key);
            }
        }
    }
}
