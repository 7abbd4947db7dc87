//! One turn after the other: look, settle, publish, commit, keep.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use gradus_engine::delta::Delta;
use gradus_engine::fold::fold;
use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::view::AssessmentView;
use gradus_engine::world::World;
use gradus_manifests::finding::Finding;
use jiff::Timestamp;
use tokio::sync::watch;

use super::objects::Inputs;
use super::published::{Health, Published, Transition, Work};
use super::{Feed, LiveOptions, OUTPUT, SOURCE, Signal};
use crate::fold_inputs::FoldInputs;
use crate::inputs::folder::Folder;
use crate::inputs::folder::watch::{RESCAN, Told, Touched, Watch};
use crate::outputs::metrics::{LabelCache, OperatorMetrics, Outcome as Written};
use crate::store::State;

/// More may follow a first signal: this much silence ends the wait for it.
const SILENCE: Duration = Duration::from_millis(50);
/// But no longer than this.
const LONGEST_WAIT: Duration = Duration::from_millis(250);
/// A folder that never rests is committed all the same, after so many times its rest.
const RESTLESS: u32 = 30;
/// Objects settled before anybody is told that more is on the way.
const BUDGET: usize = 100_000;
/// Entries kept a turn, so that a first look at a large folder does not hold up the next one.
const KEPT_A_TURN: usize = 256;
/// When writing fails, it is tried again after this, and twice as long each time.
const FIRST_RETRY: Duration = Duration::from_secs(1);
/// But at least so often.
const LAST_RETRY: Duration = Duration::from_mins(1);

/// Everything that the loop owns.
pub(super) struct Turns {
    options: LiveOptions,
    folder: Folder,
    state: State,
    watch: Watch,
    feed: Feed,
    announce: watch::Sender<u64>,
    world: World,
    inputs: Inputs,
    touched: Touched,
    now: Timestamp,
    fold_inputs: FoldInputs,
    labels: LabelCache,
    /// Objects that changed since they were published.
    unpublished: BTreeSet<ObjectKey>,
    /// Assessments whose score may be another since they were folded.
    unfolded: BTreeSet<ObjectKey>,
    /// When folding again can change something by time alone.
    fold_due: BTreeMap<ObjectKey, Timestamp>,
    next_due: Option<Timestamp>,
    next_look: Instant,
    unrest: Option<Unrest>,
    retry: Option<Retry>,
    transitions: VecDeque<Transition>,
    findings: Arc<[Finding]>,
    health: Health,
    deltas: u64,
    version: u64,
}

/// The folder changed, and nothing was committed since.
#[derive(Debug, Clone, Copy)]
struct Unrest {
    first: Instant,
    last: Instant,
}

/// Writing failed.
#[derive(Debug, Clone, Copy)]
struct Retry {
    at: Instant,
    wait: Duration,
}

impl Turns {
    pub(super) fn new(
        options: LiveOptions,
        folder: Folder,
        state: State,
        watch: Watch,
        feed: Feed,
        announce: watch::Sender<u64>,
    ) -> Self {
        Self {
            now: options.clock.now(),
            options,
            folder,
            state,
            watch,
            feed,
            announce,
            world: World::new(),
            inputs: Inputs::default(),
            touched: Touched::everything(),
            fold_inputs: FoldInputs::default(),
            labels: LabelCache::default(),
            unpublished: BTreeSet::new(),
            unfolded: BTreeSet::new(),
            fold_due: BTreeMap::new(),
            next_due: None,
            next_look: Instant::now() + RESCAN,
            unrest: None,
            retry: None,
            transitions: VecDeque::new(),
            findings: Arc::from([]),
            health: Health::default(),
            deltas: 0,
            version: 0,
        }
    }

    /// Turns until it is told to stop.
    pub(super) fn run(&mut self, signals: &Receiver<Signal>, missed: &AtomicBool) {
        self.count(|metrics| {
            metrics.source_known(SOURCE);
            metrics.output_known(OUTPUT);
        });
        loop {
            self.feed.turn();
            self.turn();
            if !self.wait(signals) {
                return;
            }
            if missed.swap(false, Ordering::SeqCst) {
                self.touched.add(&self.folder, &Told::Something);
            }
        }
    }

    fn count(&self, tell: impl FnOnce(&OperatorMetrics)) {
        if let Some(metrics) = &self.options.metrics {
            tell(metrics);
        }
    }

    fn turn(&mut self) {
        let looked = self.look();
        let settled = self.settle();
        if looked || settled {
            self.publish();
        }
        let committed = self.commit();
        self.keep();
        if committed || self.feed.published().health != self.health {
            self.publish();
        }
    }

    /// Reads what was touched. True when a reader would see something else.
    fn look(&mut self) -> bool {
        self.now = self.now.max(self.options.clock.now());
        if Instant::now() >= self.next_look {
            self.touched.add(&self.folder, &Told::Something);
        }
        let mut news = false;
        while let Some(look) = self.touched.take() {
            let looked = self.folder.look(&look);
            if let Some(directories) = looked.directories {
                self.next_look = Instant::now() + RESCAN;
                if self.watch.follow(directories) {
                    // What happened before they were watched, nobody told.
                    self.touched.add(&self.folder, &Told::Something);
                }
            }
            if !looked.changes.is_empty() {
                self.disturbed();
            }
            news |= looked.findings_changed || !looked.changes.is_empty();
            let deltas = self
                .inputs
                .deltas(looked.changes, &mut self.state, self.now);
            self.apply(deltas);
        }
        let complete = self.folder.is_complete();
        news |= !self.health.scanned || self.health.complete != complete;
        self.health.scanned = true;
        self.health.complete = complete;
        self.count(|metrics| metrics.source_synced(SOURCE, complete));
        if news {
            self.count(|metrics| metrics.source_event(SOURCE, self.now));
            let of_state = self.state.findings().cloned();
            self.findings = self.folder.findings().into_iter().chain(of_state).collect();
        }
        news
    }

    fn disturbed(&mut self) {
        let last = Instant::now();
        let first = self.unrest.map_or(last, |unrest| unrest.first);
        self.unrest = Some(Unrest { first, last });
    }

    fn apply(&mut self, deltas: Vec<Delta>) {
        self.deltas += deltas.len() as u64;
        for delta in deltas {
            self.count(|metrics| metrics.delta(SOURCE, &delta));
            self.world.apply(delta);
        }
    }

    /// Works out what follows, as of now. True when something changed. The clock never runs back.
    fn settle(&mut self) -> bool {
        self.now = self.now.max(self.options.clock.now());
        let mut is_changed = false;
        let mut assessments = BTreeSet::new();
        loop {
            let started = Instant::now();
            let settled = self.world.settle(self.now, BUDGET);
            self.count(|metrics| metrics.settled(started.elapsed(), settled.remaining));
            is_changed |= !settled.changes.is_empty();
            let changes = settled.changes.iter();
            assessments.extend(changes.filter(|key| key.kind == Kind::Assessment).cloned());
            self.unpublished.extend(settled.changes);
            self.next_due = settled.next_due;
            if settled.remaining == 0 {
                break;
            }
        }
        self.fold_inputs.update(&mut self.world, &assessments);
        self.unfolded.extend(assessments);
        is_changed
    }

    fn publish(&mut self) {
        self.version += 1;
        let snapshot = self.world.snapshot();
        let changes = std::mem::take(&mut self.unpublished);
        self.labels.forget(&changes, &snapshot, &self.world);
        self.feed.published.store(Arc::new(Published {
            snapshot: Arc::new(snapshot),
            labels: self.labels.clone(),
            findings: Arc::clone(&self.findings),
            transitions: self.transitions.iter().cloned().collect(),
            health: self.health.clone(),
            work: Work {
                reads: self.folder.reads(),
                deltas: self.deltas,
            },
        }));
        self.announce.send_replace(self.version);
    }

    /// Folds what changed into what is remembered. Only what is written enters the world. True when
    /// something did.
    fn commit(&mut self) -> bool {
        if !self.may_write() {
            return false;
        }
        self.unrest = None;
        self.touched.forget_writers();
        if !self.health.complete {
            return false;
        }
        let due: Vec<ObjectKey> = self
            .fold_due
            .iter()
            .filter(|(_, at)| **at <= self.now)
            .map(|(key, _)| key.clone())
            .collect();
        self.unfolded.extend(due);
        let mut committed = false;
        // A commit may change the score's own dates; folding again then changes nothing.
        while let Some(deltas) = self.fold() {
            if deltas.is_empty() {
                break;
            }
            committed = true;
            self.apply(deltas);
            self.settle();
        }
        committed
    }

    /// One fold of everything unfolded: the ledgers that were written. None when writing failed.
    fn fold(&mut self) -> Option<Vec<Delta>> {
        let snapshot = self.world.snapshot();
        let mut deltas = Vec::new();
        for key in std::mem::take(&mut self.unfolded) {
            self.fold_due.remove(&key);
            let Some(view) = snapshot.assessments.get(&key) else {
                continue;
            };
            match self.fold_one(view) {
                Ok(delta) => deltas.extend(delta),
                Err(error) => {
                    self.unfolded.insert(key);
                    self.failed(&error);
                }
            }
        }
        (self.retry.is_none() || !deltas.is_empty()).then_some(deltas)
    }

    fn fold_one(&mut self, view: &AssessmentView) -> std::io::Result<Option<Delta>> {
        let input = self.fold_inputs.of(&view.key);
        let Some(input) = input.filter(|_| !self.state.is_damaged(&view.key)) else {
            return Ok(None);
        };
        let folded = fold(&view.ledger, input, self.now);
        if let Some(due) = folded.next_due {
            self.fold_due.insert(view.key.clone(), due);
        }
        if folded.ledger == *view.ledger {
            return Ok(None);
        }
        let ledger = Arc::new(folded.ledger);
        let committed = self.state.commit(&view.key, Arc::clone(&ledger));
        let ended = if committed.is_ok() {
            Written::Written
        } else {
            Written::Error
        };
        self.count(|metrics| metrics.wrote(OUTPUT, ended));
        committed?;
        for entry in folded.entries {
            tracing::info!(assessment = %view.key, sequence = entry.sequence, digest = entry.digest, "committed");
            self.transitions.push_back(Transition {
                assessment: view.key.clone(),
                entry,
            });
        }
        while self.transitions.len() > Published::TRANSITIONS {
            self.transitions.pop_front();
        }
        Ok(Some(Delta::Ledger {
            assessment: view.life.uid.clone(),
            ledger,
        }))
    }

    /// Writes entries that wait.
    fn keep(&mut self) {
        if !self.may_write() {
            return;
        }
        match self.state.write(KEPT_A_TURN) {
            Err(error) => self.failed(&error),
            Ok(_) if self.unfolded.is_empty() => {
                self.retry = None;
                self.health.unwritten = None;
            }
            Ok(_) => {}
        }
    }

    /// Whether the folder rests, and the disk was not full a moment ago.
    fn may_write(&self) -> bool {
        let now = Instant::now();
        let rests = self
            .unrest
            .is_none_or(|unrest| now >= self.rested_at(unrest));
        rests && self.retry.is_none_or(|retry| now >= retry.at)
    }

    /// When the folder has rested: while a file is half written it does not.
    fn rested_at(&self, unrest: Unrest) -> Instant {
        let latest = unrest.first + self.options.rest * RESTLESS;
        if self.touched.is_being_written() {
            return latest;
        }
        latest.min(unrest.last + self.options.rest)
    }

    /// Remembers that writing failed, and when to try again.
    fn failed(&mut self, error: &std::io::Error) {
        let now = Instant::now();
        let wait = match self.retry {
            Some(retry) if retry.at > now => return,
            Some(retry) => (retry.wait * 2).min(LAST_RETRY),
            None => FIRST_RETRY,
        };
        tracing::warn!(%error, retry = ?wait, "the state cannot be written; scoring goes on");
        self.retry = Some(Retry {
            at: now + wait,
            wait,
        });
        self.health.unwritten = Some(error.to_string());
    }

    /// Waits for something to do. False when it is to stop.
    fn wait(&mut self, signals: &Receiver<Signal>) -> bool {
        let until = self.wake_at();
        let mut news: Option<Instant> = None;
        loop {
            let now = Instant::now();
            let end = news.map_or(until, |first| self.look_at(first, now));
            match signals.recv_timeout(end.saturating_duration_since(now)) {
                Ok(Signal::Stop) | Err(RecvTimeoutError::Disconnected) => return false,
                Ok(Signal::Wake) | Err(RecvTimeoutError::Timeout) => return true,
                Ok(Signal::Told(told)) => {
                    self.touched.add(&self.folder, &told);
                    if self.touched.is_something() {
                        news.get_or_insert(now);
                    }
                }
            }
        }
    }

    /// When to look after a first signal, if nothing more is told from now on: a writer is given as
    /// long as the folder must rest, so that nobody is shown the half of a file.
    fn look_at(&self, first: Instant, now: Instant) -> Instant {
        if self.touched.is_being_written() {
            return first + self.options.rest;
        }
        (now + SILENCE).min(first + LONGEST_WAIT)
    }

    /// The next instant at which there is something to do without anybody telling.
    fn wake_at(&self) -> Instant {
        let now = Instant::now();
        let mut at = self.next_look;
        let waits = !self.unfolded.is_empty() || self.state.waits();
        if waits && self.health.complete {
            let rested = self.unrest.map_or(now, |unrest| self.rested_at(unrest));
            at = at.min(self.retry.map_or(rested, |retry| retry.at.max(rested)));
        }
        let due = self
            .fold_due
            .values()
            .min()
            .into_iter()
            .chain(&self.next_due)
            .min();
        if let Some(due) = due {
            // A moment later rather than earlier, so that a wait never ends before its instant.
            let wait = due
                .duration_since(self.options.clock.now())
                .max(jiff::SignedDuration::ZERO);
            let wait =
                Duration::try_from(wait).unwrap_or(RESCAN).min(RESCAN) + Duration::from_millis(1);
            let wait = if *due <= self.now { RESCAN } else { wait };
            at = at.min(now + wait);
        }
        at
    }
}
