//! What ends soon, and what falls with it if nobody acts.

use gradus_crds::wording::calendar::{days_until, distance, last_day};
use gradus_crds::wording::{capitalised, ending};
use gradus_engine::view::{AssessmentView, End};

use super::super::link;
use super::Link;
use super::shape::percent;

/// How far the runway reaches.
pub(super) const DAYS: u64 = 90;

/// The ends of the next days.
pub(super) struct Runway {
    pub(super) ends: Vec<RunwayEnd>,
    /// How many end later.
    pub(super) later: usize,
    /// Whether anything falls on the runway.
    pub(super) falls: bool,
}

/// One end.
pub(super) struct RunwayEnd {
    /// Where on the runway.
    pub(super) x: String,
    pub(super) class: &'static str,
    pub(super) day: String,
    pub(super) distance: String,
    pub(super) what: String,
    pub(super) name: String,
    pub(super) capability: Option<Link>,
    pub(super) falls_to: Option<u32>,
}

/// The runway of an assessment.
pub(super) fn runway(view: &AssessmentView) -> Runway {
    let (near, far): (Vec<&End>, Vec<&End>) = view
        .ends
        .iter()
        .partition(|end| days_until(view.at, end.at) <= DAYS);
    let ends: Vec<RunwayEnd> = near.into_iter().map(|end| runway_end(view, end)).collect();
    Runway {
        falls: ends.iter().any(|end| end.falls_to.is_some()),
        ends,
        later: far.len(),
    }
}

fn runway_end(view: &AssessmentView, end: &End) -> RunwayEnd {
    let capability = |name: &gradus_engine::key::Name| {
        Link::new(name.as_ref(), link::capability(&view.key.namespace, name))
    };
    RunwayEnd {
        x: percent(days_until(view.at, end.at), DAYS),
        class: if end.falls_to.is_some() {
            "falls"
        } else {
            "ends"
        },
        day: last_day(end.at),
        distance: distance(view.at, end.at),
        what: capitalised(ending::noun(end.kind)),
        name: end.name.to_string(),
        capability: end.capability.as_ref().map(capability),
        falls_to: end.falls_to,
    }
}
