//! What the page and the scrape read: the published state, and nothing behind it.

use std::sync::Arc;

use gradus_engine::view::Snapshot;
use gradus_manifests::finding::Finding;
use tokio::sync::watch;

use crate::outputs::metrics::Labelled;

/// Where the page and the scrape read from. Every answer is at hand: no call waits.
pub trait PublishedState: Send + Sync + 'static {
    /// The snapshot published last.
    fn snapshot(&self) -> Arc<Snapshot>;

    /// The same with the labels of its series, for the scrape.
    fn labelled(&self) -> Labelled;

    /// What is wrong with the documents, sorted by path and line.
    fn findings(&self) -> Arc<[Finding]>;

    /// The version of what is published: another number whenever a reader would see another page.
    fn versions(&self) -> watch::Receiver<u64>;

    /// Whether what it knows may be shown as series: everything was read, and is still heard of. While not,
    /// a scrape has the operator's own metrics only.
    fn shows_state(&self) -> bool;

    /// Whether the event loop runs and the sources still send requests.
    ///
    /// # Errors
    ///
    /// What hangs, in a sentence.
    fn liveness(&self) -> Result<(), String>;

    /// Whether everything has been read once, and what does not go well all the same.
    ///
    /// # Errors
    ///
    /// What is still waited for, in a sentence.
    fn readiness(&self) -> Result<String, String>;
}
