//! The scorer and everything known of the cluster's objects; rebuilt when the clock went back.

use std::sync::Arc;

use gradus_engine::key::{ObjectKey, Uid};

use super::findings::Findings;
use super::objects::ClusterObjects;
use crate::clock::Clock;
use crate::inputs::watch::{Epoch, ObservedObject};
use crate::outputs::metrics::OperatorMetrics;
use crate::scoring::{Schedule, Scorer};

/// The scorer and everything known of the cluster's objects. Rebuilt when the clock went back.
pub(super) struct ClusterState {
    pub(super) scorer: Scorer,
    pub(super) objects: ClusterObjects,
    /// When looking at an assessment again can change its status by time alone.
    pub(super) schedule: Schedule,
    /// What is wrong with objects.
    pub(super) findings: Findings,
}

impl ClusterState {
    pub(super) fn new(clock: Arc<dyn Clock>, metrics: Arc<OperatorMetrics>) -> Self {
        Self::with(Scorer::new(clock, Some(metrics)))
    }

    /// Nothing is believed any more.
    pub(super) fn anew(&self) -> Self {
        Self::with(self.scorer.anew())
    }

    fn with(scorer: Scorer) -> Self {
        Self {
            scorer,
            objects: ClusterObjects::default(),
            schedule: Schedule::default(),
            findings: Findings::default(),
        }
    }

    /// An object was seen by a source, or in an answer to a write. False when that is old news.
    pub(super) fn observe(
        &mut self,
        object: ObservedObject,
        epoch: Epoch,
        is_answer: bool,
        source: &str,
    ) -> bool {
        let key = object.key.clone();
        let now = self.scorer.now();
        let Some(deltas) = self.objects.see(object, epoch, is_answer, now) else {
            return false;
        };
        self.scorer.apply(source, deltas);
        self.find(&key);
        true
    }

    /// An object is gone.
    pub(super) fn lose(&mut self, key: &ObjectKey, uid: &Uid, source: &str) {
        let deltas = self.objects.lose(key, uid);
        self.schedule.set(key, None);
        self.scorer.apply(source, deltas);
        self.find(key);
    }

    /// An object cannot be seen any more.
    pub(super) fn hide(&mut self, key: &ObjectKey, source: &str) {
        let delta = self.objects.hide(key, self.scorer.now(), source.into());
        self.scorer.apply(source, delta);
    }

    /// Looks at what is wrong with an object.
    fn find(&mut self, key: &ObjectKey) {
        if let Some(line) = self.findings.set(key, self.objects.wrong(key)) {
            tracing::warn!("{line}");
        }
    }
}
