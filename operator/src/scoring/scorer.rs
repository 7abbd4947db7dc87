//! The world and the instant as of which it is scored.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use gradus_engine::CapabilityId;
use gradus_engine::delta::Delta;
use gradus_engine::fold::FoldInput;
use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::view::Snapshot;
use gradus_engine::world::World;
use jiff::{SignedDuration, Timestamp};

use super::fold_inputs::FoldInputs;
use crate::clock::{Clock, ClockDoubt};
use crate::outputs::metrics::{LabelCache, OperatorMetrics};

/// Objects settled before the metric of what remains is renewed.
const SETTLE_BUDGET: usize = 100_000;

/// Owns the world. Its time never runs back.
pub(crate) struct Scorer {
    world: World,
    clock: Arc<dyn Clock>,
    metrics: Option<Arc<OperatorMetrics>>,
    now: Timestamp,
    clock_doubt: Option<ClockDoubt>,
    next_due: Option<Timestamp>,
    snapshot: Arc<Snapshot>,
    labels: LabelCache,
    fold_inputs: FoldInputs,
    applied: u64,
}

impl Scorer {
    /// An empty world, as of now.
    pub(crate) fn new(clock: Arc<dyn Clock>, metrics: Option<Arc<OperatorMetrics>>) -> Self {
        Self {
            world: World::new(),
            now: clock.now(),
            clock_doubt: clock.doubt(),
            clock,
            metrics,
            next_due: None,
            snapshot: Arc::default(),
            labels: LabelCache::default(),
            fold_inputs: FoldInputs::default(),
            applied: 0,
        }
    }

    /// An empty world after a clock that was wrong. Readers keep the last snapshot until the next one.
    pub(crate) fn anew(&self) -> Self {
        Self {
            snapshot: Arc::clone(&self.snapshot),
            labels: self.labels.clone(),
            ..Self::new(Arc::clone(&self.clock), self.metrics.clone())
        }
    }

    /// The instant as of which everything is scored.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// What was settled last.
    pub(crate) fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    /// The labels of the series of what was settled last.
    pub(crate) fn labels(&self) -> &LabelCache {
        &self.labels
    }

    /// What the fold reads of an assessment; none where it cannot be scored.
    pub(crate) fn fold_input(&self, assessment: &ObjectKey) -> Option<&FoldInput> {
        self.fold_inputs.of(assessment)
    }

    /// How many deltas were applied.
    pub(crate) fn applied(&self) -> u64 {
        self.applied
    }

    /// The id of a capability in the snapshot.
    pub(crate) fn capability_id(&self, key: &ObjectKey) -> Option<CapabilityId> {
        self.world.capability_id(key)
    }

    /// How far the clock is behind the instant that was scored last; negative as time goes on.
    pub(crate) fn clock_behind(&self) -> SignedDuration {
        self.now.duration_since(self.clock.now())
    }

    /// Takes the time.
    pub(crate) fn advance(&mut self) {
        self.now = self.now.max(self.clock.now());
        self.clock_doubt = self.clock.doubt();
        if let Some(metrics) = &self.metrics {
            metrics.clock_doubted(self.clock_doubt);
        }
    }

    /// Why it was not certain what time it is when that was taken last. While it is not, nothing may be folded.
    pub(crate) fn clock_doubt(&self) -> Option<ClockDoubt> {
        self.clock_doubt
    }

    /// Takes changes in, from a source with this name among the metrics.
    pub(crate) fn apply(&mut self, source: &str, deltas: impl IntoIterator<Item = Delta>) {
        for delta in deltas {
            if let Some(metrics) = &self.metrics {
                metrics.delta(source, &delta);
            }
            self.applied += 1;
            self.world.apply(delta);
        }
    }

    /// Works out what follows, as of now: the objects that may have another result. The snapshot is another one if
    /// there are any.
    pub(crate) fn settle(&mut self) -> BTreeSet<ObjectKey> {
        let mut changed = BTreeSet::new();
        loop {
            let started = Instant::now();
            let settled = self.world.settle(self.now, SETTLE_BUDGET);
            if let Some(metrics) = &self.metrics {
                metrics.settled(started.elapsed(), settled.remaining);
            }
            changed.extend(settled.changes);
            self.next_due = settled.next_due;
            if settled.remaining == 0 {
                break;
            }
        }
        if !changed.is_empty() {
            self.fold_inputs.update(&mut self.world, &changed);
            let before = Arc::clone(&self.snapshot);
            self.take_snapshot();
            log_altered_histories(&before, &self.snapshot, &changed);
            self.labels.forget(&changed, &self.snapshot, &self.world);
        }
        changed
    }

    /// Makes the snapshot one as of now, also when nothing changed but the time.
    pub(crate) fn refresh_snapshot(&mut self) {
        if self.snapshot.at != self.now {
            self.take_snapshot();
        }
    }

    fn take_snapshot(&mut self) {
        self.snapshot = Arc::new(self.world.snapshot());
    }

    /// How long until a score changes by time alone or this instant comes; `longest` when neither is known, or
    /// waits for something else than time.
    pub(crate) fn wait(&self, due: Option<Timestamp>, longest: Duration) -> Duration {
        let due = due.into_iter().chain(self.next_due).min();
        let Some(due) = due.filter(|due| *due > self.now) else {
            return longest;
        };
        let wait = due.duration_since(self.clock.now());
        // Why: a moment later rather than earlier, so that a wait never ends before its instant.
        let wait = Duration::try_from(wait).unwrap_or_default() + Duration::from_millis(1);
        wait.min(longest)
    }

    /// The world, for who asks more of it than the snapshot shows.
    pub(crate) fn into_world(self) -> World {
        self.world
    }
}

/// Logs which histories are found altered that were whole, or unknown, before.
fn log_altered_histories(before: &Snapshot, after: &Snapshot, changed: &BTreeSet<ObjectKey>) {
    let broken_in = |snapshot: &Snapshot, key: &ObjectKey| {
        let view = snapshot.assessments.get(key);
        view.and_then(|view| view.broken.clone())
    };
    for key in changed.iter().filter(|key| key.kind == Kind::Assessment) {
        if let Some(broken) = broken_in(after, key)
            && broken_in(before, key).as_ref() != Some(&broken)
        {
            tracing::error!(assessment = %key, %broken, "the history was altered: marks and falls may be false");
        }
    }
}
