//! What the operator wrote, by the API server's own audit log.

use std::time::Duration;

use anyhow::Result;
use gradus_tests::control_plane::AuditEntry;
use gradus_tests::deployed::IDENTITY;
use jiff::Timestamp;

use super::environment::Environment;
use super::estate::TRACK;

/// How much of the log there is now: what follows begins there.
pub(super) fn mark(environment: &Environment) -> Result<usize> {
    Ok(environment.control_plane.audit()?.len())
}

/// What the operator wrote since a mark, the lease in the first list and everything else in the second.
pub(super) fn writes(
    environment: &Environment,
    since: usize,
) -> Result<(Vec<AuditEntry>, Vec<AuditEntry>)> {
    let written = environment.control_plane.audit()?.into_iter().skip(since);
    let written = written.filter(|entry| entry.user == IDENTITY && entry.is_write());
    Ok(written.partition(|entry| entry.resource == "leases"))
}

/// From the answer to each change of the track to the arrival of the status that it makes, and how long the
/// server took for that.
pub(super) fn patches(
    environment: &Environment,
    since: usize,
    group: &str,
) -> Result<Vec<(Duration, Duration)>> {
    let log = environment.control_plane.audit()?.into_iter().skip(since);
    let mut changed: Option<Timestamp> = None;
    let mut found = Vec::new();
    for entry in log
        .filter(|entry| entry.group == group && entry.namespace == TRACK && entry.verb == "patch")
    {
        let at: Timestamp = entry.at.parse()?;
        if entry.resource == "capabilities" && entry.subresource.is_empty() {
            changed = Some(at);
        } else if entry.resource == "assessments"
            && let Some(changed) = changed.take()
        {
            let received: Timestamp = entry.received.parse()?;
            let after = Duration::try_from(received.duration_since(changed)).unwrap_or_default();
            found.push((after, Duration::try_from(at.duration_since(received))?));
        }
    }
    Ok(found)
}
