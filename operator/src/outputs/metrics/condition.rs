//! Whether each object is ready, with the same answer that its status gives.

use std::collections::BTreeSet;
use std::io;

use gradus_crds::status::NotReady;
use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::view::Snapshot;
use gradus_manifests::finding::Finding;

use super::catalogue::{RESOURCE_CONDITION, STATUSES, place_of};
use super::labels::first;
use super::text::{Exposition, Samples};
use crate::kinds::KindRow;

/// Writes the condition of every object that is known, and of every one that cannot be used at all.
pub(super) fn write_conditions(
    snapshot: &Snapshot,
    findings: &[Finding],
    page: &mut Exposition<'_>,
) -> io::Result<()> {
    let mut refused: BTreeSet<&ObjectKey> = findings
        .iter()
        .filter(|finding| finding.is_error())
        .filter_map(|finding| finding.object.as_ref())
        .collect();
    let mut samples = page.samples(&RESOURCE_CONDITION);
    let mut write = |key: &ObjectKey, not_ready: Option<NotReady<'_>>| {
        refused.remove(key);
        write_condition(&mut samples, key, not_ready.is_none())
    };
    for view in snapshot.models.values().filter(|view| view.life.is_some()) {
        let key = ObjectKey::new(Kind::MaturityModel, "", &view.name);
        write(&key, NotReady::of_model(view))?;
    }
    for capability in snapshot.capabilities.compact() {
        let believed = (capability.state(), capability.reason());
        let missing = capability.missing_dependencies();
        let not_ready = NotReady::of_capability(capability.standing(), believed, missing);
        write(capability.key(), not_ready)?;
    }
    for view in snapshot.attestations.values() {
        write(&view.key, NotReady::of_source(&view.standing))?;
    }
    for view in snapshot.waivers.values() {
        write(&view.key, NotReady::of_source(&view.standing))?;
    }
    for view in snapshot.assessments.values() {
        write(&view.key, NotReady::of_assessment(view))?;
    }
    for key in refused {
        write_condition(&mut samples, key, false)?;
    }
    Ok(())
}

fn write_condition(
    samples: &mut Samples<'_, '_>,
    key: &ObjectKey,
    is_ready: bool,
) -> io::Result<()> {
    let values = [
        KindRow::of(key.kind).label,
        &key.namespace,
        &key.name,
        "ready",
    ];
    let labels = first(&RESOURCE_CONDITION, &values);
    let status = if is_ready { "true" } else { "false" };
    samples.put_one_of(&[&labels], place_of(STATUSES, &status))
}
