//! One source's task: list, watch, list again when it is time, and never give up.

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use gradus_engine::key::{Name, ObjectKey, Uid};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::{Api, ListParams, WatchEvent, WatchParams};
use kube::core::PartialObjectMeta;
use kube::{Client, Error, ResourceExt};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::failure::Failure;
use super::listing::Listing;
use super::observed::Sighting;
use super::pulse::Pulse;
use super::report::Report;
use super::scope::{Scope, resource};
use super::slim_object::LeanObject;
use super::versions::{Listed, Place, Shown};

/// Objects of one page.
const PAGE: u32 = 500;
/// How long one page may take.
const PAGE_TIME: Duration = Duration::from_secs(30);
/// How long any other answer may take to begin.
const ANSWER: Duration = Duration::from_secs(10);
/// How long a list may take to begin.
const ANSWER_OF_LIST: Duration = Duration::from_secs(30);
/// A list that pauses for so long is broken.
const PAUSE: Duration = Duration::from_secs(30);
/// A watch that the server should have ended by now is dead.
const LATE: Duration = Duration::from_secs(5);
/// The longest watch before it is opened again.
// See D-043.
const WATCH: Duration = Duration::from_secs(45);
/// What seems to be gone is asked for one by one: a list that lost a page may lose it again. Only of more than
/// two pages a second list must do.
const ASKED_ONE_BY_ONE: usize = 2 * PAGE as usize;
/// Questions under way at once.
const AT_ONCE: usize = 8;
/// A kind that was put back is filled again before what it held counts as gone.
// See D-049.
const REFILL: Duration = Duration::from_mins(1);
/// A server that starts denies and misses everything for a moment.
// See D-046.
const PASSING: Duration = Duration::from_secs(10);
/// What a server answers that is asked for a version it has not reached, or that is overtaxed.
const TOO_LARGE: u16 = 504;

/// How often things are done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// How often everything is listed again.
    pub(crate) relist_every: Duration,
    /// How long a source may be silent; a watch is opened again well within it.
    pub(crate) silent_after: Duration,
    /// Whether the server holds a list in memory and sends it as it is read: then it is asked for at once, and
    /// in pages otherwise.
    pub(crate) at_once: bool,
}

/// What the engine may ask of every source: each by another number than before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// To list everything now.
    pub(crate) list: u64,
    /// To tell everything again, known or not.
    pub(crate) again: u64,
}

/// The task of one source.
pub(crate) struct Watching {
    index: usize,
    scope: Scope,
    client: Client,
    api: Api<LeanObject>,
    pace: Pace,
    pulse: Arc<Pulse>,
    asked: watch::Receiver<Asked>,
    obeyed: Asked,
    reports: mpsc::Sender<(usize, Report)>,
    shown: Shown,
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
        tracing::debug!(%error, "a source was answered with an error");
        Self::Failed(Failure::of(&error))
    }
}

impl From<Ended> for Stop {
    fn from(_: Ended) -> Self {
        Self::Ended
    }
}

impl Watching {
    pub(crate) fn new(
        (index, scope): (usize, Scope),
        client: Client,
        pace: Pace,
        pulse: Arc<Pulse>,
        asked: watch::Receiver<Asked>,
        reports: mpsc::Sender<(usize, Report)>,
    ) -> Self {
        Self {
            index,
            api: scope.api(&client),
            scope,
            client,
            pace,
            pulse,
            obeyed: Asked::default(),
            asked,
            reports,
            shown: Shown::default(),
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
            self.pulse.attempted();
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
        self.obey();
        if self.version.is_none() || Instant::now() >= self.list_due {
            self.list().await?;
        }
        self.watch().await
    }

    /// Takes in what the engine asks for.
    fn obey(&mut self) {
        let asked = *self.asked.borrow_and_update();
        if asked.again != self.obeyed.again {
            self.shown.show_again();
        }
        if asked != self.obeyed {
            self.version = None;
            self.obeyed = asked;
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
            if since.elapsed() >= PASSING && !std::mem::replace(&mut self.hidden, true) {
                self.hide_all().await?;
            }
        }
        let wait = failure.wait(self.failures);
        let spread = f64::from(u32::try_from(self.index).unwrap_or_default() % 8) / 40.0;
        tokio::time::sleep(wait.mul_f64(1.0 + spread)).await;
        Ok(())
    }

    async fn hide_all(&mut self) -> Result<(), Ended> {
        self.report(Report::Unseen).await?;
        let keys: Vec<ObjectKey> = self.shown.places().map(|place| self.key(place)).collect();
        self.shown.show_again();
        for key in keys {
            self.report(Report::Hidden(key)).await?;
        }
        Ok(())
    }

    /// Everything, in one answer or in pages.
    async fn list(&mut self) -> Result<(), Stop> {
        let began = Instant::now();
        self.shown.begin_list();
        let mut page = ListParams {
            // See D-041.
            limit: (!self.pace.at_once).then_some(PAGE),
            ..ListParams::default()
        };
        loop {
            self.pulse.attempted();
            let answered = timeout(
                ANSWER_OF_LIST,
                Listing::open(&self.client, &self.scope, &page),
            )
            .await;
            let answered = answered.map_err(|_| Failure::Silent)?;
            self.pulse.heard();
            let mut listing = match answered {
                Err(error) if page.continue_token.is_some() && is_expired(&error) => {
                    // Pages that expire before all are read: one that holds everything cannot.
                    self.shown.begin_list();
                    page = ListParams::default();
                    continue;
                }
                answered => answered?,
            };
            while let Some(object) = timeout(PAUSE, listing.next())
                .await
                .map_err(|_| Failure::Silent)??
            {
                self.pulse.heard();
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

    async fn listed(&mut self, object: LeanObject) -> Result<(), Stop> {
        let Some((place, uid, version)) = identity(&object) else {
            return Ok(());
        };
        match self.shown.listed(place, &uid, version) {
            Listed::Same => Ok(()),
            Listed::News => Ok(self.tell(object).await?),
            Listed::RanBack => Err(self.begin_anew()),
        }
    }

    /// A list is whole: what it no longer has is gone, once that is confirmed.
    async fn complete(&mut self, began: Instant, version: String) -> Result<(), Stop> {
        let number = number(&version);
        if self.shown.ran_back(number) {
            return Err(self.begin_anew());
        }
        let missing = self.shown.end_list(number);
        if std::mem::take(&mut self.absent) && self.hidden {
            self.returned = Some(began);
        }
        let whole = missing.is_empty() || !self.refilling();
        if whole {
            self.returned = None;
            self.list_due = Instant::now() + self.pace.relist_every;
            for (place, uid) in self.confirmed(missing).await? {
                self.shown.forget(&place);
                self.report(Report::Gone(self.key(&place), uid)).await?;
            }
        } else {
            // Until then what is missing stays hidden.
            self.list_due = Instant::now() + REFILL / 6;
        }
        self.unseen_since = None;
        self.hidden &= !whole;
        self.version = Some(version);
        self.report(Report::Complete { began, whole }).await?;
        Ok(())
    }

    /// Whether the kind came back a moment ago, and objects are still missing.
    fn refilling(&self) -> bool {
        self.returned.is_some_and(|at| at.elapsed() < REFILL)
    }

    /// What is really gone: a list that lost a page does not delete what was on it.
    // See D-044.
    async fn confirmed(&self, missing: Vec<(Place, Uid)>) -> Result<Vec<(Place, Uid)>, Stop> {
        if missing.len() > ASKED_ONE_BY_ONE {
            let there = self.there().await?;
            return Ok(missing
                .into_iter()
                .filter(|(place, _)| !there.contains(place))
                .collect());
        }
        let asked = missing.into_iter().map(|(place, uid)| async move {
            let there = self.is_there(&place, &uid).await?;
            Ok::<_, Stop>((!there).then_some((place, uid)))
        });
        let gone: Vec<_> = stream::iter(asked).buffered(AT_ONCE).try_collect().await?;
        Ok(gone.into_iter().flatten().collect())
    }

    /// Everything that a second list shows.
    async fn there(&self) -> Result<std::collections::HashSet<Place>, Stop> {
        let mut there = std::collections::HashSet::new();
        let mut page = ListParams::default().limit(PAGE);
        loop {
            let list = timeout(PAGE_TIME, self.api.list_metadata(&page)).await;
            let list = list.map_err(|_| Failure::Silent)??;
            there.extend(list.items.iter().map(|object| {
                let namespace = object.namespace().unwrap_or_default();
                (Name::from(namespace), Name::from(object.name_any()))
            }));
            match list.metadata.continue_.filter(|token| !token.is_empty()) {
                Some(token) => page.continue_token = Some(token),
                None => return Ok(there),
            }
        }
    }

    async fn is_there(&self, (namespace, name): &Place, uid: &Uid) -> Result<bool, Stop> {
        let api: Api<LeanObject> = if self.scope.kind.namespaced() {
            Api::namespaced_with(self.client.clone(), namespace, &resource(self.scope.kind))
        } else {
            self.api.clone()
        };
        let found = timeout(ANSWER, api.get_metadata_opt(name)).await;
        let found: Option<PartialObjectMeta<LeanObject>> = found.map_err(|_| Failure::Silent)??;
        Ok(found.is_some_and(|found| found.metadata.uid.as_deref() == Some(&**uid)))
    }

    /// Watches until the server ends it, or it is time to list.
    // See D-040.
    async fn watch(&mut self) -> Result<(), Stop> {
        let span = WATCH
            .min(self.pace.silent_after / 2)
            .min(self.pace.relist_every)
            .max(Duration::from_secs(1));
        let parameters = WatchParams {
            timeout: u32::try_from(span.as_secs()).ok(),
            bookmarks: true,
            ..WatchParams::default()
        };
        let began = Instant::now();
        let version = self.version.clone().unwrap_or_default();
        let events = timeout(ANSWER, self.api.watch(&parameters, &version)).await;
        let events = events.map_err(|_| Failure::Silent)??;
        self.pulse.heard();
        if self.failures > 0 {
            self.report(Report::Heard).await?;
        }
        let end = began + span + LATE;
        let mut events = pin!(events);
        loop {
            let patience = end.saturating_duration_since(Instant::now());
            let Some(event) = self.next(&mut events, patience).await? else {
                break;
            };
            self.pulse.heard();
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
            asked = self.asked.changed() => match asked {
                Ok(()) => Ok(None),
                Err(_) => Err(Stop::Ended),
            }
        }
    }

    fn bookmark(&mut self, version: String) -> Result<(), Stop> {
        if self.shown.ran_back(number(&version)) {
            return Err(self.begin_anew());
        }
        self.version = Some(version);
        Ok(())
    }

    /// Another history is shown now: nothing of what was shown compares with it.
    fn begin_anew(&mut self) -> Stop {
        tracing::warn!(
            source = %self.scope,
            "resource versions ran back, as after a restore: everything is listed anew"
        );
        self.shown.show_again();
        Failure::Expired.into()
    }

    async fn changed(&mut self, object: LeanObject) -> Result<(), Ended> {
        let Some((place, uid, version)) = identity(&object) else {
            return Ok(());
        };
        self.version = Some(version.to_string());
        if self.shown.changed(place, &uid, version) {
            self.tell(object).await?;
        }
        Ok(())
    }

    /// An object was deleted; or its kind was, which says nothing of what the object stood for.
    // See D-048.
    async fn deleted(&mut self, object: &LeanObject) -> Result<(), Stop> {
        let Some((place, _, version)) = identity(object) else {
            return Ok(());
        };
        self.version = Some(version.to_string());
        if self.kind_goes().await? {
            (self.absent, self.hidden) = (true, true);
            self.report(Report::Hidden(self.key(&place))).await?;
            return Ok(());
        }
        if let Some(uid) = self.shown.removed(&place, version) {
            self.report(Report::Gone(self.key(&place), uid)).await?;
        }
        Ok(())
    }

    /// Whether the kind itself is being removed, with everything of it.
    async fn kind_goes(&self) -> Result<bool, Failure> {
        let definitions: Api<CustomResourceDefinition> = Api::all(self.client.clone());
        let name = format!(
            "{}.{}",
            resource(self.scope.kind).plural,
            gradus_crds::GROUP
        );
        let asked = timeout(ANSWER, definitions.get_metadata_opt(&name)).await;
        match asked.map_err(|_| Failure::Silent)? {
            Ok(Some(found)) => Ok(found.metadata.deletion_timestamp.is_some()),
            Ok(None) => Ok(true),
            // An account that may not know is told of objects only.
            Err(Error::Api(status)) if matches!(status.code, 401 | 403) => Ok(false),
            Err(error) => Err(Failure::of(&error)),
        }
    }

    async fn tell(&self, object: LeanObject) -> Result<(), Ended> {
        match Sighting::of(self.scope.kind, object) {
            Some(sighting) => {
                self.report(Report::Seen(Box::new(sighting), self.shown.epoch()))
                    .await
            }
            None => Ok(()),
        }
    }

    async fn report(&self, report: Report) -> Result<(), Ended> {
        self.reports
            .send((self.index, report))
            .await
            .map_err(|_| Ended)
    }

    fn key(&self, (namespace, name): &Place) -> ObjectKey {
        ObjectKey::new(self.scope.kind, namespace, name)
    }
}

// See D-045.
fn is_expired(error: &Error) -> bool {
    Failure::of(error) == Failure::Expired
}

/// Which object, in which life and version.
fn identity(object: &LeanObject) -> Option<(Place, Uid, u64)> {
    let metadata = &object.metadata;
    let namespace = metadata.namespace.as_deref().unwrap_or_default();
    let place = (namespace.into(), metadata.name.as_deref()?.into());
    let version = metadata.resource_version.as_deref()?;
    Some((place, metadata.uid.as_deref()?.into(), number(version)))
}

/// Resource versions of one kind are numbers that rise, of which Kubernetes promises the order.
fn number(version: &str) -> u64 {
    version.parse().unwrap_or_default()
}
