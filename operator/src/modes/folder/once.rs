//! A single pass: everything read, scored once, committed nowhere.

use gradus_engine::delta::Delta;
use gradus_engine::fold::fold;
use gradus_engine::object::Life;
use gradus_engine::view::Snapshot;
use gradus_engine::world::World;
use jiff::Timestamp;

use super::objects::Inputs;
use crate::inputs::folder::Reading;
use crate::store::of_single_pass;

/// Scores what was read, as of an instant. Every assessment remembers what it would after its
/// first commit.
pub fn score_once(reading: Reading, at: Timestamp) -> Snapshot {
    world_of(reading, at).snapshot()
}

/// The world that [`score_once`] shows, for those who ask more of it.
pub fn world_of(reading: Reading, at: Timestamp) -> World {
    let mut world = World::new();
    let mut inputs = Inputs::default();
    let mut deltas = Vec::new();
    for (key, document) in reading.documents {
        let life = Life {
            uid: of_single_pass(&key),
            generation: 1,
        };
        inputs.upsert(document, life, None, &mut deltas);
    }
    for delta in deltas {
        world.apply(delta);
    }
    world.settle(at, usize::MAX);
    let snapshot = world.snapshot();
    for view in snapshot.assessments.values() {
        let Some(input) = world.fold_input(&view.key) else {
            continue;
        };
        let ledger = fold(&view.ledger, &input, at).ledger;
        if ledger != *view.ledger {
            let assessment = view.life.uid.clone();
            world.apply(Delta::Ledger {
                assessment,
                ledger: ledger.into(),
            });
        }
    }
    world.settle(at, usize::MAX);
    world
}
