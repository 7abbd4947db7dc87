//! From the end of the leader to the first write of the next.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use gradus_crds::GROUP;
use gradus_tests::running::http;
use gradus_tests::running::operator::Operator;

use super::environment::{Environment, until};
use super::estate::{self, TOP, TRACK};
use super::observer::Observer;
use crate::report::{Bound, Figure, Report};

/// Leaders that end.
const ROUNDS: usize = 3;
/// The lease as it comes, and what may pass beyond.
const LEASE: Duration = Duration::from_secs(15);
const BEYOND: Duration = Duration::from_secs(1);

pub(super) fn time(report: &mut Report, environment: &Environment) -> Result<()> {
    let observer = Observer::start(&environment.runtime, &environment.admin, GROUP);
    let mut leader = environment.operate(&[])?;
    leads(&leader)?;
    let mut longest = Duration::ZERO;
    for round in 0..ROUNDS {
        let follower = environment.operate(&[])?;
        ensure!(!says_leads(&follower)?, "two operators lead");
        let ended = Instant::now();
        leader.kill();
        observer.forget();
        let is_loss = round.is_multiple_of(2);
        let claim = if is_loss { "Absent" } else { "Present" };
        let change = estate::claim(&environment.admin, GROUP, TRACK, claim);
        environment.runtime.block_on(change)?;
        let seen = observer.sees(|stage| (stage < TOP) == is_loss)?;
        longest = longest.max(seen.saturating_duration_since(ended));
        leader = follower;
    }
    leader.terminate()?;
    let limit = LEASE + BEYOND;
    report.figure(Figure {
        name: &format!("a leader killed to the first write of the next, longest of {ROUNDS}"),
        against: "the lease and one second",
        ours: format!("{longest:.2?}"),
        limit: format!("{limit:.2?}"),
        ratio: longest.as_secs_f64() / limit.as_secs_f64(),
        bound: Bound::AtMost(1.0),
    });
    Ok(())
}

fn leads(operator: &Operator) -> Result<()> {
    until(LEASE * 2, "the operator leads", || says_leads(operator))
}

fn says_leads(operator: &Operator) -> Result<bool> {
    let said = http::get(&format!("{}/readyz", operator.url()))?.body;
    Ok(said.starts_with("ok: leads"))
}
