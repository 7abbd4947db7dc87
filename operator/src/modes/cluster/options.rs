//! What the operator is asked to do.

use std::sync::Arc;

use gradus_engine::key::Name;

use crate::leader::Election;
use crate::outputs::metrics::OperatorMetrics;
use crate::timing::Timing;

/// Which objects to score, and how to go about it.
#[derive(Debug, Clone)]
pub struct ClusterOptions {
    /// The namespaces to read and write; all of them when empty.
    pub namespaces: Vec<Name>,
    /// Whether it writes the statuses of models and profiles, which belong to one installation of a cluster.
    pub writes_cluster_scoped: bool,
    /// How replicas agree on who writes; without, this process always writes.
    pub election: Option<Election>,
    /// How long things take.
    pub timing: Timing,
    /// Where what it does is counted.
    pub metrics: Arc<OperatorMetrics>,
}
