//! Metrics: a projection of the published snapshot, made at the scrape and kept nowhere, and the
//! operator's own counters beside it.
//!
//! ```text
//! Snapshot ──▶ state::write ──┐
//!                             ├──▶ Exposition ──▶ one scrape, classic text or OpenMetrics
//! OperatorMetrics::write ─────┘
//! ```
//!
//! [`catalogue`] is the one list of names, types, help texts, labels, their closed lists of values and
//! tiers: the `HELP` and `TYPE` lines and the reference page come from it.

mod assessment;
mod capability;
pub mod catalogue;
mod condition;
mod format;
mod labels;
mod objects;
mod operator;
mod reference;
mod registered;
mod state;
mod text;

pub use format::Format;
pub use operator::{OperatorMetrics, Outcome, Restart};
pub use reference::reference;

use std::io;

use gradus_engine::view::Snapshot;

use self::catalogue::Tier;
use self::text::Exposition;
use crate::document::finding::Finding;

/// Writes one whole scrape: the state series of some tiers, then the operator's own.
///
/// # Errors
///
/// Those of `out`.
pub fn write(
    snapshot: &Snapshot,
    findings: &[Finding],
    operator: &OperatorMetrics,
    (tiers, format): (&[Tier], Format),
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut page = Exposition::new(format, out);
    state::write(snapshot, findings, tiers, &mut page)?;
    operator.write(snapshot, findings, &mut page)?;
    page.end()
}
