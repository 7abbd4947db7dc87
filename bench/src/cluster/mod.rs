//! The operator on a real API server with 10,000 capabilities and 700 assessments, beside bare kube.
//!
//! ```text
//! estate ─▶ first start ─▶ starts beside a bare lister ─▶ changes beside a bare watcher ─▶ writes ─▶ rest ─▶ failover
//! ```
//!
//! One control plane serves it all, and the operator has the rights of the chart's own account.

mod audited;
mod estate;
mod failover;
mod latency;
mod observer;
mod peer;
mod place;
mod relay;
mod rest;
mod size;
mod start;
mod writes;

use anyhow::Result;

use self::place::Place;
use crate::report::Report;

pub(crate) fn run(report: &mut Report) -> Result<()> {
    let place = Place::prepare()?;
    let operator = size::first_start(report, &place)?;
    size::objects(report, &place)?;
    operator.terminate()?;
    start::race(report, &place)?;
    let operator = place.operate(&[])?;
    latency::race(report, &place)?;
    writes::count(report, &place)?;
    rest::watch(report, &place)?;
    operator.terminate()?;
    failover::time(report, &place)
}
