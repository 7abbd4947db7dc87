//! Outside awards of an assessment.

use super::derivation::Moment;
use super::entry::{AssessmentState, AttestationState};
use super::state::World;
use crate::object::Subject;
use crate::program::Program;
use crate::time::{Phase, Validity, after, start_of};
use crate::view::AwardView;

impl World {
    /// The highest outside award in force; of equals, the one that lasts longest.
    pub(crate) fn award(
        &self,
        state: &AssessmentState,
        program: &Program,
        moment: Moment<'_>,
    ) -> Option<AwardView> {
        let ended = |id| moment.ended.is_some_and(|ended| ended.contains(&id));
        let awards = self.awards_for(&state.key).filter(|(id, _)| !ended(*id));
        awards
            .filter_map(|(_, known)| award_of(known, state, program))
            .filter(|(validity, _)| validity.effective_at(moment.now) == Phase::Effective)
            .map(|(_, award)| award)
            .max_by(|left, right| {
                let rank = |award: &AwardView| (award.stage, award.valid_until);
                rank(left)
                    .cmp(&rank(right))
                    .then_with(|| right.attestation.cmp(&left.attestation))
            })
    }
}

/// An award with its validity, by the gate of the stage that it grants; none of an attestation that awards
/// nothing under the assessment's model.
// See D-015, D-122.
pub(crate) fn award_of(
    known: &AttestationState,
    state: &AssessmentState,
    program: &Program,
) -> Option<(Validity, AwardView)> {
    let Subject::Award { model, stage, .. } = &known.spec.subject else {
        return None;
    };
    if *model != state.spec.model {
        return None;
    }
    let issued = start_of(known.spec.issued);
    let mut stages = program.model.stages.iter();
    let granted = stages.find(|level| level.rank == *stage);
    let validity = match granted.and_then(|level| level.gate?.valid_for) {
        Some(span) => known.validity.capped(after(issued, span)),
        None => known.validity,
    };
    let award = AwardView {
        stage: *stage,
        organisation: known.spec.external.clone()?,
        attestation: known.key.name.clone(),
        at: validity.start,
        valid_until: validity.end,
    };
    Some((validity, award))
}
