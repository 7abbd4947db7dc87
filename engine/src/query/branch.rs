//! The same assessment under other circumstances: capabilities lost or gained, another instant,
//! waivers ended. Nothing of the world changes; only what the circumstances reach is derived again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use crate::arena::{AttestationId, CapabilityId, WaiverId};
use crate::capability::{CapabilityNow, Derived};
use crate::score::lane::Lane;
use crate::score::position::{Position, Stages};
use crate::verdict::{CapabilityState, EvidenceClass, Reason};
use crate::world::{AssessmentState, Moment, Overrides, Scored, World};

/// Circumstances that differ from those of the world.
#[derive(Debug, Default)]
pub(super) struct Circumstances {
    /// Capabilities by id, as they are to be.
    pub(super) changed: BTreeMap<CapabilityId, Derived>,
    /// Capabilities that are not there in the world.
    pub(super) added: Vec<Arc<CapabilityNow>>,
    /// Another instant.
    pub(super) at: Option<Timestamp>,
    /// Capabilities to derive again at that instant.
    pub(super) aged: BTreeSet<CapabilityId>,
    /// Waivers that are over.
    pub(super) ended_waivers: BTreeSet<WaiverId>,
    /// Attestations that are over; the capabilities that they name are among the aged.
    pub(super) ended_attestations: BTreeSet<AttestationId>,
}

impl Circumstances {
    fn moment(&self, now: Timestamp) -> Moment<'_> {
        Moment {
            now: self.at.unwrap_or(now),
            ended: Some(&self.ended_attestations),
        }
    }
}

/// An assessment under other circumstances.
pub(super) struct Branched {
    pub(super) lane: Lane,
    pub(super) stages: Stages,
}

/// What is believed of a capability that is lost: claimed, and refuted.
pub(super) fn lost(now: &CapabilityNow) -> Derived {
    Derived {
        state: CapabilityState::Refuted,
        reason: Some(Reason::Refuted),
        class: EvidenceClass::Declared,
        external: false,
        readable: true,
        detail: now.derived.detail.clone(),
    }
}

/// Capabilities that the circumstances reach, as they then are.
fn overrides(world: &World, circumstances: &Circumstances, now: Timestamp) -> Overrides {
    let moment = circumstances.moment(now);
    let mut overrides = Overrides::default();
    for capability in &circumstances.added {
        overrides
            .added
            .entry(capability.record.kind)
            .or_default()
            .push(capability.clone());
    }
    let reached: BTreeSet<CapabilityId> = circumstances
        .changed
        .keys()
        .chain(&circumstances.aged)
        .copied()
        .collect();
    for group in world.in_order(&reached) {
        let circular = world.circular(&group);
        for id in group {
            let derived = match circumstances.changed.get(&id) {
                Some(derived) => derived.clone(),
                None => world.derived(id, moment, circular, &|other| {
                    overrides.replaced.get(&other).cloned()
                }),
            };
            let record = world.capabilities[id].now.record.clone();
            let capability = CapabilityNow::new(record, derived);
            overrides.replaced.insert(id, Arc::new(capability));
        }
    }
    overrides
}

/// Scores an assessment afresh under other circumstances.
pub(super) fn branch(
    world: &World,
    state: &AssessmentState,
    scored: &Scored,
    circumstances: &Circumstances,
    now: Timestamp,
) -> Branched {
    let moment = circumstances.moment(now);
    let overrides = overrides(world, circumstances, now);
    let selection = world.selection(state, Some(&overrides));
    let program = &scored.program;
    let ended = |id| circumstances.ended_waivers.contains(&id);
    let lane = Lane::build(
        program,
        &selection,
        &world.overlay_at(state, program, moment.now, &ended),
    );
    let awarded = world.award(state, program, moment).map(|award| award.stage);
    let position = Position {
        program,
        lane: &lane,
        awarded,
    };
    let stages = position.stages();
    Branched { lane, stages }
}
