//! Which Events are published, and which could not be yet.

use std::collections::BTreeSet;
use std::sync::Arc;

use gradus_engine::key::{ObjectKey, Uid};
use gradus_engine::ledger::Ledger;
use jiff::Timestamp;

use super::state::ClusterState;
use crate::outputs::events::publisher::EventPublisher;
use crate::outputs::events::{Occasion, occasions, transitions};

/// Publishes Events of what was committed, and remembers what found no room, or no leader.
#[derive(Debug)]
pub(super) struct EventBacklog {
    publisher: EventPublisher,
    /// Assessments of which something may not have been published.
    owed: BTreeSet<ObjectKey>,
}

impl EventBacklog {
    pub(super) fn new(publisher: EventPublisher) -> Self {
        Self {
            publisher,
            owed: BTreeSet::new(),
        }
    }

    /// Something of these assessments may not have been published: another replica led.
    pub(super) fn owe(&mut self, assessments: impl Iterator<Item = ObjectKey>) {
        self.owed = assessments.collect();
    }

    /// An object is gone, and with it what was not published yet.
    pub(super) fn forget(&mut self, key: &ObjectKey) {
        self.owed.remove(key);
    }

    /// The server holds this ledger. Published at once, for the assessment may be deleted next; and again when there
    /// was no room, or another replica leads.
    pub(super) fn committed(
        &mut self,
        key: &ObjectKey,
        uid: &Uid,
        ledger: &Arc<Ledger>,
        leads: bool,
        now: Timestamp,
    ) {
        let transitions = || transitions(ledger);
        if !(leads && self.publisher.publish(key, uid, &transitions(), now)) {
            self.owed.insert(key.clone());
        }
    }

    /// Publishes what is owed. What finds no room, or was not settled yet, waits for the next turn.
    pub(super) fn publish_owed(&mut self, state: &ClusterState) {
        let now = state.scorer.now();
        for key in std::mem::take(&mut self.owed) {
            let is_published = match state.scorer.snapshot().assessments.get(&key) {
                Some(view) => {
                    let transitions = transitions(&view.ledger);
                    self.publisher
                        .publish(&key, &view.life.uid, &transitions, now)
                }
                None => !state.objects.scores(&key),
            };
            if !is_published {
                self.owed.insert(key);
            }
        }
    }

    /// Publishes what happened to an object, now that the server holds what is said of it. False when there was no
    /// room.
    pub(super) fn publish_occasions(&mut self, key: &ObjectKey, state: &ClusterState) -> bool {
        let Some(known) = state.objects.get(key) else {
            return true;
        };
        let now = state.scorer.now();
        let occasions = occasions(state.scorer.snapshot(), key, now);
        self.publisher
            .publish(key, &known.life.uid, &occasions, now)
    }

    /// Publishes one thing that happened to an object, if there is room. What has no namespace gets no Events.
    pub(super) fn publish_one(
        &mut self,
        key: &ObjectKey,
        occasion: Occasion,
        state: &ClusterState,
    ) {
        let known = state.objects.get(key).filter(|_| key.kind.namespaced());
        if let Some(known) = known {
            let now = state.scorer.now();
            self.publisher
                .publish(key, &known.life.uid, &[occasion], now);
        }
    }
}
