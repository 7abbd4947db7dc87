//! Sources that are silent or stale.

use std::collections::BTreeSet;

use crate::delta::Standing;
use crate::key::Name;
use crate::world::{AssessmentState, Scored, World};

/// Sources of what it reads that are silent or stale.
pub(super) fn stale_sources(world: &World, state: &AssessmentState, scored: &Scored) -> Vec<Name> {
    let mut sources = BTreeSet::new();
    let source = |standing: &Standing| match standing {
        Standing::Live => None,
        Standing::Stale { source, .. } | Standing::Unavailable { source, .. } => {
            Some(source.clone())
        }
    };
    sources.extend(source(&state.standing));
    let Some(selection) = world.selection(state, None) else {
        return sources.into_iter().collect();
    };
    for kind in &scored.program.asked {
        for (id, capability) in selection.of_kind(*kind) {
            let known = id.and_then(|id| world.capabilities.get(id as usize));
            sources.extend(known.and_then(|known| source(&known.standing)));
            let ageing = capability
                .derived
                .detail
                .as_ref()
                .is_some_and(|detail| detail.ageing);
            if ageing {
                sources.insert(capability.record.key.name.clone());
            }
            let attestations = selection
                .namespace
                .attestations
                .get(&capability.record.key.name);
            let attestations = attestations
                .into_iter()
                .flatten()
                .filter_map(|id| world.attestations.get(*id));
            sources.extend(attestations.filter_map(|known| source(&known.standing)));
        }
    }
    let waivers = world
        .waiver_ids(state)
        .iter()
        .filter_map(|id| world.waivers.get(*id));
    sources.extend(waivers.filter_map(|known| source(&known.standing)));
    sources.into_iter().collect()
}
