//! What the tests of rules and boards share: generated files, and every name in an expression held against the
//! catalogue.

pub(crate) mod generated;
pub(crate) mod metrics;
pub(crate) mod promql;
