//! What the tests of rules and boards share: every name in an expression is held against the catalogue.

pub(crate) mod metrics;
pub(crate) mod promql;
