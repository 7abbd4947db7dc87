//! Whether a target will be held or reached in time, and if not, why.

use jiff::Timestamp;

use crate::object::Target;
use crate::query::{Outlook, is_unreachable, takes_longer};
use crate::score::walk::Reading;
use crate::time::end_of;
use crate::verdict::NotScored;
use crate::view::TargetRisk;
use crate::world::{AssessmentState, Scored};

/// A fall below the target stands or is forecast for its day, or the way there takes longer than is left.
// See D-024, D-126.
pub(super) fn target_risk(
    state: &AssessmentState,
    scored: &Scored,
    outlook: &Outlook,
    now: Timestamp,
) -> Option<TargetRisk> {
    let (target, by) = dated_target(state)?;
    let stage = scored.position().stage(Reading::Proven);
    let below = |stage: u32| stage < target.stage;
    let falls = state.ledger.standing.iter();
    let fell = falls.filter(|fall| fall.domain.is_none()).count() > 0;
    if let Some(stage) = stage.filter(|stage| fell && below(*stage)) {
        return Some(TargetRisk::Fell(stage));
    }
    let forecast = outlook.stage_before(by);
    let falls_to = forecast.filter(|after| below(*after) && Some(*after) < stage);
    if let Some(after) = falls_to {
        let fall = outlook.forecast.clone().filter(|fall| fall.at < by);
        return Some(TargetRisk::Falls(after, fall));
    }
    if !stage.is_some_and(below) {
        return None;
    }
    let Ok(days) = u64::try_from(by.duration_since(now).as_hours() / 24) else {
        return Some(TargetRisk::Overdue);
    };
    if is_unreachable(scored, target.stage) {
        return Some(TargetRisk::Unreachable);
    }
    takes_longer(scored, target.stage, days).then_some(TargetRisk::TooLong(days))
}

/// A target that nobody can compare with the present stage.
// See D-123.
pub(super) fn undetermined_target(state: &AssessmentState, now: Timestamp) -> Option<TargetRisk> {
    let problem = state.problem.as_ref()?;
    let ahead = dated_target(state).is_some_and(|(_, by)| now < by);
    (problem.reason == NotScored::Undetermined && ahead).then_some(TargetRisk::Undetermined)
}

fn dated_target(state: &AssessmentState) -> Option<(&Target, Timestamp)> {
    let target = state.spec.target.as_ref()?;
    Some((target, end_of(target.by?)))
}
