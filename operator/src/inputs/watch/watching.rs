//! The watch of one source: what comes of it, and what is done beside it.

use std::collections::BTreeSet;
use std::pin::{Pin, pin};
use std::time::{Duration, Instant};

use futures_util::{Stream, StreamExt};
use gradus_engine::key::Name;
use kube::Error;
use kube::api::{WatchEvent, WatchParams};
use tokio::time::{sleep_until, timeout};

use super::failure::Failure;
use super::namespace_list::{NamespaceList, list_namespace};
use super::report::Report;
use super::slim_object::{SlimObject, number};
use super::task::{Ended, Stop, WatchOptions, WatchTask};

/// A list of a namespace that is under way.
type NamespaceListing = Pin<Box<dyn Future<Output = Result<NamespaceList, Failure>> + Send>>;

/// What a watch waits for.
enum Heard<T> {
    /// An event; none when the watch ended.
    Event(Option<T>),
    /// What the held deletions mean is to be asked.
    Deletions,
    /// A namespace is being listed.
    Listing,
    /// It was listed.
    Namespace(Result<NamespaceList, Failure>),
    /// Everything is to be listed.
    Request,
}

impl WatchTask {
    /// Watches until the server ends it, or it is time to list.
    // See D-040.
    pub(super) async fn watch(&mut self) -> Result<(), Stop> {
        let timing = self.options.timing;
        let span = timing
            .watch_for
            .min(timing.silent_after / 2)
            .min(self.list_due.saturating_duration_since(Instant::now()))
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
        let mut listing = None;
        loop {
            match self.next(&mut events, &mut listing, end).await? {
                Heard::Event(Some(event)) => {
                    self.options.pulse.heard();
                    self.event(event?).await?;
                }
                Heard::Deletions => self.decide_deletions().await?,
                Heard::Namespace(listed) => self.namespace_listed(listed).await?,
                Heard::Listing => {}
                Heard::Event(None) | Heard::Request => return Ok(()),
            }
        }
    }

    async fn event(&mut self, event: WatchEvent<SlimObject>) -> Result<(), Stop> {
        match event {
            WatchEvent::Added(object) | WatchEvent::Modified(object) => {
                Ok(self.changed(object).await?)
            }
            WatchEvent::Deleted(object) => {
                self.deleted(&object);
                Ok(())
            }
            WatchEvent::Bookmark(bookmark) => self.bookmark(bookmark.metadata.resource_version),
            WatchEvent::Error(status) => Err(Error::Api(status).into()),
        }
    }

    /// Waits until `end` for what comes first. `listing` is the namespace that is being listed.
    async fn next<S: Stream>(
        &mut self,
        events: &mut Pin<&mut S>,
        listing: &mut Option<NamespaceListing>,
        end: Instant,
    ) -> Result<Heard<S::Item>, Stop> {
        let deletions_due = self.deletions.due(Instant::now());
        let asks = sleep_until(deletions_due.unwrap_or(end).into());
        let patience = end.saturating_duration_since(Instant::now());
        let is_listing = listing.is_some();
        tokio::select! {
            event = timeout(patience, events.next()) => {
                Ok(Heard::Event(event.map_err(|_| Failure::Silent)?))
            }
            () = asks, if deletions_due.is_some() => Ok(Heard::Deletions),
            listed = listed(listing), if is_listing => {
                *listing = None;
                Ok(Heard::Namespace(listed))
            }
            Some(namespace) = self.options.namespaces.recv(), if !is_listing => {
                *listing = Some(self.list_namespace(namespace));
                Ok(Heard::Listing)
            }
            requested = self.options.requests.changed() => match requested {
                Ok(()) => Ok(Heard::Request),
                Err(_) => Err(Stop::Ended),
            }
        }
    }

    fn list_namespace(&self, namespace: Name) -> NamespaceListing {
        let WatchOptions {
            client,
            scope,
            timing,
            ..
        } = &self.options;
        Box::pin(list_namespace(
            client.clone(),
            scope.clone(),
            namespace,
            self.page(),
            timing.list_timeout,
        ))
    }

    /// A namespace was listed beside the watch, which may have shown newer things meanwhile. A list that failed is
    /// asked for again by whoever needs it.
    // See D-162.
    async fn namespace_listed(
        &mut self,
        listed: Result<NamespaceList, Failure>,
    ) -> Result<(), Stop> {
        let Ok(listed) = listed else {
            return Ok(());
        };
        if listed.began < self.list_began {
            return Ok(());
        }
        let mut shown = BTreeSet::new();
        for object in listed.objects {
            if let Some((name, uid, version)) = object.identity() {
                shown.insert(name.clone());
                if self.known.changed(name, &uid, version) {
                    self.tell(object).await?;
                }
            }
        }
        let mut missing = self
            .known
            .missing(&listed.namespace, listed.version, &shown);
        missing.retain(|(name, _)| !self.deletions.holds(name));
        if !missing.is_empty() && !self.hidden {
            for (name, uid) in self.presence.gone(missing).await? {
                self.known.forget(&name);
                self.report(Report::Gone(self.key(&name), uid)).await?;
            }
        }
        let (namespace, began) = (listed.namespace, listed.began);
        self.report(Report::NamespaceComplete { namespace, began })
            .await?;
        Ok(())
    }

    fn bookmark(&mut self, version: String) -> Result<(), Stop> {
        let number = number(&version);
        if self.known.is_older(number) {
            return Err(self.went_back(number));
        }
        self.known.reached(number);
        self.version = Some(version);
        Ok(())
    }

    async fn changed(&mut self, object: SlimObject) -> Result<(), Ended> {
        let Some((name, uid, version)) = object.identity() else {
            return Ok(());
        };
        self.version = Some(version.to_string());
        if self.known.changed(name, &uid, version) {
            self.tell(object).await?;
        }
        Ok(())
    }

    fn deleted(&mut self, object: &SlimObject) {
        if let Some((name, _, version)) = object.identity() {
            self.version = Some(version.to_string());
            self.deletions.hold(name, version);
        }
    }

    /// The held deletions are of objects; or of their kind, which says nothing of what the objects stood for.
    // See D-048.
    pub(super) async fn decide_deletions(&mut self) -> Result<(), Stop> {
        self.deletions.ask(Instant::now());
        let kind_goes = self.presence.kind_goes().await?;
        if kind_goes {
            (self.absent, self.hidden) = (true, true);
            self.report(Report::Failed(Failure::Absent)).await?;
        }
        for (name, version) in self.deletions.take() {
            if kind_goes {
                self.report(Report::Hidden(self.key(&name))).await?;
            } else if let Some(uid) = self.known.removed(&name, version) {
                self.report(Report::Gone(self.key(&name), uid)).await?;
            }
        }
        Ok(())
    }
}

/// Waits for a list that is under way.
async fn listed(listing: &mut Option<NamespaceListing>) -> Result<NamespaceList, Failure> {
    match listing {
        Some(listing) => listing.await,
        None => std::future::pending().await,
    }
}
