//! Slow and simple peers of what the engine does incrementally: for tests and benchmarks only.

use std::sync::Arc;

use jiff::Timestamp;

use super::impact;
use crate::delta::Delta;
use crate::key::{ObjectKey, Uid};
use crate::ledger::Ledger;
use crate::object::{Life, Object};
use crate::score::lane::Lane;
use crate::view::Impact;
use crate::world::World;

/// The world that holds exactly this, settled at `now`: what every other order must equal.
pub fn from_scratch(
    objects: impl IntoIterator<Item = (ObjectKey, Life, Object)>,
    evidence: impl IntoIterator<Item = Delta>,
    ledgers: impl IntoIterator<Item = (Uid, Arc<Ledger>)>,
    now: Timestamp,
) -> World {
    let mut world = World::new();
    for (key, life, object) in objects {
        world.apply(Delta::Upsert { key, life, object });
    }
    for delta in evidence {
        world.apply(delta);
    }
    for (assessment, ledger) in ledgers {
        world.apply(Delta::Ledger { assessment, ledger });
    }
    world.settle(now, usize::MAX);
    world
}

/// Scores an assessment afresh from what is believed of its capabilities, and returns its proven
/// and potential stage: the peer of an incremental settle.
pub fn rescore(world: &World, assessment: &ObjectKey) -> Option<(Option<u32>, Option<u32>)> {
    let state = &world.assessments[world.assessment(assessment)?];
    let scored = state.scored.as_ref()?;
    let selection = world.selection(state, None);
    let overlay = world.overlay_at(state, &scored.program, world.now?, &|_| false);
    let lane = Lane::build(&scored.program, &selection, &overlay);
    let stages = scored.position_of(&lane).stages();
    Some((stages.proven, stages.potential))
}

/// What losing each capability would do, scoring afresh for each: the peer of `query::impact`.
pub fn impact_by_scoring(world: &World, assessment: &ObjectKey) -> Vec<Impact> {
    let id = world.assessment(assessment);
    id.map(|id| impact::by_scoring(world, id))
        .unwrap_or_default()
}

/// How many leaves counting the impacts of an assessment looks at.
pub fn impact_visits(world: &World, assessment: &ObjectKey) -> u64 {
    let id = world.assessment(assessment);
    id.map_or(0, |id| impact::counted(world, id).1)
}
