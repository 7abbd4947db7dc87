//! A site over time, as an operator drives it: changes and pauses come in, every commit settles,
//! folds and remembers.

use std::sync::Arc;

use gradus_engine::delta::Delta;
use gradus_engine::fold::fold;
use gradus_engine::key::ObjectKey;
use gradus_engine::ledger::Entry;
use gradus_engine::world::World;
use jiff::{SignedDuration, Timestamp};

use crate::compare::{settle, world};
use crate::scene::Scene;

/// A world that is driven, beside the scene that it should know.
pub struct Story {
    world: World,
    /// The inputs, and what was committed.
    pub scene: Scene,
    /// The instant.
    pub now: Timestamp,
}

/// An entry that a commit added to a history.
#[derive(Debug, Clone)]
pub struct Told {
    /// The assessment.
    pub key: ObjectKey,
    /// The entry.
    pub entry: Entry,
    /// The evidence that its standing fall names.
    pub evidence: Option<String>,
}

impl Story {
    /// Begins with a scene, uncommitted.
    pub fn begin(scene: Scene, now: Timestamp) -> Self {
        Self {
            world: world(scene.deltas(), now),
            scene,
            now,
        }
    }

    /// Takes a change in.
    pub fn change(&mut self, delta: Delta) {
        self.scene.apply(&delta);
        self.world.apply(delta);
    }

    /// Lets time go on.
    pub fn pause(&mut self, pause: SignedDuration) {
        self.now += pause;
    }

    /// The same in another process, which has seen nothing but what is there and what was committed.
    pub fn restart(&mut self) {
        self.world = world(self.scene.deltas(), self.now);
    }

    /// Settles, folds and commits every assessment; the new entries.
    pub fn commit(&mut self) -> Vec<Told> {
        settle(&mut self.world, self.now);
        let snapshot = self.world.snapshot();
        let mut told = Vec::new();
        for (key, view) in &snapshot.assessments {
            let Some(input) = self.world.fold_input(key) else {
                continue;
            };
            let folded = fold(&view.ledger, &input, self.now);
            let standing = &folded.ledger.standing;
            for entry in folded.entries {
                let fall = standing.iter().find(|fall| fall.sequence == entry.sequence);
                told.push(Told {
                    key: key.clone(),
                    evidence: fall.and_then(|fall| fall.evidence.clone()),
                    entry,
                });
            }
            self.change(Delta::Ledger {
                assessment: view.life.uid.clone(),
                ledger: Arc::new(folded.ledger),
            });
        }
        settle(&mut self.world, self.now);
        told
    }
}
