//! Handles messages: reports of sources and answers to writes.

use std::sync::Arc;
use std::time::Instant;

use gradus_engine::key::{Name, ObjectKey};
use gradus_engine::ledger::Ledger;

use super::event_loop::{EventLoop, STATUSES};
use super::writer::{WriteResult, outcome_of_patch};
use crate::inputs::watch::{Epoch, Failure, ObservedObject, Report, SourceReport};
use crate::outputs::status::patch::PatchResult;

impl EventLoop {
    /// A source reported something.
    pub(super) fn reported(&mut self, SourceReport { source, report }: SourceReport) {
        let name = self.sources.name(source);
        match report {
            Report::Seen(object, epoch) => {
                self.sources.heard(source);
                if self.sources.is_first(source) {
                    self.first_lists.seen_at = Instant::now();
                }
                self.observed(*object, epoch, false, &name);
            }
            Report::Gone(key, uid) => {
                self.events.forget(&key);
                self.state.lose(&key, &uid, &name);
            }
            Report::Heard => self.sources.heard(source),
            Report::Unseen => {
                self.sources.hide(source);
                self.queue_all_of_source(source);
            }
            Report::Hidden(key) => {
                self.sources.hide(source);
                self.state.hide(&key, &name);
            }
            Report::Complete { began, whole } => {
                if self.sources.complete(source, began, whole) {
                    tracing::info!(source = &*name, "synced");
                    self.queue_all_of_source(source);
                }
                self.queue_resyncs("");
            }
            Report::NamespaceComplete { namespace, began } => {
                self.sources
                    .namespace_complete(source, namespace.clone(), began);
                self.queue_resyncs(&namespace);
            }
            Report::Failed(failure) => {
                if self.sources.failed(source, failure) {
                    // Why: an API server throttles a new client for some seconds, which is nothing to act on.
                    if matches!(failure, Failure::Throttled(_)) {
                        tracing::info!(source = &*name, %failure, "will be read again");
                    } else {
                        tracing::warn!(source = &*name, %failure, "cannot be read");
                    }
                    self.queue_all_of_source(source);
                }
                self.metrics.source_restarted(&name, failure.into());
            }
        }
    }

    /// Requested resyncs of a namespace may be done; all of them, when what has no namespace was listed.
    fn queue_resyncs(&mut self, listed: &str) {
        let objects = &self.state.objects;
        let concerned = |namespace: &&Name| listed.is_empty() || ***namespace == *listed;
        for namespace in objects.namespaces_with_resyncs().filter(concerned) {
            for (key, _) in objects.resyncs_of(namespace) {
                self.writer.push(key.clone());
            }
        }
    }

    fn queue_all_of_source(&mut self, source: usize) {
        if let Some(source) = self.sources.all().get(source) {
            let scope = source.scope.clone();
            self.queue_all_of(&scope);
        }
    }

    /// An object was seen by a source, or in an answer to a write.
    fn observed(&mut self, object: ObservedObject, epoch: Epoch, is_answer: bool, source: &str) {
        let (key, uid) = (object.key.clone(), object.life.uid.clone());
        let ledger = ledger_of(&object);
        if !self.state.observe(object, epoch, is_answer, source) {
            return;
        }
        if let Some(ledger) = ledger {
            let (leads, now) = (self.leading.holds(), self.state.scorer.now());
            self.events.committed(&key, &uid, &ledger, leads, now);
        }
        self.writer.push(key);
    }

    /// A write was answered.
    pub(super) fn answered(&mut self, WriteResult { patch, result }: WriteResult) {
        let key = &patch.key;
        self.metrics.wrote(STATUSES, outcome_of_patch(&result));
        match result {
            PatchResult::Written(object) => {
                self.writer.end(key);
                self.log_commit(key, &object);
                let held = object.status.digest;
                let objects = &mut self.state.objects;
                objects.acknowledge(key, patch.digest, held);
                self.observed(*object, patch.epoch, true, STATUSES);
            }
            PatchResult::Conflict(Some(object)) => {
                let known = self.state.objects.get(key);
                if known.is_some_and(|known| known.version > object.version) {
                    self.resync.list_after_conflict();
                    self.writer.retry(key, None);
                } else {
                    self.writer.end(key);
                    self.observed(*object, patch.epoch, true, STATUSES);
                }
            }
            PatchResult::Gone => self.writer.end(key),
            PatchResult::Deposed => {
                self.writer.end(key);
                self.writer.push(key.clone());
            }
            PatchResult::Conflict(None) => self.writer.retry(key, None),
            PatchResult::Failed(failure) => {
                let retry_after = match failure {
                    Failure::Throttled(retry_after) => retry_after,
                    _ => None,
                };
                self.writer.retry(key, retry_after);
            }
        }
    }

    /// Every head of a history is logged, so that it can be told later what was there.
    fn log_commit(&self, key: &ObjectKey, object: &ObservedObject) {
        let Some(Ok(ledger)) = &object.status.ledger else {
            return;
        };
        let before = self.state.scorer.snapshot().assessments.get(key);
        let known = before.map_or(0, |view| view.ledger.sequence);
        for entry in ledger.history.iter().filter(|entry| entry.sequence > known) {
            tracing::info!(
                assessment = %key,
                sequence = entry.sequence,
                transition = %entry.transition,
                from = entry.from,
                to = entry.to,
                digest = entry.digest,
                "committed"
            );
        }
    }
}

/// What an assessment remembers, where that can be read.
fn ledger_of(object: &ObservedObject) -> Option<Arc<Ledger>> {
    let ledger = object.status.ledger.as_ref()?;
    ledger.as_ref().ok().cloned()
}
