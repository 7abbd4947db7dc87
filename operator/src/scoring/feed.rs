//! What is published, for any number of readers.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use gradus_engine::view::Snapshot;
use gradus_manifests::finding::Finding;
use tokio::sync::watch;

use super::published::{Published, Role, Visibility};
use crate::outputs::metrics::Labelled;
use crate::outputs::web::PublishedState;

/// What is published. Reading it never waits.
#[derive(Debug, Clone)]
pub struct Feed {
    published: Arc<ArcSwap<Published>>,
    versions: watch::Receiver<u64>,
    last_run: Arc<Mutex<Instant>>,
    hang_after: Duration,
}

/// The writing end of a [`Feed`].
#[derive(Debug)]
pub(crate) struct Publisher {
    feed: Feed,
    versions: watch::Sender<u64>,
}

impl Publisher {
    /// Publishes this first. A loop that has not run for `hang_after` is not alive.
    pub(crate) fn new(first: Published, hang_after: Duration) -> Self {
        let (versions, received) = watch::channel(0);
        let feed = Feed {
            published: Arc::new(ArcSwap::from_pointee(first)),
            versions: received,
            last_run: Arc::new(Mutex::new(Instant::now())),
            hang_after,
        };
        Self { feed, versions }
    }

    /// What readers read.
    pub(crate) fn feed(&self) -> Feed {
        self.feed.clone()
    }

    /// What was published last.
    pub(crate) fn published(&self) -> Arc<Published> {
        self.feed.published()
    }

    /// Publishes, and tells readers that there is more.
    pub(crate) fn publish(&self, published: Published) {
        self.feed.published.store(Arc::new(published));
        self.versions.send_modify(|version| *version += 1);
    }

    /// The loop turns.
    pub(crate) fn turn(&self) {
        *self
            .feed
            .last_run
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }
}

impl Feed {
    /// What was published last.
    pub fn published(&self) -> Arc<Published> {
        self.published.load_full()
    }

    /// A number that rises with everything that is published.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.versions.clone()
    }
}

impl PublishedState for Feed {
    fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.published.load().snapshot)
    }

    fn labelled(&self) -> Labelled {
        let published = self.published.load();
        Labelled {
            snapshot: Arc::clone(&published.snapshot),
            labels: published.labels.clone(),
        }
    }

    fn findings(&self) -> Arc<[Finding]> {
        Arc::clone(&self.published.load().findings)
    }

    fn versions(&self) -> watch::Receiver<u64> {
        self.changed()
    }

    fn shows_state(&self) -> bool {
        match self.published.load().health.visibility {
            Visibility::Hidden => false,
            Visibility::WhileAlive => PublishedState::liveness(self).is_ok(),
            Visibility::Always => true,
        }
    }

    fn liveness(&self) -> Result<(), String> {
        let last_run = *self.last_run.lock().unwrap_or_else(PoisonError::into_inner);
        let age = last_run.elapsed();
        if age > self.hang_after {
            let seconds = age.as_secs();
            return Err(format!("the event loop has not run for {seconds} seconds"));
        }
        match &self.published.load().health.hanging {
            Some(hanging) => Err(hanging.clone()),
            None => Ok(()),
        }
    }

    fn readiness(&self) -> Result<String, String> {
        let published = self.published.load();
        let health = &published.health;
        health.ready()?;
        let ok = match health.role {
            Some(Role::Leads) => "ok: leads",
            Some(Role::Follows) => "ok: follows",
            None => "ok",
        };
        let mut said = vec![ok.to_owned()];
        said.extend(health.troubles.iter().cloned());
        Ok(said.join("\n"))
    }
}
