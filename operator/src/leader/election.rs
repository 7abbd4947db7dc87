//! Leader election by a Lease: one replica writes. The lease saves work; correctness never depends on it.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::Lease;
use kube::api::{Api, PostParams};
use kube::{Client, Error};
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;

use super::Election;
use super::lease::{LeaseObserver, Step, released, taken};
use crate::timing::Timing;

/// How long this replica may write; none while another one does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leading {
    /// Another replica writes, or nobody.
    No,
    /// This one does until then, unless it renews.
    Until(Instant),
    /// This one always does: there is no election.
    Always,
}

impl Leading {
    pub(crate) fn holds(self) -> bool {
        match self {
            Self::No => false,
            Self::Until(end) => Instant::now() < end,
            Self::Always => true,
        }
    }
}

/// This replica's part in leader election.
pub(crate) struct Elector {
    leases: Api<Lease>,
    election: Election,
    timing: Timing,
    leading: watch::Sender<Leading>,
    observer: LeaseObserver,
    /// The lease as this replica wrote it last.
    held: Option<Lease>,
}

impl Elector {
    pub(crate) fn new(
        client: Client,
        election: Election,
        leading: watch::Sender<Leading>,
        timing: &Timing,
    ) -> Self {
        Self {
            leases: Api::namespaced(client, &election.namespace),
            election,
            timing: *timing,
            leading,
            observer: LeaseObserver::default(),
            held: None,
        }
    }

    /// Runs until it is told to stop, and then releases the lease.
    // See D-071.
    pub(crate) async fn run(mut self, mut stop: oneshot::Receiver<()>) {
        loop {
            let wait = self.step().await;
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                _ = &mut stop => return self.release().await,
            }
        }
    }

    /// Looks at the lease, takes or keeps it where that is due, and says when to look again.
    async fn step(&mut self) -> Duration {
        let asked = Instant::now();
        match self.attempt(asked).await {
            Ok(Some(lease)) => {
                if self.held.is_none() {
                    tracing::info!(identity = self.election.identity, "leading");
                }
                self.held = Some(lease);
                // Shorter than others wait, so that two never believe in it at once.
                let end = asked + self.election.duration * 2 / 3;
                self.leading.send_replace(Leading::Until(end));
                self.election.duration / 3
            }
            Ok(None) => {
                self.lose("another replica leads");
                self.look_again()
            }
            Err(error) => {
                tracing::warn!(%error, "the lease cannot be read or written");
                if !self.leading.borrow().holds() {
                    self.lose("the lease could not be renewed in time");
                }
                self.look_again()
            }
        }
    }

    fn look_again(&self) -> Duration {
        (self.election.duration / 15).clamp(Duration::from_millis(100), Duration::from_secs(1))
    }

    fn lose(&mut self, why: &str) {
        if self.held.take().is_some() {
            tracing::warn!(identity = self.election.identity, why, "no longer leading");
        }
        self.leading.send_if_modified(|leading| {
            let before = std::mem::replace(leading, Leading::No);
            before != Leading::No
        });
    }

    /// The lease, when it is this replica's now.
    async fn attempt(&mut self, asked: Instant) -> Result<Option<Lease>, Error> {
        let name = self.election.name.clone();
        let request_timeout = (self.election.duration / 3).min(self.timing.lease_timeout);
        let lease = in_time(request_timeout, self.leases.get_opt(&name)).await?;
        let now = Timestamp::now();
        let parameters = PostParams::default();
        let written = match self.observer.look(lease.as_ref(), &self.election, asked) {
            Step::Wait(_) => return Ok(None),
            Step::Create => {
                let lease = taken(None, &self.election, now);
                in_time(request_timeout, self.leases.create(&parameters, &lease)).await
            }
            Step::Take => {
                let lease = taken(lease.as_ref(), &self.election, now);
                in_time(
                    request_timeout,
                    self.leases.replace(&name, &parameters, &lease),
                )
                .await
            }
        };
        match written {
            Ok(lease) => Ok(Some(lease)),
            // Another replica was quicker.
            Err(Error::Api(status)) if status.is_conflict() || status.is_already_exists() => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Gives the lease back that a campaign of this replica left behind when it ended by itself.
    pub(crate) async fn clear(mut self) {
        let left = self.leases.get_opt(&self.election.name);
        let left = in_time(self.timing.lease_release_timeout, left).await;
        self.held = left.ok().flatten().filter(|lease| {
            let spec = lease.spec.as_ref();
            let holder = spec.and_then(|spec| spec.holder_identity.as_deref());
            holder == Some(&self.election.identity)
        });
        self.release().await;
    }

    async fn release(mut self) {
        self.leading.send_replace(Leading::No);
        let Some(held) = self.held.take() else {
            return;
        };
        let lease = released(&held, &self.election, Timestamp::now());
        let parameters = PostParams::default();
        let replaced = self
            .leases
            .replace(&self.election.name, &parameters, &lease);
        match in_time(self.timing.lease_release_timeout, replaced).await {
            Ok(_) => tracing::info!(identity = self.election.identity, "released the lease"),
            Err(error) => {
                tracing::warn!(%error, "the lease could not be released; it expires by itself");
            }
        }
    }
}

async fn in_time<T>(
    request_timeout: Duration,
    asked: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    match timeout(request_timeout, asked).await {
        Ok(answer) => answer,
        Err(_) => Err(Error::Service("no answer in time".into())),
    }
}
