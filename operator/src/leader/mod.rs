//! Leader election: which replica writes.

pub(crate) mod election;
mod lease;

use std::time::Duration;

/// How replicas agree on who writes.
#[derive(Debug, Clone)]
pub struct Election {
    /// The namespace of the lease.
    pub namespace: String,
    /// The lease's name.
    pub name: String,
    /// This replica.
    pub identity: String,
    /// How long a leader that says nothing keeps the lease.
    pub duration: Duration,
}
