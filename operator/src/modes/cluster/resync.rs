//! Asking every source to list again.

use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::inputs::watch::ResyncRequest;

/// Asks all sources to list, or to show everything again.
#[derive(Debug)]
pub(super) struct Resync {
    requests: watch::Sender<ResyncRequest>,
    every: Duration,
    requested_at: Option<Instant>,
}

impl Resync {
    /// Passes that people request are bundled for `every`.
    pub(super) fn new(requests: watch::Sender<ResyncRequest>, every: Duration) -> Self {
        Self {
            requests,
            every,
            requested_at: None,
        }
    }

    /// Has everything listed now.
    pub(super) fn list(&self) {
        self.requests.send_modify(|request| request.list += 1);
    }

    /// Has everything listed, and shown as if it was never shown before.
    pub(super) fn show_again(&self) {
        self.requests.send_modify(|request| request.show_again += 1);
    }

    /// Has everything listed for passes that people requested, unless that was a moment ago.
    pub(super) fn list_for_passes(&mut self) {
        if self
            .requested_at
            .is_none_or(|at| at.elapsed() >= self.every)
        {
            self.requested_at = Some(Instant::now());
            self.list();
        }
    }
}
