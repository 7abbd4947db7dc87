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
    let selection = world.selection(state, None);
    for kind in &scored.program.asked {
        for (id, capability) in selection.of_kind(*kind) {
            let standing = id.map(|id| &world.capabilities[id].standing);
            sources.extend(standing.and_then(|standing| source(standing)));
            let ageing = capability
                .derived
                .detail
                .as_ref()
                .is_some_and(|detail| detail.ageing);
            if ageing {
                sources.insert(capability.record.key.name.clone());
            }
            let attestations = world.attestations_for(&capability.record.key);
            sources.extend(attestations.filter_map(|(_, known)| source(&known.standing)));
        }
    }
    let waivers = world.waivers_for(&state.key);
    sources.extend(waivers.filter_map(|(_, known)| source(&known.standing)));
    sources.into_iter().collect()
}
