//! One source's task: list, watch, list again when it is time, and never give up.

use std::sync::Arc;
use std::time::Instant;

use gradus_engine::key::{Name, ObjectKey};
use kube::api::{Api, ListParams};
use kube::{Client, Error};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::deletions::Deletions;
use super::failure::Failure;
use super::listing::Listing;
use super::observed::ObservedObject;
use super::presence::{PAGE, Presence};
use super::pulse::LastContact;
use super::report::{Report, SourceReport};
use super::scope::WatchScope;
use super::slim_object::{SlimObject, number};
use super::versions::{KnownVersions, Listed, NamespacedName};
use crate::timing::Timing;
use crate::token_bucket::TokenBucket;

/// 504: the server has not reached the requested resource version yet, or is overloaded.
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
    pub(crate) pulse: Arc<LastContact>,
    pub(crate) requests: watch::Receiver<ResyncRequest>,
    /// Namespaces to list beside the watch.
    pub(crate) namespaces: mpsc::Receiver<Name>,
    pub(crate) reports: mpsc::Sender<SourceReport>,
}

/// What the event loop may request of every source: each by another number than before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ResyncRequest {
    /// To list everything now.
    pub(crate) list: u64,
    /// To show everything again, known or not.
    pub(crate) show_again: u64,
}

/// The task of one source.
pub(crate) struct WatchTask {
    pub(super) options: WatchOptions,
    pub(super) api: Api<SlimObject>,
    pub(super) presence: Presence,
    /// The last request that was followed.
    followed: ResyncRequest,
    pub(super) known: KnownVersions,
    /// Where to watch from; none while everything must be listed.
    pub(super) version: Option<String>,
    pub(super) list_due: Instant,
    /// Since when the kind is back, after it was not there.
    returned: Option<Instant>,
    pub(super) absent: bool,
    /// Since when nothing may be read.
    unseen_since: Option<Instant>,
    /// Whether it was reported that nothing can be read.
    pub(super) hidden: bool,
    pub(super) failures: u32,
    pub(super) deletions: Deletions,
    /// How often another history is believed.
    histories: TokenBucket,
    /// When the last list of everything was begun.
    pub(super) list_began: Instant,
}

/// The engine does not listen any more.
pub(super) struct Ended;

/// Why a round ended early.
pub(super) enum Stop {
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
        let Timing {
            definition_questions,
            other_histories,
            ..
        } = *timing;
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
            deletions: Deletions::new(definition_questions),
            histories: TokenBucket::new(other_histories),
            list_began: Instant::now(),
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
        if self.deletions.due(Instant::now()).is_some() {
            self.decide_deletions().await?;
        }
        if self.version.is_none() || Instant::now() >= self.list_due {
            self.list().await?;
        }
        self.watch().await
    }

    /// Takes in what the event loop requests.
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
        if failure == Failure::Outdated {
            // Why: the watch goes on meanwhile, and what it shows is newer.
            self.list_due = Instant::now() + self.options.timing.relist_every;
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
        self.list_began = began;
        self.known.begin_list();
        let mut page = ListParams {
            limit: self.page(),
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
        let Some((name, uid, version)) = object.identity() else {
            return Ok(());
        };
        match self.known.listed(name, &uid, version) {
            Listed::Same => Ok(()),
            Listed::News => Ok(self.tell(object).await?),
            Listed::RanBack => Err(self.went_back(version)),
        }
    }

    /// How many objects a list is asked for at once; all of them when none.
    // See D-041.
    pub(super) fn page(&self) -> Option<u32> {
        (!self.options.streams_lists).then_some(PAGE)
    }

    /// A list is whole: what it no longer has is gone, once that is confirmed.
    async fn complete(&mut self, began: Instant, version: String) -> Result<(), Stop> {
        let number = number(&version);
        if self.known.is_older(number) {
            return Err(self.went_back(number));
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

    /// A list or a bookmark is older than what was shown: another history is shown now, or the server contradicts
    /// itself.
    // See D-163.
    pub(super) fn went_back(&mut self, version: u64) -> Stop {
        if !self.histories.take(Instant::now()) {
            return Failure::Outdated.into();
        }
        tracing::warn!(
            source = %self.options.scope,
            "resource versions went back, as after a restore: everything is listed again"
        );
        self.known.begin_epoch(version);
        Failure::Expired.into()
    }

    pub(super) async fn tell(&self, object: SlimObject) -> Result<(), Ended> {
        match ObservedObject::of(self.options.scope.kind, object) {
            Some(object) => {
                self.report(Report::Seen(Box::new(object), self.known.epoch()))
                    .await
            }
            None => Ok(()),
        }
    }

    pub(super) async fn report(&self, report: Report) -> Result<(), Ended> {
        let source = self.options.source;
        let report = SourceReport { source, report };
        self.options.reports.send(report).await.map_err(|_| Ended)
    }

    pub(super) fn key(&self, (namespace, name): &NamespacedName) -> ObjectKey {
        ObjectKey::new(self.options.scope.kind, namespace, name)
    }
}

// See D-045.
fn is_expired(error: &Error) -> bool {
    Failure::of(error) == Failure::Expired
}
