//! What is aimed at, and why it will be missed.

use gradus_engine::object::Target;
use gradus_engine::view::AssessmentView;

/// The target: `the target is stage 6 by 2027-06-30`.
pub fn goal(target: &Target) -> String {
    let by = target
        .by
        .map(|day| format!(" by {day}"))
        .unwrap_or_default();
    format!("the target is stage {}{by}", target.stage)
}

/// The target and why it will not be held or reached in time; none while it will.
pub fn at_risk(view: &AssessmentView) -> Option<String> {
    let goal = goal(view.spec.target.as_ref()?);
    let risk = view.target_risk.as_ref()?;
    Some(format!("{goal}; as things stand it will be missed: {risk}"))
}
