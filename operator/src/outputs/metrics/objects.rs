//! How many objects there are of each kind, and how many of them cannot be used as they are written.

use std::collections::BTreeSet;
use std::io;

use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::view::Snapshot;
use gradus_manifests::finding::Finding;

use super::catalogue::OBJECTS;
use super::labels::first;
use super::text::Exposition;
use crate::kinds::{KINDS, KindRow};

/// Counts objects that are used as they are written, and those that are not.
pub(super) fn write(
    snapshot: &Snapshot,
    findings: &[Finding],
    page: &mut Exposition<'_>,
) -> io::Result<()> {
    let invalid = invalid(snapshot, findings);
    let unreadable: BTreeSet<&str> = findings
        .iter()
        .filter(|finding| finding.is_error() && finding.object.is_none())
        .map(|finding| finding.file.as_ref())
        .collect();
    let mut samples = page.samples(&OBJECTS);
    let mut put = |kind: &str, state: &str, number: usize| {
        samples.put(&[&first(&OBJECTS, &[kind, state])], number)
    };
    put("document", "invalid", unreadable.len())?;
    for KindRow {
        kind,
        label,
        counted,
        ..
    } in KINDS
    {
        let bad = invalid.iter().filter(|key| key.kind == kind).count();
        put(label, "invalid", bad)?;
        if counted {
            put(label, "valid", valid(snapshot, kind, &invalid))?;
        }
    }
    Ok(())
}

/// How many objects of a kind somebody declared and are used; models of the library are not among them.
fn valid(snapshot: &Snapshot, kind: Kind, invalid: &BTreeSet<ObjectKey>) -> usize {
    let good = |key: &&ObjectKey| !invalid.contains(*key);
    match kind {
        Kind::MaturityModel => {
            let declared = snapshot.models.values().filter(|view| view.life.is_some());
            let keys = declared.map(|view| model_key(&view.name));
            keys.filter(|key| !invalid.contains(key)).count()
        }
        Kind::Assessment if invalid.is_empty() => snapshot.assessments.size(),
        Kind::Capability if invalid.is_empty() => snapshot.capabilities.len(),
        Kind::Assessment => snapshot.assessments.keys().filter(good).count(),
        Kind::Capability => snapshot.capabilities.keys().filter(good).count(),
        Kind::Attestation => snapshot.attestations.keys().filter(good).count(),
        Kind::Waiver => snapshot.waivers.keys().filter(good).count(),
        Kind::Profile => 0,
    }
}

/// The objects that cannot be used, or only in their last good state.
fn invalid(snapshot: &Snapshot, findings: &[Finding]) -> BTreeSet<ObjectKey> {
    let refused = snapshot
        .models
        .values()
        .filter(|view| view.program.is_err())
        .map(|view| model_key(&view.name));
    findings
        .iter()
        .filter(|finding| finding.is_error())
        .filter_map(|finding| finding.object.clone())
        .chain(refused)
        .collect()
}

fn model_key(name: &str) -> ObjectKey {
    ObjectKey::new(Kind::MaturityModel, "", name)
}
