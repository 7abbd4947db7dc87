//! What the tests of rules and boards share: every name in an expression is held against the catalogue.

pub mod metrics;
pub mod promql;
