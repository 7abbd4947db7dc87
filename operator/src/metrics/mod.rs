//! Metrics: a projection of the published snapshot, made at the scrape and kept nowhere, and the
//! operator's own counters beside it.
//!
//! ```text
//! Snapshot ──▶ state::write ──┐
//!                             ├──▶ one scrape, Prometheus text format 0.0.4
//! OperatorMetrics::write ─────┘
//! ```
//!
//! [`catalogue`] is the one list of names, types, help texts, labels and tiers: the `HELP` and
//! `TYPE` lines and the reference page come from it.

pub mod catalogue;
mod operator;
mod projection;
mod reference;
mod state;
mod text;

pub use operator::{OperatorMetrics, Outcome};
pub use reference::reference;

use std::io;

use gradus_engine::view::Snapshot;

use crate::document::finding::Finding;

/// The media type of a scrape.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Writes one whole scrape: the state series, then the operator's own.
///
/// # Errors
///
/// Those of `out`.
pub fn write(
    snapshot: &Snapshot,
    findings: &[Finding],
    operator: &OperatorMetrics,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    state::write(snapshot, out)?;
    operator.write(snapshot, findings, out)
}
