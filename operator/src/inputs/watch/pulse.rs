//! When a source last heard from the server, and when it last sent a request. Read by health and metrics.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Signs of life of a source, for whoever looks.
#[derive(Debug)]
pub(crate) struct LastContact {
    began: Instant,
    heard: AtomicU64,
    attempted: AtomicU64,
}

impl LastContact {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            began: Instant::now(),
            heard: AtomicU64::new(0),
            attempted: AtomicU64::new(0),
        })
    }

    /// The server said something.
    pub(crate) fn heard(&self) {
        self.heard.store(self.millis(), Ordering::Relaxed);
    }

    /// The task is about to ask.
    pub(crate) fn attempted(&self) {
        self.attempted.store(self.millis(), Ordering::Relaxed);
    }

    /// For how long the server has said nothing.
    pub(crate) fn silence(&self) -> Duration {
        self.since(&self.heard)
    }

    /// How long ago the task last asked, or heard an answer.
    pub(crate) fn idle(&self) -> Duration {
        self.since(&self.attempted).min(self.silence())
    }

    fn since(&self, what: &AtomicU64) -> Duration {
        Duration::from_millis(self.millis().saturating_sub(what.load(Ordering::Relaxed)))
    }

    fn millis(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
