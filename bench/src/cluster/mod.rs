//! The operator on a real API server with 10,000 capabilities and 700 assessments, beside bare kube.
//!
//! ```text
//! estate ─▶ first start ─▶ starts beside a bare lister ─▶ changes beside a bare watcher ─▶ writes ─▶ idle ─▶ failover
//! ```
//!
//! One control plane serves it all, and the operator has the rights of the chart's own account.

mod audited;
mod environment;
mod estate;
mod failover;
mod idle;
mod latency;
mod observer;
mod peer;
mod relay;
mod size;
mod start;
mod writes;

use anyhow::Result;

use self::environment::Environment;
use crate::report::Report;

pub(crate) fn run(report: &mut Report) -> Result<()> {
    let environment = Environment::prepare()?;
    let operator = size::first_start(report, &environment)?;
    size::objects(report, &environment)?;
    operator.terminate()?;
    start::race(report, &environment)?;
    let operator = environment.operate(&[])?;
    latency::race(report, &environment)?;
    writes::count(report, &environment)?;
    idle::watch(report, &environment)?;
    operator.terminate()?;
    failover::time(report, &environment)
}
