//! What readers see of a snapshot.

use std::collections::BTreeSet;
use std::sync::Arc;

use gradus_engine::key::{Name, ObjectKey};
use gradus_engine::view::Snapshot;

/// The snapshot without the assessments of namespaces of which only a part was read: what is known of them rests on half
/// of it.
pub(super) fn visible(snapshot: &Arc<Snapshot>, unread: &BTreeSet<Name>) -> Arc<Snapshot> {
    if unread.is_empty() {
        return Arc::clone(snapshot);
    }
    let mut visible = Snapshot::clone(snapshot);
    let of_unread = |key: &&ObjectKey| unread.contains(&key.namespace);
    for key in snapshot.assessments.keys().filter(of_unread) {
        visible.assessments.remove_mut(key);
    }
    Arc::new(visible)
}
