//! What an operator writes while nothing changes: only the lease.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::audited;
use super::environment::Environment;
use crate::measure::ratio;
use crate::report::{Bound, Figure, Report};

/// How long nothing happens.
const IDLE: Duration = Duration::from_mins(10);

pub(super) fn watch(report: &mut Report, environment: &Environment) -> Result<()> {
    let since = audited::mark(environment)?;
    std::thread::sleep(IDLE);
    let (lease, others) = audited::writes(environment, since)?;
    ensure!(!lease.is_empty(), "nobody keeps the lease");
    report.figure(Figure {
        name: "writes but the lease in ten idle minutes",
        against: "writes of the lease",
        ours: others.len().to_string(),
        limit: lease.len().to_string(),
        ratio: ratio(others.len() as u64, 1),
        bound: Bound::AtMost(0.0),
    });
    Ok(())
}
