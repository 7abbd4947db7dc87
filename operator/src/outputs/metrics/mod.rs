//! Metrics: a projection of the published snapshot, made at the scrape, and the operator's own counters
//! beside it. Only labels are kept from one scrape to the next.
//!
//! ```text
//! Snapshot, LabelCache ──▶ state::write ──┐
//!                                         ├──▶ Exposition ──▶ one scrape, classic text or OpenMetrics
//! OperatorMetrics::write ─────────────────┘
//! ```
//!
//! [`catalogue`] is the one list of names, types, help texts, labels, their closed lists of values and
//! tiers: the `HELP` and `TYPE` lines and the reference page come from it.

mod assessment;
mod cache;
mod capability;
pub mod catalogue;
mod condition;
mod exposure;
mod format;
mod labels;
mod objects;
mod operator;
mod reference;
mod registered;
mod state;
mod text;

pub use cache::LabelCache;
pub use exposure::{SelectedTiers, TierPolicy};
pub use format::{Format, asks_for_gzip};
pub use operator::{OperatorMetrics, Restart, WriteOutcome};
pub use reference::{Measured, reference};

use std::io;
use std::sync::Arc;

use gradus_engine::view::Snapshot;
use gradus_manifests::finding::Finding;

use self::catalogue::Tier;
use self::text::Exposition;

/// A snapshot with the labels of its objects, published together.
#[derive(Debug, Clone, Default)]
pub struct Labelled {
    /// What is published.
    pub snapshot: Arc<Snapshot>,
    /// The labels of its objects.
    pub labels: LabelCache,
}

impl Labelled {
    /// A snapshot of which no label was rendered yet.
    pub fn of(snapshot: Snapshot) -> Self {
        Self {
            labels: LabelCache::of(&snapshot),
            snapshot: Arc::new(snapshot),
        }
    }
}

/// Everything that one scrape says.
#[derive(Debug, Clone, Copy)]
pub struct Scrape<'a> {
    /// What is published.
    pub snapshot: &'a Snapshot,
    /// The labels of its objects.
    pub labels: &'a LabelCache,
    /// What is wrong with documents.
    pub findings: &'a [Finding],
    /// The operator's own, which are always said.
    pub operator: &'a OperatorMetrics,
    /// The tiers of state series.
    pub tiers: &'a [Tier],
}

impl Scrape<'_> {
    /// Writes it: the state series, then the operator's own.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write(&self, format: Format, out: &mut dyn io::Write) -> io::Result<()> {
        let mut page = Exposition::new(format, out);
        let state = (self.snapshot, self.labels);
        state::write(state, self.findings, self.tiers, &mut page)?;
        self.operator
            .write(self.snapshot, self.findings, &mut page)?;
        page.end()
    }
}
