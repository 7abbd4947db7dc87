//! A snapshot as page and scrape read it, without an operator behind it.

use std::sync::Arc;

use gradus_engine::view::Snapshot;
use gradus_manifests::finding::Finding;
use gradus_operator::outputs::metrics::Labelled;
use gradus_operator::outputs::web::PublishedState;
use tokio::sync::watch;

/// A snapshot and nothing else: read whole, and ready.
#[derive(Debug)]
pub struct PublishedSnapshot(pub Labelled);

impl PublishedState for PublishedSnapshot {
    fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.0.snapshot)
    }

    fn labelled(&self) -> Labelled {
        self.0.clone()
    }

    fn findings(&self) -> Arc<[Finding]> {
        Arc::from([])
    }

    fn versions(&self) -> watch::Receiver<u64> {
        watch::Sender::new(1).subscribe()
    }

    fn shows_state(&self) -> bool {
        true
    }

    fn liveness(&self) -> Result<(), String> {
        Ok(())
    }

    fn readiness(&self) -> Result<String, String> {
        Ok("ok".to_owned())
    }
}
