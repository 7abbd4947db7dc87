//! One turn after the other: hear, settle, publish, write.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use gradus_engine::delta::Delta;
use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::view::Snapshot;
use gradus_engine::world::World;
use gradus_manifests::finding::Finding;
use jiff::{SignedDuration, Timestamp};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot, watch};

use super::compose::Material;
use super::feed::{Feed, Health, Published};
use super::objects::Objects;
use super::options::ClusterOptions;
use super::queue::Queue;
use super::sources::Sources;
use crate::connection::Connection;
use crate::fold_inputs::FoldInputs;
use crate::inputs::watch::observed::{Sighting, StatusDigest, digest};
use crate::inputs::watch::{Asked, Epoch, Failure, Report, Scope};
use crate::leader::election::Leading;
use crate::outputs::events::publisher::Teller;
use crate::outputs::events::{occasions, transitions};
use crate::outputs::metrics;
use crate::outputs::status::patch::{self, Outcome, Patched};

/// Statuses among the outputs of metrics.
pub(super) const STATUSES: &str = "status";
/// Events among them.
pub(super) const EVENTS: &str = "event";
/// The engine turns at least so often, to hear what is silent.
const TICK: Duration = Duration::from_secs(2);
/// A first list that has shown nothing for so long stalls.
const STALLS: Duration = Duration::from_millis(100);
/// While first lists flow, reports are gathered for so long: to wake for each would cost more than to read it.
const GATHERED: Duration = Duration::from_millis(3);
/// While first lists flow, what follows is worked out only so often.
const READING: Duration = Duration::from_secs(5);
/// Reports taken in before anything is worked out.
const BATCH: usize = 4096;
/// Objects settled at once.
const BUDGET: usize = 100_000;
/// Statuses under way at once.
const AT_ONCE: usize = 16;
/// Statuses composed before reports are heard again.
const COMPOSED: usize = 512;
// See D-074.
/// A clock that ran back by more than this was wrong before.
const RAN_BACK: SignedDuration = SignedDuration::from_secs(30);
/// Passes that people ask for are bundled.
const PASS_EVERY: Duration = Duration::from_secs(3);
/// A source that has not even asked for so long hangs.
const HANGS: Duration = Duration::from_mins(3);
/// How long writes under way are waited for at the end.
const FAREWELL: Duration = Duration::from_secs(12);

/// How the write of a status ended: whose, in which epoch, which status.
type Answer = (ObjectKey, Epoch, StatusDigest, Outcome);

/// What the engine hears.
pub(super) struct Inbox {
    reports: mpsc::Receiver<(usize, Report)>,
    outcomes: mpsc::Receiver<Answer>,
    answer: mpsc::Sender<Answer>,
    leading: watch::Receiver<Leading>,
    stopped: oneshot::Receiver<()>,
}

/// Everything that the engine owns.
pub(super) struct Turns {
    connection: Connection,
    options: ClusterOptions,
    sources: Sources,
    world: World,
    objects: Objects,
    asked: watch::Sender<Asked>,
    teller: Teller,
    /// Assessments of which something may not have been told.
    untold: BTreeSet<ObjectKey>,
    feed: Feed,
    announce: watch::Sender<u64>,
    snapshot: Arc<Snapshot>,
    fold_inputs: FoldInputs,
    findings: Arc<[Finding]>,
    queue: Queue,
    /// When looking at an assessment again can change something by time alone.
    look_due: BTreeMap<ObjectKey, Timestamp>,
    /// Assessments for which somebody asked for a pass that is not acknowledged yet.
    passes: BTreeSet<ObjectKey>,
    pass_asked: Option<Instant>,
    now: Timestamp,
    next_due: Option<Timestamp>,
    /// When what follows was worked out last.
    settled_at: Instant,
    /// When an object of a first list was seen last.
    read_at: Instant,
    leading: Leading,
    version: u64,
}

impl Inbox {
    pub(super) fn new(
        reports: mpsc::Receiver<(usize, Report)>,
        leading: watch::Receiver<Leading>,
        stopped: oneshot::Receiver<()>,
    ) -> Self {
        let (answer, outcomes) = mpsc::channel(AT_ONCE);
        Self {
            reports,
            outcomes,
            answer,
            leading,
            stopped,
        }
    }
}

impl Turns {
    pub(super) fn new(
        connection: Connection,
        options: ClusterOptions,
        sources: Sources,
        (world, objects): (World, Objects),
        (asked, teller): (watch::Sender<Asked>, Teller),
        (feed, announce): (Feed, watch::Sender<u64>),
    ) -> Self {
        Self {
            now: connection.clock.now(),
            connection,
            options,
            sources,
            world,
            objects,
            asked,
            teller,
            untold: BTreeSet::new(),
            feed,
            announce,
            snapshot: Arc::default(),
            fold_inputs: FoldInputs::default(),
            findings: Arc::from([]),
            queue: Queue::default(),
            look_due: BTreeMap::new(),
            passes: BTreeSet::new(),
            pass_asked: None,
            next_due: None,
            settled_at: Instant::now(),
            read_at: Instant::now(),
            leading: Leading::No,
            version: 0,
        }
    }

    /// Turns until it is told to stop, and until what it began to write is answered.
    pub(super) fn run(&mut self, mut inbox: Inbox, runtime: &Handle) {
        for source in self.sources.all() {
            self.options.metrics.source_known(&source.name);
        }
        self.options.metrics.output_known(STATUSES);
        self.options.metrics.output_known(EVENTS);
        self.publish();
        loop {
            self.feed.turn();
            if self.reads_on() {
                std::thread::sleep(GATHERED);
            }
            let stop = runtime.block_on(self.hear(&mut inbox));
            if stop {
                runtime.block_on(self.farewell(&mut inbox));
                return;
            }
            self.turn(&inbox, runtime);
        }
    }

    fn turn(&mut self, inbox: &Inbox, runtime: &Handle) {
        self.look_at_clock();
        self.listen();
        let changed = if self.reads_on() {
            BTreeSet::new()
        } else {
            self.settle()
        };
        if !changed.is_empty() {
            self.fold_inputs.update(&mut self.world, &changed);
            let before = std::mem::replace(&mut self.snapshot, Arc::new(self.world.snapshot()));
            self.queue_changes(&before, changed.iter());
        }
        let changed = !changed.is_empty();
        self.refold();
        self.tell();
        if changed || self.feed.published().health != self.health() {
            self.publish();
        }
        self.acknowledge_passes();
        self.write(inbox, runtime);
    }

    /// Waits for something to happen, and takes in all that has. True when it is to stop.
    async fn hear(&mut self, inbox: &mut Inbox) -> bool {
        let wait = self.wait();
        tokio::select! {
            biased;
            _ = &mut inbox.stopped => return true,
            changed = inbox.leading.changed(), if self.options.election.is_some() => {
                if changed.is_err() {
                    return true;
                }
            }
            Some(answer) = inbox.outcomes.recv() => self.answered(answer),
            report = inbox.reports.recv() => match report {
                Some((index, report)) => self.reported(index, report),
                None => return true,
            },
            () = tokio::time::sleep(wait) => {}
        }
        for _ in 0..BATCH {
            if let Ok(answer) = inbox.outcomes.try_recv() {
                self.answered(answer);
            } else if let Ok((index, report)) = inbox.reports.try_recv() {
                self.reported(index, report);
            } else {
                break;
            }
        }
        self.lead(*inbox.leading.borrow_and_update());
        false
    }

    /// How long nothing will be to do without anybody telling.
    fn wait(&self) -> Duration {
        if self.queue.has_waiting(Instant::now())
            && self.queue.under_way() < AT_ONCE
            && self.leading.holds()
        {
            return Duration::ZERO;
        }
        let due = self.look_due.values().copied().chain(self.next_due).min();
        let due = due.map(|due| {
            let wait = due.duration_since(self.connection.clock.now());
            // A moment later rather than earlier, so that a wait never ends before its instant.
            Duration::try_from(wait).unwrap_or_default() + Duration::from_millis(1)
        });
        let rested = self.queue.wakes_at(Instant::now());
        let rested = rested.map(|at| at.saturating_duration_since(Instant::now()));
        let stalls = self.sources.is_reading().then_some(STALLS);
        [Some(TICK), due, rested, stalls]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(TICK)
    }

    fn lead(&mut self, leading: Leading) {
        let (before, now) = (self.leading.holds(), leading.holds());
        self.leading = leading;
        self.options.metrics.leads(now);
        if now && !before {
            let all = self.objects.keys();
            let assessments = all.filter(|key| key.kind == Kind::Assessment);
            self.untold = assessments.cloned().collect();
        }
    }

    fn reported(&mut self, index: usize, report: Report) {
        match report {
            Report::Seen(sighting, epoch) => {
                self.sources.heard(index);
                if self.sources.is_first(index) {
                    self.read_at = Instant::now();
                }
                self.seen(*sighting, epoch, Some(index));
            }
            Report::Gone(key, uid) => {
                let deltas = self.objects.lose(&key, &uid);
                self.look_due.remove(&key);
                self.passes.remove(&key);
                self.untold.remove(&key);
                self.apply(Some(index), deltas);
                self.find();
            }
            Report::Heard => self.sources.heard(index),
            Report::Unseen => {
                self.sources.hide(index);
                self.queue_namespace(self.scope(index).as_ref());
            }
            Report::Hidden(key) => {
                self.sources.hide(index);
                let source = self.source_name(index);
                let delta = self.objects.hide(&key, self.now, source.as_str().into());
                self.apply(Some(index), delta);
            }
            Report::Complete { began, whole } => {
                let scope = self.scope(index);
                if self.sources.complete(index, began, whole) {
                    tracing::info!(source = self.source_name(index), "read whole");
                    self.queue_namespace(scope.as_ref());
                }
                for key in self.passes.clone() {
                    self.queue.push(key);
                }
            }
            Report::Failed(failure) => {
                if self.sources.failed(index, failure) {
                    let source = self.source_name(index);
                    // Why: an API server throttles a new client for some seconds, which is nothing to act on.
                    if matches!(failure, Failure::Throttled(_)) {
                        tracing::info!(source, %failure, "will be read again");
                    } else {
                        tracing::warn!(source, %failure, "cannot be read");
                    }
                    self.queue_namespace(self.scope(index).as_ref());
                }
                self.options
                    .metrics
                    .source_restarted(&self.source_name(index), failure.into());
            }
        }
    }

    fn seen(&mut self, sighting: Sighting, epoch: Epoch, source: Option<usize>) {
        let (key, uid) = (sighting.key.clone(), sighting.life.uid.clone());
        let ledger = match &sighting.status.ledger {
            Some(Ok(ledger)) => Some(Arc::clone(ledger)),
            Some(Err(reason)) => {
                tracing::error!(object = %key, %reason, "what it remembers cannot be read; nothing is written over it");
                None
            }
            None => None,
        };
        let was_wrong = self.is_wrong(&key);
        let Some(deltas) = self
            .objects
            .see(sighting, epoch, source.is_none(), self.now)
        else {
            return;
        };
        self.apply(source, deltas);
        if was_wrong || self.is_wrong(&key) {
            self.find();
        }
        if self
            .objects
            .get(&key)
            .is_some_and(|known| known.pass.is_some())
        {
            self.passes.insert(key.clone());
        } else {
            self.passes.remove(&key);
        }
        // At once, for it may be deleted next; and again when there was no room, or another leads.
        if let Some(ledger) = ledger
            && !(self.leading.holds()
                && self
                    .teller
                    .tell(&key, &uid, &transitions(&ledger), self.now))
        {
            self.untold.insert(key.clone());
        }
        self.queue.push(key);
    }

    fn is_wrong(&self, key: &ObjectKey) -> bool {
        let known = self.objects.get(key);
        known.is_some_and(|known| !known.wrong().is_empty())
    }

    /// Gathers what is wrong with objects.
    fn find(&mut self) {
        let findings: Arc<[Finding]> = self.objects.findings().into();
        if findings != self.findings {
            for finding in findings.iter() {
                tracing::warn!("{finding}");
            }
            self.findings = findings;
            self.publish();
        }
    }

    /// Tells what was committed. What finds no room, or was not settled yet, waits for the next turn.
    fn tell(&mut self) {
        if !self.leading.holds() || self.reads_on() {
            return;
        }
        for key in std::mem::take(&mut self.untold) {
            let is_told = match self.snapshot.assessments.get(&key) {
                Some(view) => {
                    let transitions = transitions(&view.ledger);
                    self.teller
                        .tell(&key, &view.life.uid, &transitions, self.now)
                }
                None => !self.objects.scores(&key),
            };
            if !is_told {
                self.untold.insert(key);
            }
        }
    }

    fn apply(&mut self, source: Option<usize>, deltas: impl IntoIterator<Item = Delta>) {
        let source = source.map_or_else(|| STATUSES.to_owned(), |index| self.source_name(index));
        for delta in deltas {
            self.options.metrics.delta(&source, &delta);
            self.world.apply(delta);
        }
    }

    fn scope(&self, index: usize) -> Option<Scope> {
        self.sources
            .all()
            .get(index)
            .map(|source| source.scope.clone())
    }

    fn source_name(&self, index: usize) -> String {
        let source = self.sources.all().get(index);
        source
            .map(|source| source.name.to_string())
            .unwrap_or_default()
    }

    /// Everything that a source has a say in may have another status.
    fn queue_namespace(&mut self, scope: Option<&Scope>) {
        let Some(scope) = scope else { return };
        let concerned = |key: &&ObjectKey| {
            key.kind == scope.kind || (key.kind.namespaced() && scope.covers(&key.namespace))
        };
        let mut keys: Vec<ObjectKey> = self.objects.keys().filter(concerned).cloned().collect();
        keys.sort();
        for key in keys {
            self.queue.push(key);
        }
    }

    /// Takes the time. A clock that ran back far was wrong before: then everything is scored anew.
    fn look_at_clock(&mut self) {
        let now = self.connection.clock.now();
        if self.now.duration_since(now) > RAN_BACK {
            tracing::warn!("the clock ran back; everything is read and scored anew");
            self.now = now;
            self.world = World::new();
            self.fold_inputs = FoldInputs::default();
            self.objects = Objects::default();
            self.sources.forget();
            self.look_due.clear();
            self.passes.clear();
            self.untold.clear();
            self.asked.send_modify(|asked| asked.again += 1);
        }
        self.now = self.now.max(now);
        self.options
            .metrics
            .clock_skew(self.connection.clock.skew());
    }

    /// Hears which sources fell silent, or speak again.
    fn listen(&mut self) {
        for scope in self.sources.listen() {
            tracing::warn!(source = %scope, "silent for too long, or heard again");
            self.queue_namespace(Some(&scope));
        }
        for source in self.sources.all() {
            let silence = SignedDuration::try_from(source.pulse.silence()).unwrap_or_default();
            self.options
                .metrics
                .source_synced(&source.name, source.is_synced());
            self.options
                .metrics
                .source_event(&source.name, self.now - silence);
        }
    }

    /// Whether first lists flow: every object of them changes what follows again.
    fn reads_on(&self) -> bool {
        let flows = self.read_at.elapsed() < STALLS && self.settled_at.elapsed() < READING;
        flows && self.sources.is_reading()
    }

    /// Works out what follows, as of now: which objects may have another result.
    fn settle(&mut self) -> BTreeSet<ObjectKey> {
        self.settled_at = Instant::now();
        let mut changed = BTreeSet::new();
        loop {
            let started = Instant::now();
            let settled = self.world.settle(self.now, BUDGET);
            self.options
                .metrics
                .settled(started.elapsed(), settled.remaining);
            changed.extend(settled.changes);
            self.next_due = settled.next_due;
            if settled.remaining == 0 {
                return changed;
            }
        }
    }

    /// What changed may have another status, and so has a capability on which an assessment rests in
    /// another way now.
    fn queue_changes<'a>(
        &mut self,
        before: &Snapshot,
        changed: impl Iterator<Item = &'a ObjectKey>,
    ) {
        for key in changed {
            self.queue.push(key.clone());
            if key.kind != Kind::Assessment {
                continue;
            }
            let rests = |snapshot: &Snapshot| -> BTreeMap<_, _> {
                let view = snapshot.assessments.get(key);
                let impacts = view.into_iter().flat_map(|view| view.impacts.iter());
                let counts = impacts.map(|it| (it.capability.clone(), (it.primary, it.secondary)));
                counts.collect()
            };
            let (old, new) = (rests(before), rests(&self.snapshot));
            for name in old.keys().chain(new.keys()) {
                if old.get(name) != new.get(name) {
                    let capability = ObjectKey::new(Kind::Capability, &key.namespace, name);
                    self.queue.push(capability);
                }
            }
        }
    }

    /// Looks again at assessments of which time alone may have made a fall.
    fn refold(&mut self) {
        let due = self.look_due.iter().filter(|(_, at)| **at <= self.now);
        let due: Vec<ObjectKey> = due.map(|(key, _)| key.clone()).collect();
        for key in due {
            self.look_due.remove(&key);
            self.queue.push(key);
        }
    }

    fn health(&self) -> Health {
        let mut troubles = self.sources.troubles();
        troubles.extend(self.connection.clock.skew().map(|ahead| {
            let seconds = ahead.as_secs();
            let side = if seconds > 0 { "ahead of" } else { "behind" };
            let seconds = seconds.abs();
            format!(
                "the API server's clock is {seconds} seconds {side} this one; the later of the two counts"
            )
        }));
        let waits_for = self.sources.waits_for();
        Health {
            is_ready: waits_for.is_empty() || self.feed.published().health.is_ready,
            waits_for,
            troubles,
            hanging: self.sources.hanging(HANGS),
            is_silent: self.sources.is_silent(),
            leads: self.leading.holds(),
        }
    }

    fn publish(&mut self) {
        self.version += 1;
        self.feed.publish(Published {
            snapshot: self.shown(),
            findings: Arc::clone(&self.findings),
            health: self.health(),
        });
        self.announce.send_replace(self.version);
    }

    /// What readers see: no assessment of a namespace of which only a part could be read.
    fn shown(&self) -> Arc<Snapshot> {
        let unread = self.sources.unread_namespaces();
        if unread.is_empty() {
            return Arc::clone(&self.snapshot);
        }
        let mut shown = Snapshot::clone(&self.snapshot);
        let of_unread = |key: &&ObjectKey| unread.contains(&key.namespace);
        for key in self.snapshot.assessments.keys().filter(of_unread) {
            shown.assessments.remove_mut(key);
        }
        Arc::new(shown)
    }

    /// Asks every source to list for passes that people asked for, bundled.
    fn acknowledge_passes(&mut self) {
        let waiting = self.passes.iter().any(|key| !self.is_passed(key));
        let rested = self.pass_asked.is_none_or(|at| at.elapsed() >= PASS_EVERY);
        if waiting && rested {
            self.pass_asked = Some(Instant::now());
            self.asked.send_modify(|asked| asked.list += 1);
        }
    }

    /// Whether everything was listed since a pass was asked for.
    fn is_passed(&self, key: &ObjectKey) -> bool {
        let pass = self.objects.get(key).and_then(|known| known.pass.as_ref());
        pass.is_some_and(|(_, since)| self.sources.listed_since(key, *since))
    }

    /// Sends statuses that are other than what the server holds.
    fn write(&mut self, inbox: &Inbox, runtime: &Handle) {
        self.options
            .metrics
            .output_waits(STATUSES, self.queue.depth());
        if !self.leading.holds() {
            return;
        }
        for _ in 0..COMPOSED {
            if self.queue.under_way() >= AT_ONCE {
                return;
            }
            let Some(key) = self.queue.pop(Instant::now()) else {
                return;
            };
            if let Some(patched) = self.composed(&key) {
                self.queue.begin(key, Instant::now());
                let (client, leading) = (self.connection.client.clone(), self.leading);
                let answer = inbox.answer.clone();
                runtime.spawn(async move {
                    let outcome = patch::write(client, &patched, leading).await;
                    // An engine that is gone wants no answer.
                    let answered = (patched.key, patched.epoch, patched.digest, outcome);
                    let _ = answer.send(answered).await;
                });
            }
        }
    }

    /// The status of an object, when it is another than the server holds and may be written.
    fn composed(&mut self, key: &ObjectKey) -> Option<Patched> {
        if !self.sources.may_write(key) {
            return None;
        }
        let known = self.objects.get(key)?;
        let passed = known.pass.as_ref().filter(|_| self.is_passed(key));
        let silent = match key.kind {
            Kind::Assessment => self.sources.silent_for(key),
            _ => Vec::new(),
        };
        let material = Material {
            snapshot: &self.snapshot,
            known,
            capability: self.world.capability_id(key),
            fold_input: self
                .fold_inputs
                .of(key)
                .filter(|_| self.sources.may_fold(&key.namespace)),
            silent: &silent,
            passed: passed.map(|(asked, _)| &**asked),
            now: self.now,
        };
        let composed = material.compose(key)?;
        match composed.look_due {
            Some(due) => self.look_due.insert(key.clone(), due),
            None => self.look_due.remove(key),
        };
        let known = self.objects.get(key)?;
        let digest = digest(&composed.status);
        if known.holds(&digest) {
            self.options
                .metrics
                .wrote(STATUSES, metrics::Outcome::Unchanged);
            self.tell_occasions(key);
            return None;
        }
        Some(Patched {
            key: key.clone(),
            version: known.version,
            epoch: known.epoch,
            digest,
            status: composed.status,
        })
    }

    /// Tells what happened to an object, now that the server holds what is said of it. What finds no room is
    /// looked at again.
    fn tell_occasions(&mut self, key: &ObjectKey) {
        let Some(known) = self.objects.get(key) else {
            return;
        };
        let occasions = occasions(&self.snapshot, key, self.now);
        let uid = &known.life.uid;
        if !self.teller.tell(key, uid, &occasions, self.now) {
            self.queue.fail(key, Instant::now(), None);
        }
    }

    /// A write was answered.
    fn answered(&mut self, (key, epoch, digest, outcome): Answer) {
        let key = &key;
        let counted = match &outcome {
            Outcome::Written(_) => metrics::Outcome::Written,
            Outcome::Conflict(_) => metrics::Outcome::Conflict,
            Outcome::Failed(Failure::Refused(_) | Failure::Denied) => metrics::Outcome::Refused,
            Outcome::Failed(_) => metrics::Outcome::Error,
            Outcome::Gone | Outcome::Deposed => metrics::Outcome::Unchanged,
        };
        self.options.metrics.wrote(STATUSES, counted);
        match outcome {
            Outcome::Written(sighting) => {
                self.queue.end(key, Instant::now());
                self.log_commit(key, &sighting);
                let version = sighting.version;
                self.seen(*sighting, epoch, None);
                self.objects.acknowledge(key, digest, version);
            }
            Outcome::Conflict(Some(sighting)) => {
                let known = self.objects.get(key);
                if known.is_some_and(|known| known.version > sighting.version) {
                    // What was read is as of now: the versions that are known are of another history.
                    self.asked.send_modify(|asked| asked.list += 1);
                    self.queue.fail(key, Instant::now(), None);
                } else {
                    self.queue.end(key, Instant::now());
                    self.seen(*sighting, epoch, None);
                }
            }
            Outcome::Gone => self.queue.end(key, Instant::now()),
            Outcome::Deposed => {
                self.queue.end(key, Instant::now());
                self.queue.push(key.clone());
            }
            Outcome::Conflict(None) => self.queue.fail(key, Instant::now(), None),
            Outcome::Failed(failure) => {
                let asked = match failure {
                    Failure::Throttled(asked) => asked,
                    _ => None,
                };
                self.queue.fail(key, Instant::now(), asked);
            }
        }
    }

    /// Every head of a history is logged, so that it can be told later what was there.
    fn log_commit(&self, key: &ObjectKey, sighting: &Sighting) {
        let Some(Ok(ledger)) = &sighting.status.ledger else {
            return;
        };
        let before = self.snapshot.assessments.get(key);
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

    /// Waits for the answers to what was begun.
    async fn farewell(&mut self, inbox: &mut Inbox) {
        let end = tokio::time::Instant::now() + FAREWELL;
        while self.queue.under_way() > 0 {
            match tokio::time::timeout_at(end, inbox.outcomes.recv()).await {
                Ok(Some(answer)) => self.answered(answer),
                _ => return,
            }
        }
    }
}

/// How an Event ended, as a metric counts it.
pub(super) fn outcome_of(sent: &Result<(), Failure>) -> metrics::Outcome {
    match sent {
        Ok(()) => metrics::Outcome::Written,
        Err(Failure::Denied | Failure::Refused(_)) => metrics::Outcome::Refused,
        Err(_) => metrics::Outcome::Error,
    }
}
