//! What is set on each criterion from outside its requirement: scope and waivers.

use jiff::Timestamp;

use super::entry::AssessmentState;
use super::state::World;
use crate::key::Name;
use crate::object::TreatAs;
use crate::program::Program;
use crate::score::lane::Overlay;

impl World {
    /// What the assessment's own text and the waivers in force at an instant set on each
    /// criterion, with some waivers taken as ended.
    // See D-002.
    pub(crate) fn overlay_at(
        &self,
        state: &AssessmentState,
        program: &Program,
        at: Timestamp,
        ended: &dyn Fn(usize) -> bool,
    ) -> Box<[Overlay]> {
        let mut overlay = bare_overlay(state, program);
        for (name, _) in &state.spec.not_applicable {
            if let Some(set) = program
                .criterion(name)
                .and_then(|index| overlay.get_mut(index))
            {
                set.excluded = true;
            }
        }
        for id in self.waiver_ids(state) {
            let Some(known) = self.waivers.get(*id).filter(|known| known.in_force(at)) else {
                continue;
            };
            if ended(*id) {
                continue;
            }
            for name in &known.spec.criteria {
                let Some(set) = program
                    .criterion(name)
                    .and_then(|index| overlay.get_mut(index))
                else {
                    continue;
                };
                if set.waived != Some(TreatAs::NotApplicable) {
                    set.waived = Some(known.spec.treat_as);
                }
            }
        }
        overlay
    }
}

/// Applicability by attributes alone.
pub(crate) fn bare_overlay(state: &AssessmentState, program: &Program) -> Box<[Overlay]> {
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
