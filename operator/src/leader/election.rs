//! Who writes: one replica, by a lease. The lease saves work; what is right never rests on it.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::Lease;
use kube::api::{Api, PostParams};
use kube::{Client, Error};
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;

use super::Election;
use super::lease::{Observed, Step, released, taken};

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

/// Campaigns until it is told to stop, and gives the lease back then.
// See D-071.
pub(crate) async fn campaign(
    client: Client,
    election: Election,
    leading: watch::Sender<Leading>,
    mut stop: oneshot::Receiver<()>,
) {
    let leases: Api<Lease> = Api::namespaced(client, &election.namespace);
    let mut campaign = Campaign {
        leases,
        election,
        leading,
        observed: Observed::default(),
        held: None,
    };
    loop {
        let wait = campaign.step().await;
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = &mut stop => return campaign.give_back().await,
        }
    }
}

struct Campaign {
    leases: Api<Lease>,
    election: Election,
    leading: watch::Sender<Leading>,
    observed: Observed,
    /// The lease as this replica wrote it last.
    held: Option<Lease>,
}

impl Campaign {
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
        let patience = (self.election.duration / 3).min(Duration::from_secs(5));
        let lease = in_time(patience, self.leases.get_opt(&name)).await?;
        let now = Timestamp::now();
        let parameters = PostParams::default();
        let written = match self.observed.look(lease.as_ref(), &self.election, asked) {
            Step::Wait(_) => return Ok(None),
            Step::Create => {
                let lease = taken(None, &self.election, now);
                in_time(patience, self.leases.create(&parameters, &lease)).await
            }
            Step::Take => {
                let lease = taken(lease.as_ref(), &self.election, now);
                in_time(patience, self.leases.replace(&name, &parameters, &lease)).await
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

    async fn give_back(mut self) {
        self.leading.send_replace(Leading::No);
        let Some(held) = self.held.take() else {
            return;
        };
        let lease = released(&held, &self.election, Timestamp::now());
        let parameters = PostParams::default();
        let replaced = self
            .leases
            .replace(&self.election.name, &parameters, &lease);
        match in_time(Duration::from_secs(3), replaced).await {
            Ok(_) => tracing::info!(identity = self.election.identity, "gave the lease back"),
            Err(error) => {
                tracing::warn!(%error, "the lease could not be given back; it ends by itself");
            }
        }
    }
}

async fn in_time<T>(
    patience: Duration,
    asked: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    match timeout(patience, asked).await {
        Ok(answer) => answer,
        Err(_) => Err(Error::Service("no answer in time".into())),
    }
}
