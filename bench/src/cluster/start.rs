//! From the start of the process to ready: beside a bare lister.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::environment::Environment;
use super::estate::{ASSESSMENTS, CAPABILITIES, HOSPITALS};
use super::peer;
use crate::measure::race_of;
use crate::report::{Bound, Report};

/// Rounds; a first one warms up and is not counted.
const ROUNDS: usize = 7;
/// Starts of each contestant in a round: about every second time the server collects its garbage meanwhile, and
/// taking turns one by one it would be the same contestant's every time.
const IN_A_ROW: u32 = 2;

pub(super) fn race(report: &mut Report, environment: &Environment) -> Result<()> {
    let mut times = Vec::new();
    for round in 0..=ROUNDS {
        let pair = (
            in_a_row(|| start(environment))?,
            in_a_row(|| list(environment))?,
        );
        if round > 0 {
            times.push(pair);
        }
    }
    let objects = HOSPITALS * (CAPABILITIES + ASSESSMENTS);
    report.add(
        &format!("start to ready, {objects} objects with their statuses"),
        "a bare kube client that lists the same",
        &race_of(times).each(IN_A_ROW),
        Bound::AtMost(1.5),
    );
    Ok(())
}

/// How long all of a round took together.
fn in_a_row(mut once: impl FnMut() -> Result<Duration>) -> Result<Duration> {
    (0..IN_A_ROW).map(|_| once()).sum()
}

fn start(environment: &Environment) -> Result<Duration> {
    let began = Instant::now();
    let operator = environment.operate(&[])?;
    let took = began.elapsed();
    operator.terminate()?;
    Ok(took)
}

fn list(environment: &Environment) -> Result<Duration> {
    let began = Instant::now();
    let listed = environment
        .runtime
        .block_on(peer::list(environment.client()?))?;
    let took = began.elapsed();
    ensure!(
        listed.len() > HOSPITALS * (CAPABILITIES + ASSESSMENTS),
        "{} objects are listed",
        listed.len()
    );
    Ok(took)
}
