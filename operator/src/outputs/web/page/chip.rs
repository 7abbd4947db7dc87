//! What is special about an assessment in two or three words, and how much trouble it is.

use gradus_crds::wording::calendar::{days_until, distance};
use gradus_engine::object::Target;
use gradus_engine::time::end_of;
use gradus_engine::verdict::Suspension;
use gradus_engine::view::{AssessmentView, Forecast};

/// How much trouble an assessment is; the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trouble {
    Fell,
    NotScored,
    BelowTarget,
    AtRisk,
    WillFall,
    Stale,
    NotAssessed,
    None,
    Suspended,
}

impl Trouble {
    /// The colour of its row.
    pub(super) fn class(self) -> &'static str {
        match self {
            Trouble::Fell | Trouble::NotScored | Trouble::BelowTarget => "bad",
            Trouble::AtRisk | Trouble::WillFall | Trouble::Stale => "warn",
            Trouble::None => "good",
            Trouble::NotAssessed | Trouble::Suspended => "quiet",
        }
    }
}

/// Two or three words with a colour of their own.
pub(super) struct Chip {
    pub(super) class: &'static str,
    pub(super) text: String,
}

/// How much trouble an assessment is.
pub(super) fn trouble(view: &AssessmentView) -> Trouble {
    match view {
        _ if view.problem.is_some() => Trouble::NotScored,
        _ if view.suspended().is_some() => Trouble::Suspended,
        _ if view.regressed() => Trouble::Fell,
        _ if !view.assessed => Trouble::NotAssessed,
        _ if missed_target(view).is_some() => Trouble::BelowTarget,
        _ if view.target_at_risk() => Trouble::AtRisk,
        _ if coming_fall(view).is_some() => Trouble::WillFall,
        _ if !view.stale_sources.is_empty() => Trouble::Stale,
        _ => Trouble::None,
    }
}

/// The chips of an assessment, the worst first.
pub(super) fn chips(view: &AssessmentView) -> Vec<Chip> {
    let raises = view.suspended().is_none();
    let mut chips = Vec::new();
    let mut add = |class, text: String| chips.push(Chip { class, text });
    if view.problem.is_some() {
        add("bad", "Cannot be scored".to_owned());
    }
    if view.broken.is_some() {
        add("bad", "History altered".to_owned());
    }
    if view.regressed() {
        add("bad", "Fell".to_owned());
    }
    if let Some(suspended) = view.suspended() {
        let text = match suspended {
            Suspension::NotEngaged => "Not engaged",
            Suspension::Withdrawn | Suspension::Paused | Suspension::Descriptive => {
                suspended.as_str()
            }
        };
        add("quiet", text.to_owned());
    }
    if let Some(target) = missed_target(view).filter(|_| raises) {
        add("bad", format!("Below target {}", target.stage));
    } else if view.target_at_risk() && raises {
        add("warn", "Target at risk".to_owned());
    }
    if let Some(fall) = coming_fall(view).filter(|_| raises) {
        add(
            "warn",
            format!("Falls to {} {}", fall.stage, distance(view.at, fall.at)),
        );
    }
    if !view.stale_sources.is_empty() {
        add("warn", "Stale sources".to_owned());
    }
    if let Some(award) = &view.awarded {
        add("good", format!("Awarded {}", award.stage));
    }
    chips
}

/// The target, when its day is past, or it has none, and the stage is below it.
fn missed_target(view: &AssessmentView) -> Option<&Target> {
    let due = |target: &&Target| target.by.is_none_or(|day| end_of(day) <= view.at);
    let target = view.spec.target.as_ref().filter(due)?;
    view.stage
        .is_some_and(|stage| stage < target.stage)
        .then_some(target)
}

/// The first fall of the runway.
fn coming_fall(view: &AssessmentView) -> Option<&Forecast> {
    let soon = |fall: &&Forecast| days_until(view.at, fall.at) <= super::runway::DAYS;
    view.forecast.as_ref().filter(soon)
}
