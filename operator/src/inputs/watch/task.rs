//! One source's task: list, watch, list again when it is time, and never give up.

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::{Stream, StreamExt};
use gradus_engine::key::{ObjectKey, Uid};
use kube::api::{Api, ListParams, WatchEvent, WatchParams};
use kube::{Client, Error};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::failure::Failure;
use super::listing::Listing;
use super::observed::ObservedObject;
use super::presence::{PAGE, Presence};
use super::pulse::Pulse;
use super::report::{Report, SourceReport};
use super::scope::WatchScope;
use super::slim_object::SlimObject;
use super::versions::{KnownVersions, Listed, NamespacedName};
use crate::timing::Timing;

/// What a server answers that is asked for a version it has not reached, or that is overtaxed.
const TOO_LARGE: u16 = 504;

/// What a source needs to read one kind.
pub(crate) struct WatchOptions {
    /// The number under which it reports.
    pub(crate) source: usize,
    pub(crate) scope: WatchScope,
    pub(crate) client: Client,
    pub(crate) timing: Timing,
    /// Whether the server holds a list in memory and sends it as it is read: then it is asked for at once, and in
    /// pages otherwise.
    pub(crate) streams_lists: bool,
    pub(crate) pulse: Arc<Pulse>,
    pub(crate) requests: watch::Receiver<ResyncRequest>,
    pub(crate) reports: mpsc::Sender<SourceReport>,
}

/// What the engine may ask of every source: each by another number than before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ResyncRequest {
    /// To list everything now.
    pub(crate) list: u64,
    /// To show everything again, known or not.
    pub(crate) show_again: u64,
}

/// The task of one source.
pub(crate) struct WatchTask {
    options: WatchOptions,
    api: Api<SlimObject>,
    presence: Presence,
    /// The last request that was followed.
    followed: ResyncRequest,
    known: KnownVersions,
    /// Where to watch from; none while everything must be listed.
    version: Option<String>,
    list_due: Instant,
    /// Since when the kind is back, after it was not there.
    returned: Option<Instant>,
    absent: bool,
    /// Since when nothing may be read.
    unseen_since: Option<Instant>,
    /// Whether the engine was told that nothing can be seen.
    hidden: bool,
    failures: u32,
}

/// The engine does not listen any more.
struct Ended;

/// Why a round ended early.
enum Stop {
    Failed(Failure),
    Ended,
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(Failure::logged(&error))
    }
}

impl From<Ended> for Stop {
    fn from(_: Ended) -> Self {
        Self::Ended
    }
}

impl WatchTask {
    pub(crate) fn new(options: WatchOptions) -> Self {
        let WatchOptions {
            client,
            scope,
            timing,
            ..
        } = &options;
        Self {
            api: scope.api(client),
            presence: Presence::new(client.clone(), scope.clone(), timing),
            options,
            followed: ResyncRequest::default(),
            known: KnownVersions::default(),
            version: None,
            list_due: Instant::now(),
            returned: None,
            absent: false,
            unseen_since: None,
            hidden: false,
            failures: 0,
        }
    }

    /// Lists and watches until nobody listens.
    pub(crate) async fn run(mut self) {
        loop {
            self.options.pulse.attempted();
            let failure = match self.round().await {
                Ok(()) => {
                    self.failures = 0;
                    continue;
                }
                Err(Stop::Failed(failure)) => failure,
                Err(Stop::Ended) => return,
            };
            if self.failed(failure).await.is_err() {
                return;
            }
        }
    }

    /// One list, where one is due, and one watch.
    async fn round(&mut self) -> Result<(), Stop> {
        self.follow_requests();
        if self.version.is_none() || Instant::now() >= self.list_due {
            self.list().await?;
        }
        self.watch().await
    }

    /// Takes in what the engine requests.
    fn follow_requests(&mut self) {
        let request = *self.options.requests.borrow_and_update();
        if request.show_again != self.followed.show_again {
            self.known.show_again();
        }
        if request != self.followed {
            self.version = None;
            self.followed = request;
        }
    }

    /// Waits after a failure, and forgets what it has made useless.
    async fn failed(&mut self, failure: Failure) -> Result<(), Ended> {
        self.failures = self.failures.saturating_add(1);
        if failure == Failure::Expired {
            self.version = None;
        } else {
            self.report(Report::Failed(failure)).await?;
        }
        if matches!(failure, Failure::Broken | Failure::Failed(TOO_LARGE)) {
            // The server may be back with another history: a version of the old one says nothing there.
            self.version = None;
        }
        if failure.hides() {
            self.version = None;
            self.absent |= failure == Failure::Absent;
            let since = *self.unseen_since.get_or_insert_with(Instant::now);
            if since.elapsed() >= self.options.timing.hide_after
                && !std::mem::replace(&mut self.hidden, true)
            {
                self.hide_all().await?;
            }
        }
        let wait = failure.wait(self.failures, &self.options.timing);
        let spread = f64::from(u32::try_from(self.options.source).unwrap_or_default() % 8) / 40.0;
        tokio::time::sleep(wait.mul_f64(1.0 + spread)).await;
        Ok(())
    }

    async fn hide_all(&mut self) -> Result<(), Ended> {
        self.report(Report::Unseen).await?;
        let keys: Vec<ObjectKey> = self.known.names().map(|name| self.key(name)).collect();
        self.known.show_again();
        for key in keys {
            self.report(Report::Hidden(key)).await?;
        }
        Ok(())
    }

    /// Everything, in one answer or in pages.
    async fn list(&mut self) -> Result<(), Stop> {
        let began = Instant::now();
        self.known.begin_list();
        let mut page = ListParams {
            // See D-041.
            limit: (!self.options.streams_lists).then_some(PAGE),
            ..ListParams::default()
        };
        loop {
            self.options.pulse.attempted();
            let list_timeout = self.options.timing.list_timeout;
            let WatchOptions { client, scope, .. } = &self.options;
            let answered = timeout(list_timeout, Listing::open(client, scope, &page)).await;
            let answered = answered.map_err(|_| Failure::Silent)?;
            self.options.pulse.heard();
            let mut listing = match answered {
                Err(error) if page.continue_token.is_some() && is_expired(&error) => {
                    // Pages that expire before all are read: one that holds everything cannot.
                    self.known.begin_list();
                    page = ListParams::default();
                    continue;
                }
                answered => answered?,
            };
            while let Some(object) = timeout(list_timeout, listing.next())
                .await
                .map_err(|_| Failure::Silent)??
            {
                self.options.pulse.heard();
                self.listed(object).await?;
            }
            let head = listing.finish()?;
            let more = head.continue_.filter(|token| !token.is_empty());
            if more.is_none() {
                let version = head.resource_version.unwrap_or_default();
                return self.complete(began, version).await;
            }
            page.continue_token = more;
        }
    }

    async fn listed(&mut self, object: SlimObject) -> Result<(), Stop> {
        let Some((name, uid, version)) = identity(&object) else {
            return Ok(());
        };
        match self.known.listed(name, &uid, version) {
            Listed::Same => Ok(()),
            Listed::News => Ok(self.tell(object).await?),
            Listed::RanBack => Err(self.begin_anew()),
        }
    }

    /// A list is whole: what it no longer has is gone, once that is confirmed.
    async fn complete(&mut self, began: Instant, version: String) -> Result<(), Stop> {
        let number = number(&version);
        if self.known.ran_back(number) {
            return Err(self.begin_anew());
        }
        let missing = self.known.end_list(number);
        if std::mem::take(&mut self.absent) && self.hidden {
            self.returned = Some(began);
        }
        let whole = missing.is_empty() || !self.refilling();
        if whole {
            self.returned = None;
            self.list_due = Instant::now() + self.options.timing.relist_every;
            for (name, uid) in self.presence.gone(missing).await? {
                self.known.forget(&name);
                self.report(Report::Gone(self.key(&name), uid)).await?;
            }
        } else {
            // Until then what is missing stays hidden.
            self.list_due = Instant::now() + self.options.timing.refill_for / 6;
        }
        self.unseen_since = None;
        self.hidden &= !whole;
        self.version = Some(version);
        self.report(Report::Complete { began, whole }).await?;
        Ok(())
    }

    /// Whether the kind came back a moment ago, and objects are still missing.
    fn refilling(&self) -> bool {
        self.returned
            .is_some_and(|at| at.elapsed() < self.options.timing.refill_for)
    }

    /// Watches until the server ends it, or it is time to list.
    // See D-040.
    async fn watch(&mut self) -> Result<(), Stop> {
        let timing = self.options.timing;
        let span = timing
            .watch_for
            .min(timing.silent_after / 2)
            .min(timing.relist_every)
            .max(Duration::from_secs(1));
        let parameters = WatchParams {
            timeout: u32::try_from(span.as_secs()).ok(),
            bookmarks: true,
            ..WatchParams::default()
        };
        let began = Instant::now();
        let version = self.version.clone().unwrap_or_default();
        let events = timeout(
            timing.request_timeout,
            self.api.watch(&parameters, &version),
        )
        .await;
        let events = events.map_err(|_| Failure::Silent)??;
        self.options.pulse.heard();
        if self.failures > 0 {
            self.report(Report::Heard).await?;
        }
        let end = began + span + timing.watch_overdue;
        let mut events = pin!(events);
        loop {
            let patience = end.saturating_duration_since(Instant::now());
            let Some(event) = self.next(&mut events, patience).await? else {
                break;
            };
            self.options.pulse.heard();
            match event? {
                WatchEvent::Added(object) | WatchEvent::Modified(object) => {
                    self.changed(object).await?;
                }
                WatchEvent::Deleted(object) => self.deleted(&object).await?,
                WatchEvent::Bookmark(bookmark) => {
                    self.bookmark(bookmark.metadata.resource_version)?;
                }
                WatchEvent::Error(status) => return Err(Error::Api(status).into()),
            }
        }
        Ok(())
    }

    /// The next event; none when the watch ended, or something else is asked for.
    async fn next<S: Stream>(
        &mut self,
        events: &mut std::pin::Pin<&mut S>,
        patience: Duration,
    ) -> Result<Option<S::Item>, Stop> {
        tokio::select! {
            event = timeout(patience, events.next()) => Ok(event.map_err(|_| Failure::Silent)?),
            requested = self.options.requests.changed() => match requested {
                Ok(()) => Ok(None),
                Err(_) => Err(Stop::Ended),
            }
        }
    }

    fn bookmark(&mut self, version: String) -> Result<(), Stop> {
        if self.known.ran_back(number(&version)) {
            return Err(self.begin_anew());
        }
        self.version = Some(version);
        Ok(())
    }

    /// Another history is shown now: nothing of what was shown compares with it.
    fn begin_anew(&mut self) -> Stop {
        tracing::warn!(
            source = %self.options.scope,
            "resource versions ran back, as after a restore: everything is listed anew"
        );
        self.known.show_again();
        Failure::Expired.into()
    }

    async fn changed(&mut self, object: SlimObject) -> Result<(), Ended> {
        let Some((name, uid, version)) = identity(&object) else {
            return Ok(());
        };
        self.version = Some(version.to_string());
        if self.known.changed(name, &uid, version) {
            self.tell(object).await?;
        }
        Ok(())
    }

    /// An object was deleted; or its kind was, which says nothing of what the object stood for.
    // See D-048.
    async fn deleted(&mut self, object: &SlimObject) -> Result<(), Stop> {
        let Some((name, _, version)) = identity(object) else {
            return Ok(());
        };
        self.version = Some(version.to_string());
        if self.presence.kind_goes().await? {
            (self.absent, self.hidden) = (true, true);
            self.report(Report::Hidden(self.key(&name))).await?;
            return Ok(());
        }
        if let Some(uid) = self.known.removed(&name, version) {
            self.report(Report::Gone(self.key(&name), uid)).await?;
        }
        Ok(())
    }

    async fn tell(&self, object: SlimObject) -> Result<(), Ended> {
        match ObservedObject::of(self.options.scope.kind, object) {
            Some(object) => {
                self.report(Report::Seen(Box::new(object), self.known.epoch()))
                    .await
            }
            None => Ok(()),
        }
    }

    async fn report(&self, report: Report) -> Result<(), Ended> {
        let source = self.options.source;
        let report = SourceReport { source, report };
        self.options.reports.send(report).await.map_err(|_| Ended)
    }

    fn key(&self, (namespace, name): &NamespacedName) -> ObjectKey {
        ObjectKey::new(self.options.scope.kind, namespace, name)
    }
}

// See D-045.
fn is_expired(error: &Error) -> bool {
    Failure::of(error) == Failure::Expired
}

/// Which object, in which life and version.
fn identity(object: &SlimObject) -> Option<(NamespacedName, Uid, u64)> {
    let metadata = &object.metadata;
    let namespace = metadata.namespace.as_deref().unwrap_or_default();
    let name = (namespace.into(), metadata.name.as_deref()?.into());
    let version = metadata.resource_version.as_deref()?;
    Some((name, metadata.uid.as_deref()?.into(), number(version)))
}

/// Resource versions of one kind are numbers that rise, of which Kubernetes promises the order.
fn number(version: &str) -> u64 {
    version.parse().unwrap_or_default()
}
