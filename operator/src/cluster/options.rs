//! What the operator is asked to do.

use std::sync::Arc;
use std::time::Duration;

use gradus_engine::key::Name;

use crate::metrics::OperatorMetrics;

/// Which objects to score, and how to go about it.
#[derive(Debug, Clone)]
pub struct ClusterOptions {
    /// The namespaces to read and write; all of them when empty.
    pub namespaces: Vec<Name>,
    /// How replicas agree on who writes; without, this process always writes.
    pub election: Option<Election>,
    /// How often everything is listed again, whatever the watches say.
    pub relist_every: Duration,
    /// How long a source may say nothing before what it showed counts as stale.
    pub silent_after: Duration,
    /// Where what it does is counted.
    pub metrics: Arc<OperatorMetrics>,
}

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
