//! Asking sources to list again: everything, or one namespace.

use std::time::Instant;

use gradus_engine::key::Name;
use tokio::sync::{mpsc, watch};

use crate::inputs::watch::ResyncRequest;
use crate::timing::Timing;
use crate::token_bucket::{TokenBucket, TokenBuckets};

/// Asks sources to list, or to show everything again.
#[derive(Debug)]
pub(super) struct Resync {
    requests: watch::Sender<ResyncRequest>,
    /// Where each source hears of namespaces to list.
    namespaces: Vec<mpsc::Sender<Name>>,
    resyncs: TokenBuckets<Name>,
    after_conflicts: TokenBucket,
}

impl Resync {
    pub(super) fn new(
        requests: watch::Sender<ResyncRequest>,
        namespaces: Vec<mpsc::Sender<Name>>,
        timing: &Timing,
    ) -> Self {
        Self {
            requests,
            namespaces,
            resyncs: TokenBuckets::new(timing.resyncs),
            after_conflicts: TokenBucket::new(timing.lists_after_conflicts),
        }
    }

    /// Has everything listed, unless that was a moment ago: a server that shows an object in an older version than is
    /// known may have been restored, or was only asked a moment too early.
    // See D-163.
    pub(super) fn list_after_conflict(&mut self) {
        if self.after_conflicts.take(Instant::now()) {
            self.requests.send_modify(|request| request.list += 1);
        }
    }

    /// Has everything listed, and shown as if it was never shown before.
    pub(super) fn show_again(&self) {
        self.requests.send_modify(|request| request.show_again += 1);
    }

    /// Whether a resync of a namespace may begin now; then it counts as begun.
    // See D-162.
    pub(super) fn begins(&mut self, namespace: &Name) -> bool {
        self.resyncs.take(namespace, Instant::now())
    }

    /// Has a source list a namespace. One that is busy is asked again with the next resync.
    pub(super) fn list_namespace(&self, source: usize, namespace: Name) {
        if let Some(namespaces) = self.namespaces.get(source) {
            // A source that is busy, or ended, takes no more.
            let _ = namespaces.try_send(namespace);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refused_writes_have_everything_listed_once_a_minute() {
        let (requests, requested) = watch::channel(ResyncRequest::default());
        let mut resync = Resync::new(requests, Vec::new(), &Timing::default());
        for _ in 0..1000 {
            resync.list_after_conflict();
        }
        assert_eq!(requested.borrow().list, 1);
    }

    #[test]
    fn namespace_begins_one_pass_at_a_time_whatever_others_do() {
        let (requests, _requested) = watch::channel(ResyncRequest::default());
        let mut resync = Resync::new(requests, Vec::new(), &Timing::default());
        let (loud, quiet) = (Name::from("loud"), Name::from("quiet"));
        let begun = [(); 100].map(|()| resync.begins(&loud));
        assert_eq!(begun.iter().filter(|begins| **begins).count(), 1);
        assert!(resync.begins(&quiet));
    }
}
