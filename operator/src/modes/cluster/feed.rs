//! What the operator publishes, for any number of readers.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use gradus_engine::view::Snapshot;
use gradus_manifests::finding::Finding;
use tokio::sync::watch;

use crate::outputs::metrics::{LabelCache, Labelled};
use crate::outputs::web;

/// The engine turns at least every few seconds. Without a turn for so long, it hangs.
const HANGS: Duration = Duration::from_mins(1);

/// What the operator publishes.
#[derive(Debug, Clone)]
pub struct Feed {
    published: Arc<ArcSwap<Published>>,
    versions: watch::Receiver<u64>,
    turned: Arc<Mutex<Instant>>,
}

/// Everything that readers see: complete, and never changed once it is published.
#[derive(Debug, Default)]
pub(super) struct Published {
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) labels: LabelCache,
    pub(super) findings: Arc<[Finding]>,
    pub(super) health: Health,
}

/// How the operator does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Health {
    /// What must be read before it is ready.
    pub(super) waits_for: Vec<String>,
    /// Whether everything was read once, and settled.
    pub(super) is_ready: bool,
    /// What does not go well.
    pub(super) troubles: Vec<String>,
    /// A source that does not even try.
    pub(super) hanging: Option<String>,
    /// Whether a source has been silent for too long: what it showed last may be old.
    pub(super) is_silent: bool,
    /// Whether this replica writes.
    pub(super) leads: bool,
}

impl Feed {
    /// A feed, and what tells its readers that there is more.
    pub(super) fn new() -> (Self, watch::Sender<u64>) {
        let (announce, versions) = watch::channel(0);
        let feed = Self {
            published: Arc::new(ArcSwap::from_pointee(Published::default())),
            versions,
            turned: Arc::new(Mutex::new(Instant::now())),
        };
        (feed, announce)
    }

    pub(super) fn publish(&self, published: Published) {
        self.published.store(Arc::new(published));
    }

    pub(super) fn published(&self) -> Arc<Published> {
        self.published.load_full()
    }

    pub(super) fn turn(&self) {
        *self.turned.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }
}

impl web::Source for Feed {
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
        self.versions.clone()
    }

    /// A follower that hears nothing would hold an old state against the leader's. What the leader knows
    /// counts even when it is old: with nothing of it, alerts that stand would end.
    fn shows_state(&self) -> bool {
        let published = self.published.load();
        let health = &published.health;
        let is_heard = !health.is_silent && web::Source::live(self).is_ok();
        health.waits_for.is_empty() && health.is_ready && (health.leads || is_heard)
    }

    fn live(&self) -> Result<(), String> {
        let turned = self.turned.lock().unwrap_or_else(PoisonError::into_inner);
        let age = turned.elapsed();
        if age > HANGS {
            return Err(format!(
                "the engine has not turned for {} seconds",
                age.as_secs()
            ));
        }
        match &self.published.load().health.hanging {
            Some(hanging) => Err(hanging.clone()),
            None => Ok(()),
        }
    }

    fn ready(&self) -> Result<String, String> {
        let health = &self.published.load().health;
        if !health.is_ready {
            let waits_for = match health.waits_for.as_slice() {
                [] => "not everything has been read yet".to_owned(),
                some => some.join("\n"),
            };
            return Err(waits_for);
        }
        let role = if health.leads { "leads" } else { "follows" };
        let mut said = vec![format!("ok: {role}")];
        said.extend(health.troubles.iter().cloned());
        Ok(said.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outputs::web::Source;

    fn shows(health: Health) -> bool {
        let (feed, _announce) = Feed::new();
        feed.publish(Published {
            health,
            ..Published::default()
        });
        feed.shows_state()
    }

    fn ready() -> Health {
        Health {
            is_ready: true,
            ..Health::default()
        }
    }

    #[test]
    fn nothing_is_shown_before_everything_was_read() {
        assert!(!shows(Health::default()));
        let reads = || Health {
            waits_for: vec!["waivers: not read yet".to_owned()],
            ..ready()
        };
        assert!(!shows(reads()), "everything is read again");
        assert!(!shows(Health {
            leads: true,
            ..reads()
        }));
        assert!(shows(ready()));
    }

    #[test]
    fn a_follower_that_hears_nothing_shows_nothing_and_a_leader_what_it_knows() {
        let silent = |leads| Health {
            is_silent: true,
            leads,
            ..ready()
        };
        assert!(!shows(silent(false)));
        assert!(shows(silent(true)));
    }
}
