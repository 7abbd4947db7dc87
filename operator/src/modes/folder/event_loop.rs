//! One turn after the other: look, settle, publish, commit.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Instant;

use super::commit::{Committer, NotNow, STATE};
use super::objects::FolderObjects;
use super::operator::FolderOptions;
use crate::inputs::folder::watch::{FileEvent, PendingScan, Watch};
use crate::inputs::folder::{Folder, Root, ScanScope};
use crate::outputs::metrics::OperatorMetrics;
use crate::scoring::{Health, Published, Publisher, Scorer, Visibility, Work};
use crate::store::State;
use crate::timing::Timing;
use gradus_manifests::Keep;
use gradus_manifests::finding::Finding;

/// The name of the folder among the sources of metrics.
const FOLDER: &str = "folder";

/// What wakes the loop.
#[derive(Debug)]
pub(super) enum Signal {
    /// Something happened in the folder.
    FileEvent(FileEvent),
    /// Somebody wants it to look at the clock.
    Wake,
    /// It is to end.
    Stop,
}

/// Everything that the thread of a folder owns.
pub(super) struct EventLoop {
    timing: Timing,
    metrics: Option<Arc<OperatorMetrics>>,
    root: Root,
    folder: Folder,
    watch: Watch,
    touched: PendingScan,
    next_look: Instant,
    objects: FolderObjects,
    scorer: Scorer,
    committer: Committer,
    publisher: Publisher,
    findings: Arc<[Finding]>,
    /// Whether the folder was read once.
    scanned: bool,
    /// Whether everything known could be read at the last look. While not, nothing is committed.
    complete: bool,
}

impl EventLoop {
    pub(super) fn new(
        options: &FolderOptions,
        root: Root,
        watch: Watch,
        state: State,
        publisher: Publisher,
    ) -> Self {
        let (timing, metrics) = (options.timing, options.metrics.clone());
        Self {
            timing,
            folder: unread(&root, &state, &timing),
            root,
            watch,
            touched: PendingScan::everything(),
            next_look: Instant::now() + timing.rescan_every,
            objects: FolderObjects::default(),
            scorer: Scorer::new(Arc::clone(&options.clock), metrics.clone()),
            committer: Committer::new(state, &timing, metrics.clone()),
            metrics,
            publisher,
            findings: Arc::default(),
            scanned: false,
            complete: false,
        }
    }

    /// Turns until it is told to stop.
    pub(super) fn run(&mut self, signals: &Receiver<Signal>, missed: &AtomicBool) {
        self.count(|metrics| {
            metrics.source_known(FOLDER);
            metrics.output_known(STATE);
        });
        loop {
            self.publisher.turn();
            self.turn();
            if !self.wait(signals) {
                return;
            }
            if missed.swap(false, Ordering::SeqCst) {
                self.touched.add(&self.folder, &FileEvent::Unspecified);
            }
        }
    }

    fn count(&self, tell: impl FnOnce(&OperatorMetrics)) {
        if let Some(metrics) = &self.metrics {
            tell(metrics);
        }
    }

    fn turn(&mut self) {
        self.take_time();
        let looked = self.look();
        let settled = self.settle();
        if looked || settled {
            self.publish();
        }
        let committed = self.commit();
        if committed || self.publisher.published().health != self.health() {
            self.publish();
        }
    }

    /// Takes the time. A clock that ran back far was wrong before: then everything is read and scored anew, and what
    /// was committed stays.
    // See D-074.
    fn take_time(&mut self) {
        if self.scorer.clock_behind() > self.timing.clock_tolerance {
            tracing::warn!("the clock ran back; everything is read and scored anew");
            self.scorer = self.scorer.anew();
            self.objects = FolderObjects::default();
            self.folder = unread(&self.root, self.committer.store(), &self.timing);
            self.touched = PendingScan::everything();
            self.committer.anew();
        }
        self.scorer.advance();
    }

    /// Reads what was touched. True when a reader would see something else.
    fn look(&mut self) -> bool {
        if Instant::now() >= self.next_look {
            self.touched.add(&self.folder, &FileEvent::Unspecified);
        }
        self.touched.add_due(&self.folder, Instant::now());
        let mut news = false;
        while let Some(look) = self.touched.take() {
            let looked = self.folder.look(&look);
            if look == ScanScope::Everything {
                self.next_look = Instant::now() + self.timing.rescan_every;
            }
            if let Some(directories) = looked.directories
                && self.watch.follow(directories)
            {
                // Why: what happened before they were watched, nobody reported.
                self.touched.add(&self.folder, &FileEvent::Unspecified);
            }
            if !looked.changes.is_empty() {
                self.committer.changed();
            }
            news |= looked.findings_changed || !looked.changes.is_empty();
            let now = self.scorer.now();
            let state = self.committer.store();
            let deltas = self.objects.deltas(looked.changes, state, now);
            self.scorer.apply(FOLDER, deltas);
        }
        let complete = self.folder.is_complete();
        news |= !self.scanned || self.complete != complete;
        self.scanned = true;
        self.complete = complete;
        self.count(|metrics| metrics.source_synced(FOLDER, complete));
        if news {
            self.count(|metrics| metrics.source_heard(FOLDER, self.scorer.now()));
            let of_folder = self.folder.findings().into_iter();
            let of_state = self.committer.store().findings().cloned();
            self.findings = of_folder.chain(of_state).collect();
        }
        news
    }

    /// Works out what follows, as of now. True when something changed.
    fn settle(&mut self) -> bool {
        self.scorer.advance();
        let changed = self.scorer.settle();
        let is_news = !changed.is_empty();
        self.committer.rescored(changed);
        is_news
    }

    fn publish(&mut self) {
        self.scorer.refresh_snapshot();
        self.publisher.publish(Published {
            snapshot: Arc::clone(self.scorer.snapshot()),
            labels: self.scorer.labels().clone(),
            findings: Arc::clone(&self.findings),
            committed: self.committer.recent(),
            health: self.health(),
            work: Work {
                reads: self.folder.reads(),
                deltas: self.scorer.applied(),
            },
        });
    }

    fn health(&self) -> Health {
        let not_ready = if !self.scanned {
            Some("the folder has not been read yet".to_owned())
        } else if !self.complete {
            Some("some of the folder cannot be read; nothing is committed".to_owned())
        } else {
            self.committer.failure().map(|reason| {
                format!("the state cannot be written, and nothing is committed: {reason}; name another folder with --state")
            })
        };
        let doubt = self.scorer.clock_doubt();
        Health {
            not_ready,
            role: None,
            troubles: doubt.iter().map(ToString::to_string).collect(),
            hanging: None,
            // What cannot be read just now keeps its last good state, and nobody else holds a better one.
            visibility: if self.scanned {
                Visibility::Always
            } else {
                Visibility::Hidden
            },
        }
    }

    /// Folds what changed into what is remembered, and writes it where it may be written. True when something was
    /// committed.
    fn commit(&mut self) -> bool {
        if let Err(reason) = self.may_write() {
            tracing::trace!(?reason, "nothing is written");
            return false;
        }
        self.committer.commit_now();
        self.touched.forget_writers();
        let committed = self.may_fold() && self.commit_folded();
        if self.may_write().is_ok() {
            self.committer.write_entries();
        }
        committed
    }

    /// Whether a lower stage is a fall: everything known was read, and it is certain what time it is.
    fn may_fold(&self) -> bool {
        self.complete && self.scorer.clock_doubt().is_none()
    }

    fn may_write(&self) -> Result<(), NotNow> {
        self.committer
            .may_write(self.touched.is_being_written(), Instant::now())
    }

    fn commit_folded(&mut self) -> bool {
        self.committer.take_due(self.scorer.now());
        let mut committed = false;
        // Why: a commit may change the score's own dates; folding again then changes nothing.
        loop {
            let deltas = self.committer.commit(&self.scorer);
            let Some(deltas) = deltas.filter(|deltas| !deltas.is_empty()) else {
                return committed;
            };
            committed = true;
            self.scorer.apply(FOLDER, deltas);
            self.settle();
        }
    }

    /// Waits for something to do. False when it is to stop.
    fn wait(&mut self, signals: &Receiver<Signal>) -> bool {
        let until = self.wake_at();
        let mut first_event: Option<Instant> = None;
        loop {
            let now = Instant::now();
            let end = first_event.map_or(until, |first| self.look_at(first, now));
            match signals.recv_timeout(end.saturating_duration_since(now)) {
                Ok(Signal::Stop) | Err(RecvTimeoutError::Disconnected) => return false,
                Ok(Signal::Wake) | Err(RecvTimeoutError::Timeout) => return true,
                Ok(Signal::FileEvent(event)) => {
                    self.touched.add(&self.folder, &event);
                    if self.touched.is_something() {
                        first_event.get_or_insert(now);
                    }
                }
            }
        }
    }

    /// When to look after a first signal, if nothing more is reported from now on: a writer is given as long as the
    /// folder must rest, so that nobody is shown the half of a file.
    fn look_at(&self, first: Instant, now: Instant) -> Instant {
        if self.touched.is_being_written() {
            return first + self.timing.rest;
        }
        (now + self.timing.scan_debounce).min(first + self.timing.scan_debounce_longest)
    }

    /// The next instant at which there is something to do without anybody telling.
    fn wake_at(&self) -> Instant {
        let now = Instant::now();
        let due = self
            .scorer
            .wait(self.committer.next_due(), self.timing.rescan_every);
        let looks = [now + due].into_iter().chain(self.folder.next_due());
        let at = looks.fold(self.next_look, Instant::min);
        let written = self
            .committer
            .wake_at(self.touched.is_being_written(), now)
            .filter(|_| self.may_fold());
        written.map_or(at, |written| at.min(written))
    }
}

/// A folder that nobody has looked at, of which earlier processes knew what the state says.
fn unread(root: &Root, state: &State, timing: &Timing) -> Folder {
    let mut folder =
        Folder::new(vec![root.clone()], Keep::Text).waiting_for_emptied(timing.emptied_after);
    for (key, file) in state.stated() {
        folder.remember(file, key);
    }
    folder
}
