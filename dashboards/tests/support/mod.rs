//! What the tests of rules and dashboards share: the comparison of generated files, and the check of every name in an
//! expression against the catalogue of metrics.

pub(crate) mod generated;
pub(crate) mod metrics;
pub(crate) mod promql;
