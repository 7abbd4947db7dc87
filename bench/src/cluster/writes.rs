//! How many statuses are written for those that changed.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::{Result, ensure};
use gradus_crds::GROUP;
use gradus_crds::schema::plural;
use gradus_engine::key::Kind;
use kube::api::ListParams;
use serde_json::Value;

use super::audited;
use super::environment::{Environment, until};
use super::estate::{self, hospital};
use crate::measure::ratio;
use crate::report::{Bound, Figure, Report};

/// Hospitals that lose a capability at once.
const HIT: usize = 50;
/// Nothing follows any more when nothing was written for so long.
const QUIET: Duration = Duration::from_secs(3);
const TIMEOUT: Duration = Duration::from_mins(2);

/// Resource, namespace and name.
type Named = (String, String, String);

pub(super) fn count(report: &mut Report, environment: &Environment) -> Result<()> {
    let before = statuses(environment)?;
    let since = audited::mark(environment)?;
    for number in 0..HIT {
        let namespace = hospital(number);
        let change = estate::claim(&environment.admin, GROUP, &namespace, "Absent");
        environment.runtime.block_on(change)?;
    }
    settle(environment, since)?;
    let after = statuses(environment)?;
    let (_, written) = audited::writes(environment, since)?;
    let mut patches: BTreeMap<Named, usize> = BTreeMap::new();
    for entry in written.iter().filter(|entry| entry.subresource == "status") {
        let key = (
            entry.resource.clone(),
            entry.namespace.clone(),
            entry.name.clone(),
        );
        *patches.entry(key).or_default() += 1;
    }
    let changed = after
        .iter()
        .filter(|(key, status)| before.get(*key) != Some(status));
    let changed: BTreeSet<&Named> = changed.map(|(key, _)| key).collect();
    let unchanged = patches.keys().filter(|key| !changed.contains(key)).count();
    for kind in [Kind::Assessment, Kind::Capability] {
        let of_kind = |key: &&Named| key.0 == plural(kind);
        let changed = changed.iter().copied().filter(of_kind).count();
        let written: usize = patches
            .iter()
            .filter(|(key, _)| of_kind(key))
            .map(|(_, count)| count)
            .sum();
        let most = patches
            .iter()
            .filter(|(key, _)| of_kind(key))
            .map(|(_, count)| *count)
            .max();
        ensure!(changed >= HIT, "{changed} statuses of {kind} changed");
        report.figure(Figure {
            name: &format!(
                "status patches of {}, {HIT} hospitals hit at once",
                plural(kind)
            ),
            against: "those whose status changed",
            ours: format!("{written}, at most {} each", most.unwrap_or_default()),
            limit: changed.to_string(),
            ratio: ratio(written as u64, changed as u64),
            bound: Bound::AtMost(1.0),
        });
    }
    report.figure(Figure {
        name: "status patches of objects whose status did not change",
        against: "",
        ours: unchanged.to_string(),
        limit: "0".to_owned(),
        ratio: ratio(unchanged as u64, 1),
        bound: Bound::AtMost(0.0),
    });
    Ok(())
}

/// Waits until nothing is written any more.
fn settle(environment: &Environment, since: usize) -> Result<()> {
    let mut known = 0;
    until(TIMEOUT, "the writes come to an end", || {
        std::thread::sleep(QUIET);
        let (_, written) = audited::writes(environment, since)?;
        let is_over = written.len() == known && known > 0;
        known = written.len();
        Ok(is_over)
    })
}

/// The statuses of all assessments and capabilities.
fn statuses(environment: &Environment) -> Result<BTreeMap<Named, Value>> {
    let mut statuses = BTreeMap::new();
    for kind in [Kind::Assessment, Kind::Capability] {
        let all = estate::api(&environment.admin, GROUP, kind, "");
        for object in environment
            .runtime
            .block_on(all.list(&ListParams::default()))?
        {
            let namespace = object.metadata.namespace.unwrap_or_default();
            let name = object.metadata.name.unwrap_or_default();
            let key = (plural(kind).to_owned(), namespace, name);
            statuses.insert(key, object.data["status"].clone());
        }
    }
    Ok(statuses)
}
