//! Sizes: the memory of the process, what it reads, and the statuses that it writes.

use std::time::Duration;

use anyhow::Result;
use gradus_crds::GROUP;
use gradus_crds::schema::plural;
use gradus_engine::key::Kind;
use gradus_tests::running::http;
use gradus_tests::running::operator::Operator;
use kube::api::{DynamicObject, ListParams};
use serde::Serialize;

use super::environment::{Environment, until};
use super::estate::{self, hospital};
use super::relay::Relay;
use crate::measure::ratio;
use crate::report::{Bound, Figure, Report};

/// The most memory that may be resident.
const LIMIT: u64 = 150 * 1024 * 1024;
/// The estate's first statuses are written in so long.
const WRITTEN: Duration = Duration::from_mins(10);

/// Starts an operator on an estate without statuses, and waits until all are written. Then it starts another,
/// as most starts are, and leaves that running.
pub(super) fn first_start(report: &mut Report, environment: &Environment) -> Result<Operator> {
    let first = environment.operate(&[])?;
    until(WRITTEN, "every object has a status", || {
        has_statuses(environment)
    })?;
    resident(
        report,
        "resident after 10,700 first statuses were written",
        &first,
    )?;
    first.terminate()?;
    let relay = Relay::start(&environment.control_plane.url())?;
    let operator = environment.operate_through(&relay.url)?;
    report.figure(Figure {
        name: "bytes read at a start",
        against: "",
        ours: mebibytes(relay.read()),
        limit: String::new(),
        ratio: 0.0,
        bound: Bound::Unbounded,
    });
    // The wave of a start passes.
    std::thread::sleep(Duration::from_secs(10));
    // A scrape keeps the labels that it forms.
    http::get(&format!("{}/metrics", operator.url()))?;
    let name = "resident with 10,000 capabilities and 700 assessments, once scraped";
    resident(report, name, &operator)?;
    Ok(operator)
}

fn resident(report: &mut Report, name: &str, operator: &Operator) -> Result<()> {
    for (name, bytes, bound) in [
        (
            name.to_owned(),
            operator.resident_bytes()?,
            Bound::AtMost(1.0),
        ),
        (
            format!("{name}, at its peak"),
            operator.peak_bytes()?,
            Bound::Unbounded,
        ),
    ] {
        report.figure(Figure {
            name: &name,
            against: "the limit",
            ours: mebibytes(bytes),
            limit: mebibytes(LIMIT),
            ratio: ratio(bytes, LIMIT),
            bound,
        });
    }
    Ok(())
}

fn has_statuses(environment: &Environment) -> Result<bool> {
    for kind in [Kind::Assessment, Kind::Capability] {
        let all = estate::api(&environment.admin, GROUP, kind, "");
        let listed = environment
            .runtime
            .block_on(all.list(&ListParams::default()))?;
        if !listed
            .items
            .iter()
            .all(|object| object.data["status"].is_object())
        {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What a status and the record of its fields take in an object.
pub(super) fn objects(report: &mut Report, environment: &Environment) -> Result<()> {
    for kind in [Kind::Assessment, Kind::Capability] {
        let all = estate::api(&environment.admin, GROUP, kind, &hospital(0));
        let listed = environment
            .runtime
            .block_on(all.list(&ListParams::default()))?;
        let mean = |size: fn(&DynamicObject) -> Result<u64>| -> Result<u64> {
            let sizes: Vec<u64> = listed.items.iter().map(size).collect::<Result<_>>()?;
            Ok(sizes.iter().sum::<u64>() / (sizes.len() as u64).max(1))
        };
        let status = mean(|object| bytes(&object.data["status"]))?;
        let managed = mean(|object| bytes(&object.metadata.managed_fields))?;
        let whole = mean(bytes)?;
        for (part, size) in [("a status", status), ("managedFields", managed)] {
            report.figure(Figure {
                name: &format!("bytes of {part}, mean of a namespace's {}", plural(kind)),
                against: "the whole object",
                ours: format!("{size} B"),
                limit: format!("{whole} B"),
                ratio: ratio(size, whole),
                bound: Bound::Unbounded,
            });
        }
    }
    Ok(())
}

fn bytes(value: &impl Serialize) -> Result<u64> {
    Ok(serde_json::to_vec(value)?.len() as u64)
}

fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", ratio(bytes, 1024 * 1024))
}
