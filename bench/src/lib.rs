//! Side by side with the peers.
//!
//! ```text
//! inputs ─▶ both give the same answer? ─▶ rounds: ours, peer, ours, peer … ─▶ ratio ─▶ held against its bound
//! ```
//!
//! Every experiment feeds Gradus and a named peer the same inputs in the same run and first
//! checks that they answer the same. Times mean little on a shared machine; the ratio of two
//! neighbouring times means something, and the median of many such ratios more.

mod change;
mod cluster;
mod documents;
#[path = "../../engine/tests/growth_support/mod.rs"]
mod estate;
mod impact;
mod measure;
mod predicate;
mod rego;
mod report;
mod scrape;

use std::io::Write;
use std::path::Path;

use anyhow::Result;

use self::report::Report;

/// An experiment by its name.
type Experiment = (&'static str, fn(&mut Report) -> Result<()>);

const EXPERIMENTS: [Experiment; 6] = [
    ("change", change::run),
    ("predicate", predicate::run),
    ("impact", impact::run),
    ("documents", documents::run),
    ("scrape", scrape::run),
    ("cluster", cluster::run),
];

/// Runs the experiments whose name contains `filter`, writes the table to `output` and the ratios
/// to `ratios`, and says whether every bound holds.
///
/// # Errors
///
/// Gradus and a peer answer differently, a peer refuses its input, or nothing can be written.
pub fn run(filter: &str, output: &mut dyn Write, ratios: &Path) -> Result<bool> {
    let mut report = Report::default();
    for (name, experiment) in EXPERIMENTS {
        if name.contains(filter) {
            writeln!(output, "running: {name}")?;
            output.flush()?;
            if let Err(error) = experiment(&mut report) {
                report.print(output)?;
                return Err(error.context(name));
            }
        }
    }
    report.print(output)?;
    report.write(ratios)?;
    Ok(report.holds())
}
