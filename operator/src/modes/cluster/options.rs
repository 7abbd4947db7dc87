//! What the operator is asked to do.

use std::sync::Arc;
use std::time::Duration;

use gradus_engine::key::Name;

use crate::leader::Election;
use crate::outputs::metrics::OperatorMetrics;

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
