//! Killed at any moment of any request, the operator ends as if nothing had happened.

use std::io::Write;

use anyhow::Result;
use gradus_tests::crash::{Server, Suite, workloads};

/// How many points are tried: a number, or `all`.
const FAULTS: &str = "GRADUS_FAULTS";
/// Tried when nothing else is asked for: one of every workload, kind of request, and moment.
const TRIED: usize = 144;
/// Of those, so many are reached at least: what comes late in one run may not come in another.
const REACHED: usize = 100;

#[test]
fn operator_killed_at_any_moment_of_any_request_ends_in_the_same_state() -> Result<()> {
    let server = Server::shared()?;
    let suite = Suite::learn(server, workloads())?;
    let points = suite.points();
    let tried = match std::env::var(FAULTS) {
        Ok(all) if all == "all" => points.len(),
        Ok(number) => number.parse()?,
        Err(_) => TRIED,
    };
    let tried = &points[..tried.min(points.len())];
    let summary = suite.run(tried)?;
    // Beside the harness, which keeps what tests print to itself.
    write!(
        std::io::stderr(),
        "of {} points {} were tried; {summary}",
        points.len(),
        tried.len()
    )?;
    assert!(
        summary.divergences.is_empty(),
        "{}",
        summary.divergences.join("\n\n")
    );
    assert!(
        summary.kills() * TRIED >= tried.len() * REACHED,
        "{summary}"
    );
    Ok(())
}
