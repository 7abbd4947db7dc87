//! The capabilities that a score can depend on.

use std::collections::BTreeSet;

use crate::arena::CapabilityId;
use crate::capability::gates;
use crate::program::Program;
use crate::world::{Selection, World};

/// The selected capabilities of every type that the model asks for, and all that they need, selected
/// or not.
pub(super) fn reached(
    world: &World,
    program: &Program,
    selection: &Selection<'_>,
) -> BTreeSet<CapabilityId> {
    let mut found = BTreeSet::new();
    let mut waiting: Vec<CapabilityId> = Vec::new();
    for kind in &program.asked {
        waiting.extend(selection.of_kind(*kind).filter_map(|(id, _)| id));
    }
    while let Some(id) = waiting.pop() {
        if found.insert(id) {
            let record = &world.capabilities[id].now.record;
            let needed =
                gates(record).filter_map(|name| selection.namespace.capabilities.get(name));
            waiting.extend(needed);
        }
    }
    found
}
