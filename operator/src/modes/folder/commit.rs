//! A commit of a folder: an entry of the state, written. Until then nothing of it is remembered.

use std::collections::{BTreeSet, VecDeque};
use std::io;
use std::sync::Arc;
use std::time::Instant;

use gradus_engine::delta::Delta;
use gradus_engine::fold::fold;
use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::view::AssessmentView;
use jiff::Timestamp;

use crate::outputs::metrics::{OperatorMetrics, WriteOutcome};
use crate::scoring::{CommittedEntry, Published, Schedule, Scorer};
use crate::store::State;
use crate::timing::Timing;

/// The name of the state among the outputs of metrics.
pub(super) const STATE: &str = "state";
/// Entries written per iteration, so that a first look at a large folder does not hold up the next one.
const ENTRIES_PER_ITERATION: usize = 256;

/// Commits what changed, when the folder has rested.
pub(super) struct Committer {
    store: State,
    timing: Timing,
    metrics: Option<Arc<OperatorMetrics>>,
    /// Assessments whose score may be another since they were folded.
    unfolded: BTreeSet<ObjectKey>,
    /// When folding again can change something by time alone.
    schedule: Schedule,
    unrest: Option<PendingChange>,
    failure: Option<Failure>,
    recent: VecDeque<CommittedEntry>,
}

/// The folder changed, and nothing was committed since.
#[derive(Debug, Clone, Copy)]
struct PendingChange {
    first: Instant,
    last: Instant,
}

/// Writing failed.
#[derive(Debug)]
struct Failure {
    reason: String,
    failures: u32,
    retry_at: Instant,
}

/// Why nothing is written now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotNow {
    /// The folder changed a moment ago, or a file is being written.
    PendingChange,
    /// Writing failed a moment ago.
    BackingOff,
}

impl Committer {
    pub(super) fn new(
        store: State,
        timing: &Timing,
        metrics: Option<Arc<OperatorMetrics>>,
    ) -> Self {
        Self {
            store,
            timing: *timing,
            metrics,
            unfolded: BTreeSet::new(),
            schedule: Schedule::default(),
            unrest: None,
            failure: None,
            recent: VecDeque::new(),
        }
    }

    /// The state folder: who an object is, and what it remembers.
    pub(super) fn store(&mut self) -> &mut State {
        &mut self.store
    }

    /// Nothing of what was scored counts any more.
    pub(super) fn anew(&mut self) {
        self.unfolded.clear();
        self.schedule = Schedule::default();
    }

    /// Why the state cannot be written, when it cannot.
    pub(super) fn failure(&self) -> Option<&str> {
        self.failure.as_ref().map(|failure| failure.reason.as_str())
    }

    /// What was committed lately, oldest first.
    pub(super) fn recent(&self) -> Arc<[CommittedEntry]> {
        self.recent.iter().cloned().collect()
    }

    /// The folder changed.
    pub(super) fn changed(&mut self) {
        let last = Instant::now();
        let first = self.unrest.map_or(last, |unrest| unrest.first);
        self.unrest = Some(PendingChange { first, last });
    }

    /// These objects may have another score.
    pub(super) fn rescored(&mut self, changed: BTreeSet<ObjectKey>) {
        let assessments = changed
            .into_iter()
            .filter(|key| key.kind == Kind::Assessment);
        self.unfolded.extend(assessments);
    }

    /// Whether the state may be written now, while a file of the folder is being written or not.
    pub(super) fn may_write(&self, being_written: bool, now: Instant) -> Result<(), NotNow> {
        let rests = self
            .unrest
            .is_none_or(|unrest| now >= self.commit_at(unrest, being_written));
        if !rests {
            return Err(NotNow::PendingChange);
        }
        match &self.failure {
            Some(failure) if now < failure.retry_at => Err(NotNow::BackingOff),
            _ => Ok(()),
        }
    }

    /// When the folder has rested: while a file is half written it does not.
    fn commit_at(&self, unrest: PendingChange, being_written: bool) -> Instant {
        let latest = unrest.first + self.timing.commit_debounce_longest;
        if being_written {
            return latest;
        }
        latest.min(unrest.last + self.timing.rest)
    }

    /// The folder has rested: what it holds now counts.
    pub(super) fn commit_now(&mut self) {
        self.unrest = None;
    }

    /// Takes in what is due by time alone.
    pub(super) fn take_due(&mut self, now: Timestamp) {
        self.unfolded.extend(self.schedule.take_due(now));
    }

    /// Folds everything unfolded, once: the ledgers that were written. None when writing failed.
    pub(super) fn commit(&mut self, scorer: &Scorer) -> Option<Vec<Delta>> {
        let mut deltas = Vec::new();
        for key in std::mem::take(&mut self.unfolded) {
            self.schedule.set(&key, None);
            let Some(view) = scorer.snapshot().assessments.get(&key) else {
                continue;
            };
            match self.commit_one(view, scorer) {
                Ok(delta) => deltas.extend(delta),
                Err(error) => {
                    self.unfolded.insert(key);
                    self.failed(&error);
                }
            }
        }
        (self.failure.is_none() || !deltas.is_empty()).then_some(deltas)
    }

    fn commit_one(&mut self, view: &AssessmentView, scorer: &Scorer) -> io::Result<Option<Delta>> {
        if self.store.is_damaged(&view.key) {
            return Ok(None);
        }
        let Some(input) = scorer.fold_input(&view.key) else {
            return Ok(None);
        };
        let folded = fold(&view.ledger, input, scorer.now());
        self.schedule.set(&view.key, folded.next_due);
        if folded.ledger == *view.ledger {
            return Ok(None);
        }
        let ledger = Arc::new(folded.ledger);
        let committed = self.store.commit(&view.key, Arc::clone(&ledger));
        if let Some(metrics) = &self.metrics {
            let outcome = match committed {
                Ok(()) => WriteOutcome::Written,
                Err(_) => WriteOutcome::Error,
            };
            metrics.wrote(STATE, outcome);
        }
        committed?;
        for entry in folded.entries {
            tracing::info!(assessment = %view.key, sequence = entry.sequence, digest = entry.digest, "committed");
            self.recent.push_back(CommittedEntry {
                assessment: view.key.clone(),
                entry,
            });
        }
        while self.recent.len() > Published::RECENT {
            self.recent.pop_front();
        }
        Ok(Some(Delta::Ledger {
            assessment: view.life.uid.clone(),
            ledger,
        }))
    }

    /// Writes entries that wait.
    pub(super) fn write_entries(&mut self) {
        match self.store.write(ENTRIES_PER_ITERATION) {
            Err(error) => self.failed(&error),
            Ok(_) if self.unfolded.is_empty() => self.failure = None,
            Ok(_) => {}
        }
    }

    /// Remembers that writing failed, and when to try again.
    fn failed(&mut self, error: &io::Error) {
        let now = Instant::now();
        let before = self.failure.as_ref();
        if before.is_some_and(|failure| failure.retry_at > now) {
            return;
        }
        let failures = before.map_or(0, |failure| failure.failures) + 1;
        let wait = self.timing.state_retry.wait(failures);
        tracing::warn!(%error, retry = ?wait, "the state cannot be written; scoring goes on");
        self.failure = Some(Failure {
            reason: error.to_string(),
            failures,
            retry_at: now + wait,
        });
    }

    /// When there is something to write; none when there is nothing.
    pub(super) fn wake_at(&self, being_written: bool, now: Instant) -> Option<Instant> {
        if self.unfolded.is_empty() && !self.store.waits() {
            return None;
        }
        let commit_now = self.unrest;
        let commit_now = commit_now.map_or(now, |unrest| self.commit_at(unrest, being_written));
        let retry = self.failure.as_ref().map(|failure| failure.retry_at);
        Some(retry.map_or(commit_now, |retry| retry.max(commit_now)))
    }

    /// When folding again can change something by time alone.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.schedule.next()
    }
}
