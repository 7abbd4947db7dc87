//! Statuses on their way to the server: which wait, which are under way.

use std::time::{Duration, Instant};

use gradus_engine::key::ObjectKey;
use kube::Client;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::queue::Queue;
use crate::inputs::watch::Failure;
use crate::leader::election::Leading;
use crate::outputs::metrics::WriteOutcome;
use crate::outputs::status::patch::{self, PatchResult, StatusPatch};
use crate::timing::Timing;

/// Statuses under way at once.
pub(super) const AT_ONCE: usize = 16;

/// How the write of a status ended.
#[derive(Debug)]
pub(super) struct WriteResult {
    /// What was written.
    pub(super) patch: StatusPatch,
    pub(super) result: PatchResult,
}

/// Sends statuses, at most [`AT_ONCE`] at once and never two for one object.
pub(super) struct StatusWriter {
    client: Client,
    runtime: Handle,
    answers: mpsc::Sender<WriteResult>,
    request_timeout: Duration,
    queue: Queue,
}

impl StatusWriter {
    pub(super) fn new(
        client: Client,
        runtime: Handle,
        answers: mpsc::Sender<WriteResult>,
        timing: &Timing,
    ) -> Self {
        Self {
            client,
            runtime,
            answers,
            request_timeout: timing.request_timeout,
            queue: Queue::new(timing),
        }
    }

    /// An object may have another status.
    pub(super) fn push(&mut self, key: ObjectKey) {
        self.queue.push(key);
    }

    /// The next object to look at; none while as many are under way as may be.
    pub(super) fn next(&mut self) -> Option<ObjectKey> {
        if self.queue.under_way() >= AT_ONCE {
            return None;
        }
        self.queue.pop(Instant::now())
    }

    /// Sends a status, if this replica still leads at that moment.
    pub(super) fn send(&mut self, patch: StatusPatch, leading: Leading) {
        self.queue.begin(patch.key.clone(), Instant::now());
        let (client, answers) = (self.client.clone(), self.answers.clone());
        let request_timeout = self.request_timeout;
        self.runtime.spawn(async move {
            let result = patch::write(client, &patch, leading, request_timeout).await;
            // A loop that is gone wants no answer.
            let _ = answers.send(WriteResult { patch, result }).await;
        });
    }

    /// A write is over, or not wanted any more.
    pub(super) fn end(&mut self, key: &ObjectKey) {
        self.queue.end(key, Instant::now());
    }

    /// A write failed: it is looked at again after a while, or when the server wants to be asked again.
    pub(super) fn retry(&mut self, key: &ObjectKey, retry_after: Option<Duration>) {
        self.queue.fail(key, Instant::now(), retry_after);
    }

    /// It is not to be written before an instant.
    pub(super) fn rest(&mut self, key: &ObjectKey, until: Instant) {
        self.queue.rest(key, until);
    }

    /// How many writes are under way.
    pub(super) fn under_way(&self) -> usize {
        self.queue.under_way()
    }

    /// How many keys wait or rest.
    pub(super) fn depth(&self) -> usize {
        self.queue.depth()
    }

    /// How long until something can be sent; none while that depends on answers.
    pub(super) fn wait(&self, leads: bool) -> Option<Duration> {
        let now = Instant::now();
        if leads && self.queue.has_waiting(now) && self.queue.under_way() < AT_ONCE {
            return Some(Duration::ZERO);
        }
        let wakes_at = self.queue.wakes_at(now);
        wakes_at.map(|at| at.saturating_duration_since(now))
    }
}

/// How a write ended, as a metric counts it.
pub(super) fn outcome_of_patch(result: &PatchResult) -> WriteOutcome {
    match result {
        PatchResult::Written(_) => WriteOutcome::Written,
        PatchResult::Conflict(_) => WriteOutcome::Conflict,
        PatchResult::Failed(failure) => outcome_of_failure(*failure),
        PatchResult::Gone | PatchResult::Deposed => WriteOutcome::Unchanged,
    }
}

/// How something that failed ended, as a metric counts it.
pub(super) fn outcome_of_failure(failure: Failure) -> WriteOutcome {
    match failure {
        Failure::Denied | Failure::Refused(_) => WriteOutcome::Refused,
        _ => WriteOutcome::Error,
    }
}
