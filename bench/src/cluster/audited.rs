//! What the operator wrote, by the API server's own audit log.

use anyhow::Result;
use gradus_tests::control_plane::AuditEntry;
use gradus_tests::deployed::IDENTITY;

use super::place::Place;

/// How much of the log there is now: what follows begins there.
pub(super) fn mark(place: &Place) -> Result<usize> {
    Ok(place.control_plane.audit()?.len())
}

/// What the operator wrote since a mark, the lease in the first list and everything else in the second.
pub(super) fn writes(place: &Place, since: usize) -> Result<(Vec<AuditEntry>, Vec<AuditEntry>)> {
    let written = place.control_plane.audit()?.into_iter().skip(since);
    let written = written.filter(|entry| entry.user == IDENTITY);
    let written = written.filter(|entry| !matches!(entry.verb.as_str(), "get" | "list" | "watch"));
    Ok(written.partition(|entry| entry.resource == "leases"))
}
