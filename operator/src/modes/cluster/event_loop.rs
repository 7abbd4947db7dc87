//! The event loop of a cluster: receive, settle, publish, write.

use std::sync::Arc;
use std::time::{Duration, Instant};

use gradus_engine::key::{Kind, ObjectKey};
use gradus_manifests::finding::Finding;
use jiff::SignedDuration;
use tokio::runtime::Handle;

use super::affected::affected;
use super::clock_uncertain::ClockUncertain;
use super::contests::{self, Contests};
use super::decision::{Grounds, NotWritten, ToWrite, decide};
use super::events::EventBacklog;
use super::health::Signs;
use super::inbox::{Inbox, Message, Wakeup};
use super::resync::Resync;
use super::sources::Sources;
use super::state::ClusterState;
use super::visible::visible;
use super::writer::StatusWriter;
use crate::inputs::watch::WatchScope;
use crate::leader::election::Leading;
use crate::outputs::metrics::{OperatorMetrics, WriteOutcome};
use crate::scoring::{Health, Published, Publisher, Work};
use crate::timing::Timing;

/// Statuses among the outputs of metrics, and answers to their writes among the sources.
pub(super) const STATUSES: &str = "status";
/// Events among the outputs of metrics.
pub(super) const EVENTS: &str = "event";
/// Messages taken in before anything is worked out.
const BATCH: usize = 4096;
/// Statuses decided upon before messages are heard again.
const DECIDED: usize = 512;

/// Everything that the event loop's thread owns.
pub(super) struct EventLoop {
    pub(super) timing: Timing,
    pub(super) metrics: Arc<OperatorMetrics>,
    pub(super) uncertain: ClockUncertain,
    pub(super) sources: Sources,
    pub(super) state: ClusterState,
    pub(super) resync: Resync,
    pub(super) writer: StatusWriter,
    pub(super) events: EventBacklog,
    pub(super) contests: Contests,
    /// Whether this installation writes statuses of models and profiles.
    pub(super) writes_cluster_scoped: bool,
    pub(super) publisher: Publisher,
    pub(super) leading: Leading,
    pub(super) first_lists: FirstLists,
}

/// First lists: while they flow, every object of them changes what follows again.
#[derive(Debug)]
pub(super) struct FirstLists {
    /// When an object of one was seen last.
    pub(super) seen_at: Instant,
    /// When what follows was worked out last.
    settled_at: Instant,
}

impl FirstLists {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        Self {
            seen_at: now,
            settled_at: now,
        }
    }
}

impl EventLoop {
    /// Turns until it is told to stop, and until what it began to write is answered.
    pub(super) fn run(&mut self, mut inbox: Inbox, runtime: &Handle) {
        for source in self.sources.all() {
            self.metrics.source_known(&source.name);
        }
        self.metrics.output_known(STATUSES);
        self.metrics.output_known(EVENTS);
        self.publish(Arc::default(), self.health());
        loop {
            self.publisher.turn();
            if self.first_lists_flow() {
                std::thread::sleep(self.timing.gather);
            }
            let stop = runtime.block_on(self.receive(&mut inbox));
            if stop {
                runtime.block_on(self.drain(&mut inbox));
                return;
            }
            self.turn();
        }
    }

    fn turn(&mut self) {
        self.take_time();
        self.notice_silence();
        self.contests.forget(Instant::now());
        let changed = !self.first_lists_flow() && self.settle();
        self.look_at_due();
        if self.leading.holds() && !self.first_lists_flow() {
            self.events.publish_pending(&self.state);
        }
        if !self.first_lists_flow() {
            self.publish_changes(changed);
        }
        self.list_for_requests();
        self.write();
    }

    /// Waits for something to happen, and takes in all that has. True when it is to stop.
    async fn receive(&mut self, inbox: &mut Inbox) -> bool {
        match inbox.next(self.wait()).await {
            Wakeup::Stop => return true,
            Wakeup::Message(message) => self.take_in(message),
            Wakeup::Nothing => {}
        }
        for _ in 0..BATCH {
            let Some(message) = inbox.more() else { break };
            self.take_in(message);
            self.publisher.turn();
        }
        self.lead(inbox.leading());
        false
    }

    fn take_in(&mut self, message: Message) {
        match message {
            Message::Report(report) => self.reported(report),
            Message::WriteResult(answer) => self.answered(answer),
        }
    }

    /// How long the loop may sleep if no message arrives.
    fn wait(&self) -> Duration {
        let written = self.writer.wait(self.leading.holds());
        let due = self.state.schedule.next();
        let due = self.state.scorer.wait(due, self.timing.tick);
        let pause = self.sources.is_reading().then_some(self.timing.list_pause);
        written.into_iter().chain(pause).fold(due, Duration::min)
    }

    fn lead(&mut self, leading: Leading) {
        let (before, now) = (self.leading.holds(), leading.holds());
        self.leading = leading;
        self.metrics.leads(now);
        if now && !before {
            let all = self.state.objects.keys();
            let assessments = all.filter(|key| key.kind == Kind::Assessment);
            self.events.mark_pending(assessments.cloned());
        }
    }

    /// Takes the time. A clock that went back far was wrong before: then everything is read and scored again.
    fn take_time(&mut self) {
        if self.state.scorer.clock_behind() > self.timing.clock_tolerance {
            tracing::warn!("the clock went back: everything is read and scored again");
            self.state = self.state.anew();
            self.sources.require_lists();
            self.resync.show_again();
        }
        self.state.scorer.advance();
        if self
            .uncertain
            .update(self.state.scorer.clock_doubt(), Instant::now())
        {
            self.queue_assessments();
        }
    }

    /// Every assessment may have another status.
    fn queue_assessments(&mut self) {
        for key in self.state.objects.keys() {
            if key.kind == Kind::Assessment {
                self.writer.push(key.clone());
            }
        }
    }

    /// Notices which sources fell silent, or speak again.
    fn notice_silence(&mut self) {
        for (scope, is_silent) in self.sources.update_silence() {
            if is_silent {
                tracing::warn!(source = %scope, "source is silent: its objects are stale");
            } else {
                tracing::info!(source = %scope, "source is heard again");
            }
            self.queue_all_of(&scope);
        }
        let now = self.state.scorer.now();
        for source in self.sources.all() {
            let silence = SignedDuration::try_from(source.pulse.silence()).unwrap_or_default();
            self.metrics.source_synced(&source.name, source.is_synced());
            self.metrics.source_heard(&source.name, now - silence);
        }
    }

    /// Everything that a source has a say in may have another status.
    pub(super) fn queue_all_of(&mut self, scope: &WatchScope) {
        let concerned = |key: &&ObjectKey| {
            key.kind == scope.kind || (key.kind.namespaced() && scope.covers(&key.namespace))
        };
        let all = self.state.objects.keys();
        let mut keys: Vec<ObjectKey> = all.filter(concerned).cloned().collect();
        keys.sort();
        for key in keys {
            self.writer.push(key);
        }
    }

    /// Whether first lists flow: then settling waits for a pause, but not for long.
    fn first_lists_flow(&self) -> bool {
        let flows = self.first_lists.seen_at.elapsed() < self.timing.list_pause
            && self.first_lists.settled_at.elapsed() < self.timing.settle_every;
        flows && self.sources.is_reading()
    }

    /// Works out what follows, as of now, and queues what may have another status. True when something changed.
    fn settle(&mut self) -> bool {
        self.first_lists.settled_at = Instant::now();
        let before = Arc::clone(self.state.scorer.snapshot());
        let changed = self.state.scorer.settle();
        for key in affected(&before, self.state.scorer.snapshot(), &changed) {
            self.writer.push(key);
        }
        !changed.is_empty()
    }

    /// Queues what time alone may have changed.
    fn look_at_due(&mut self) {
        let now = self.state.scorer.now();
        for key in self.state.schedule.take_due(now) {
            self.writer.push(key);
        }
    }

    fn health(&self) -> Health {
        let signs = Signs {
            sources: &self.sources,
            clock_doubt: self.state.scorer.clock_doubt(),
            leads: self.leading.holds(),
            was_ready: self.publisher.published().health.not_ready.is_none(),
            contested: self.contests.trouble(),
        };
        signs.health(&self.timing)
    }

    /// Publishes, when readers would see something else.
    fn publish_changes(&mut self, changed: bool) {
        let published = self.publisher.published();
        let (findings, health) = (self.state.findings.gathered(), self.health());
        let has_same_findings = Arc::ptr_eq(&published.findings, &findings);
        if changed || !has_same_findings || published.health != health {
            self.publish(findings, health);
        }
    }

    fn publish(&mut self, findings: Arc<[Finding]>, health: Health) {
        let unread = self.sources.unread_namespaces();
        self.publisher.publish(Published {
            snapshot: visible(self.state.scorer.snapshot(), &unread),
            labels: self.state.scorer.labels().clone(),
            findings,
            committed: Arc::default(),
            health,
            work: Work {
                reads: 0,
                deltas: self.state.scorer.applied(),
            },
        });
    }

    /// Has namespaces listed for the resyncs that people requested.
    // See D-162.
    fn list_for_requests(&mut self) {
        let objects = &self.state.objects;
        for namespace in objects.namespaces_with_resyncs() {
            let mut resyncs = objects.resyncs_of(namespace);
            let pending =
                resyncs.find(|(key, resync)| !self.sources.listed_since(key, resync.seen));
            let Some((key, _)) = pending else { continue };
            if self.resync.begins(namespace) {
                for (source, namespace) in self.sources.lists_for(key) {
                    self.resync.list_namespace(source, namespace);
                }
            }
        }
    }

    /// Sends statuses that are other than what the server holds. While another replica leads, keys wait.
    fn write(&mut self) {
        self.metrics.output_waits(STATUSES, self.writer.depth());
        if !self.leading.holds() {
            return;
        }
        for _ in 0..DECIDED {
            let Some(key) = self.writer.next() else {
                return;
            };
            self.publisher.turn();
            let grounds = Grounds {
                leading: self.leading,
                sources: &self.sources,
                state: &self.state,
                contests: &self.contests,
                writes_cluster_scoped: self.writes_cluster_scoped,
                clock_uncertain: self.uncertain.lasts(),
            };
            match decide(&key, &grounds) {
                Ok(to_write) => self.send(to_write),
                Err(NotWritten::Following) => return self.writer.push(key),
                Err(NotWritten::Unchanged { look_due }) => {
                    self.state.schedule.set(&key, look_due);
                    self.metrics.wrote(STATUSES, WriteOutcome::Unchanged);
                    // Why: what a wrong clock ends has not happened.
                    let is_certain = self.state.scorer.clock_doubt().is_none();
                    if is_certain && !self.events.publish_occasions(&key, &self.state) {
                        self.writer.retry(&key, None);
                    }
                }
                Err(NotWritten::Contested { until }) => {
                    self.writer.rest(&key, until);
                    self.put_off(&key);
                }
                Err(reason) => tracing::trace!(object = %key, ?reason, "no status is written"),
            }
        }
    }

    fn send(&mut self, to_write: ToWrite) {
        let ToWrite {
            patch,
            is_contested,
            look_due,
        } = to_write;
        if is_contested {
            self.contests.wrote(&patch.key, Instant::now());
        }
        self.state.schedule.set(&patch.key, look_due);
        self.state.objects.sending(&patch.key, patch.digest);
        self.writer.send(patch, self.leading);
    }

    /// A status is put off, for another author writes it too: said once.
    // See D-165.
    fn put_off(&mut self, key: &ObjectKey) {
        let now = self.state.scorer.now();
        self.metrics.wrote(STATUSES, WriteOutcome::Contested);
        if self.contests.put_off(key) {
            tracing::warn!(object = %key, reason = "ForeignWriter", "another author writes this status too");
            self.events
                .publish_one(key, contests::occasion(now), &self.state);
        }
    }

    /// Waits for the answers to what was begun.
    async fn drain(&mut self, inbox: &mut Inbox) {
        let end = tokio::time::Instant::now() + self.timing.drain_timeout;
        while self.writer.under_way() > 0 {
            match tokio::time::timeout_at(end, inbox.answers.recv()).await {
                Ok(Some(answer)) => self.answered(answer),
                _ => return,
            }
        }
    }
}
