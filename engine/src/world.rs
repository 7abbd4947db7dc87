//! The incremental state: what is known, and what follows from it.

use jiff::Timestamp;

use crate::delta::{Delta, Settled, Visits};
use crate::key::ObjectKey;
use crate::view::{Impact, Snapshot};

/// Everything known, and what follows from it.
#[derive(Debug, Default)]
pub struct World {}

impl World {
    /// An empty world.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one change in. Cheap: what follows from it is worked out by [`World::settle`].
    pub fn apply(&mut self, delta: Delta) {
        let _ = delta;
    }

    /// Works out what follows at `now` from what was applied, for at most `budget` objects.
    pub fn settle(&mut self, now: Timestamp, budget: usize) -> Settled {
        let _ = (now, budget);
        Settled::default()
    }

    /// Renders the views of what changed since the last snapshot, and shares the rest.
    pub fn snapshot(&mut self) -> Snapshot {
        Snapshot {
            at: Timestamp::UNIX_EPOCH,
            next_due: None,
            models: Default::default(),
            assessments: Default::default(),
            capabilities: Default::default(),
            attestations: Default::default(),
            waivers: Default::default(),
        }
    }

    /// What losing each capability would do to an assessment, by counting.
    pub fn impact(&self, assessment: &ObjectKey) -> Vec<Impact> {
        let _ = assessment;
        Vec::new()
    }

    /// The work done so far.
    pub fn visits(&self) -> Visits {
        Visits::default()
    }
}
