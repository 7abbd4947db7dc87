//! The least that reaches a stage: `docs/reference/scoring.md` §10, by trying every choice of criteria.

use std::collections::BTreeSet;

use gradus_engine::key::ObjectKey;
use gradus_engine::model::{Aggregate, Criterion, CriterionKind, Over};
use gradus_engine::verdict::Truth;
use jiff::Timestamp;

use super::score::{Case, Reading, Site};
use crate::scene::Scene;

/// More open criteria than this are not tried.
const MOST_OPEN: usize = 10;

/// A choice of criteria to meet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Way {
    /// Days of effort; a criterion without an estimate counts one day.
    pub effort: u64,
    /// The criteria, everything that comes first included.
    pub criteria: BTreeSet<String>,
}

/// What there is to say of the way to a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Roadmap {
    /// The model has no walk over all criteria, or too many criteria are open.
    NotTried,
    /// No choice of criteria reaches it.
    Unreachable,
    /// The least effort that reaches it, with one choice of that effort.
    Least(Way),
}

/// The least effort to a stage, awards taken to be there.
pub fn least(scene: &Scene, key: &ObjectKey, now: Timestamp, to: u32) -> Roadmap {
    let Some(case) = Case::of(scene, key, now) else {
        return Roadmap::NotTried;
    };
    let scoring = &case.model.scoring;
    if scoring.by != Aggregate::Walk || scoring.over != Over::Criteria {
        return Roadmap::NotTried;
    }
    let site = Site::of(case);
    let open = open(&site);
    if open.len() > MOST_OPEN {
        return Roadmap::NotTried;
    }
    let mut ways: Vec<Way> = (0..1_usize << open.len())
        .map(|picks| way(&open, picks))
        .collect();
    ways.sort();
    let least = ways.into_iter().find(|way| leads_to(&site, way, to));
    least.map_or(Roadmap::Unreachable, Roadmap::Least)
}

/// Whether a choice of criteria passes every stage up to this one, with all that comes first.
///
/// # Panics
///
/// When the assessment cannot be scored, or its model has no such criterion.
pub fn reaches(
    scene: &Scene,
    key: &ObjectKey,
    now: Timestamp,
    criteria: &BTreeSet<String>,
    to: u32,
) -> bool {
    let case = Case::of(scene, key, now).expect("an assessment that can be scored");
    let way = Way {
        effort: 0,
        criteria: criteria.clone(),
    };
    leads_to(&Site::of(case), &way, to)
}

/// Positive criteria that concern the site, and whose own requirement does not hold.
fn open<'a>(site: &Site<'a>) -> Vec<&'a Criterion> {
    let criteria = site.case.model.criteria.iter();
    criteria
        .filter(|criterion| criterion.kind != CriterionKind::Negative && site.applies(criterion))
        .filter(|criterion| site.asked[&*criterion.name].holds != Truth::True)
        .collect()
}

fn way(open: &[&Criterion], picks: usize) -> Way {
    let picked = || {
        let numbered = open.iter().enumerate();
        numbered.filter_map(move |(place, one)| (picks & (1 << place) != 0).then_some(*one))
    };
    Way {
        effort: picked()
            .map(|one| u64::from(one.effort_days.unwrap_or(1)))
            .sum(),
        criteria: picked().map(|one| one.name.to_string()).collect(),
    }
}

fn leads_to(site: &Site<'_>, way: &Way, to: u32) -> bool {
    let mut done = site.clone();
    for name in &way.criteria {
        let asked = done.asked.get_mut(name).expect("a criterion of the model");
        asked.holds = Truth::True;
    }
    let chosen = way.criteria.iter().map(|name| done.criterion(name));
    let mut first = chosen.flat_map(|criterion| &criterion.depends_on);
    let in_order = first.all(|dependency| {
        let first = done.criterion(&dependency.criterion);
        !done.applies(first) || done.met(first) == Truth::True
    });
    in_order
        && Reading {
            site: &done,
            verdicts: &done.verdicts(),
            unknown_counts: false,
            awarded: true,
        }
        .reaches(to)
}
