//! What is set on each criterion from outside its requirement: scope and waivers.

use jiff::Timestamp;

use super::entry::AssessmentState;
use super::state::World;
use crate::arena::WaiverId;
use crate::key::Name;
use crate::object::TreatAs;
use crate::program::Program;
use crate::score::lane::{Overlay, Overlays};

impl World {
    /// What the assessment's own text and the waivers in force at an instant set on each
    /// criterion, with some waivers taken as ended.
    // See D-002.
    pub(crate) fn overlay_at(
        &self,
        state: &AssessmentState,
        program: &Program,
        at: Timestamp,
        ended: &dyn Fn(WaiverId) -> bool,
    ) -> Overlays {
        let mut overlays = bare_overlay(state, program);
        for (name, _) in &state.spec.not_applicable {
            if let Some(criterion) = program.criterion(name) {
                overlays[criterion].excluded = true;
            }
        }
        let waivers = self.waivers_for(&state.key);
        for (_, waiver) in waivers.filter(|(id, waiver)| waiver.in_force(at) && !ended(*id)) {
            let criteria = waiver.spec.criteria.iter();
            for criterion in criteria.filter_map(|name| program.criterion(name)) {
                let waived = &mut overlays[criterion].waived;
                if *waived != Some(TreatAs::NotApplicable) {
                    *waived = Some(waiver.spec.treat_as);
                }
            }
        }
        overlays
    }
}

/// Applicability by attributes alone.
pub(crate) fn bare_overlay(state: &AssessmentState, program: &Program) -> Overlays {
    let attributes = &state.spec.attributes;
    let applies = |wanted: (&Name, &Vec<Name>)| {
        attributes
            .get(wanted.0)
            .is_some_and(|own| own.iter().any(|value| wanted.1.contains(value)))
    };
    let criteria = program.model.criteria.iter();
    criteria
        .map(|criterion| Overlay {
            // See D-004.
            excluded: !criterion.applies_to.iter().all(applies),
            waived: None,
        })
        .collect()
}
