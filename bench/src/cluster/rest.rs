//! What an operator writes while nothing happens: the lease, and nothing else.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::audited;
use super::place::Place;
use crate::measure::ratio;
use crate::report::{Bound, Figure, Report};

/// How long nothing happens.
const REST: Duration = Duration::from_mins(10);

pub(super) fn watch(report: &mut Report, place: &Place) -> Result<()> {
    let since = audited::mark(place)?;
    std::thread::sleep(REST);
    let (lease, others) = audited::writes(place, since)?;
    ensure!(!lease.is_empty(), "nobody keeps the lease");
    report.figure(Figure {
        name: "writes but the lease in ten minutes of rest",
        against: "writes of the lease",
        ours: others.len().to_string(),
        limit: lease.len().to_string(),
        ratio: ratio(others.len() as u64, 1),
        bound: Bound::AtMost(0.0),
    });
    Ok(())
}
