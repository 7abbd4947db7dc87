//! Which statuses may be others after a settle.

use std::collections::BTreeMap;

use gradus_engine::key::{Kind, Name, ObjectKey};
use gradus_engine::view::Snapshot;

/// What changed, and each capability on which a changed assessment rests in another way now.
pub(super) fn affected<'a>(
    before: &Snapshot,
    after: &Snapshot,
    changed: impl IntoIterator<Item = &'a ObjectKey>,
) -> Vec<ObjectKey> {
    let mut affected = Vec::new();
    for key in changed {
        affected.push(key.clone());
        if key.kind != Kind::Assessment {
            continue;
        }
        let (old, new) = (impacts(before, key), impacts(after, key));
        for name in old.keys().chain(new.keys()) {
            if old.get(name) != new.get(name) {
                affected.push(ObjectKey::new(Kind::Capability, &key.namespace, name));
            }
        }
    }
    affected
}

/// How an assessment rests on capabilities: the criteria that each would take with it, itself and through others.
fn impacts(snapshot: &Snapshot, key: &ObjectKey) -> BTreeMap<Name, (u32, u32)> {
    let view = snapshot.assessments.get(key);
    let impacts = view.into_iter().flat_map(|view| view.impacts.iter());
    impacts
        .map(|impact| {
            let counts = (impact.primary, impact.secondary);
            (impact.capability.clone(), counts)
        })
        .collect()
}
