//! Which loss broke a ladder: the name that a fall is given.

use std::cmp::Ordering;

use super::outcome::{Loss, Outcome};
use crate::verdict::Cause;
use crate::view::Because;

/// Why a ladder stands no higher.
#[derive(Debug, Clone)]
pub(super) struct Blame {
    pub(super) because: Because,
    /// Whether it may stand higher: what decides cannot be read.
    pub(super) unreadable: bool,
}

/// Why the overall stage is not higher than it is.
pub(super) fn of_overall(outcome: &Outcome<'_>, stage: u32) -> Blame {
    let breaks = if outcome.lowest_domain_decides {
        outcome
            .domains
            .iter()
            .filter(|domain| domain.stage == stage)
            .filter_map(|domain| break_of_domain(outcome, domain.name, stage, domain.missing))
            .min_by(by_stage_instant_name)
    } else {
        break_of(
            outcome.losses.iter(),
            outcome.next_stage,
            stage,
            outcome.missing,
        )
    };
    blame(breaks)
}

/// Why a domain's stage is not higher than it is.
pub(super) fn of_domain(outcome: &Outcome<'_>, domain: &str, stage: u32, missing: u64) -> Blame {
    blame(break_of_domain(outcome, domain, stage, missing))
}

fn blame(found: Option<&Loss<'_>>) -> Blame {
    match found {
        Some(loss) => Blame {
            because: loss.lost.because.clone(),
            unreadable: loss.lost.unreadable,
        },
        None => Blame {
            because: Because {
                cause: Cause::ScopeChanged,
                capability: None,
                evidence: None,
            },
            unreadable: false,
        },
    }
}

fn break_of_domain<'a>(
    outcome: &'a Outcome<'_>,
    domain: &str,
    stage: u32,
    missing: u64,
) -> Option<&'a Loss<'a>> {
    let losses = outcome
        .losses
        .iter()
        .filter(|loss| loss.lost.domain.as_deref() == Some(domain));
    break_of(losses, None, stage, missing)
}

/// The loss that broke the stage above `stage`: the losses of that stage, in the order in which
/// they happened, up to the one for which the threshold had no room left; or its closed gate.
/// Points have no threshold: there the last loss decides.
fn break_of<'a>(
    losses: impl Iterator<Item = &'a Loss<'a>>,
    broken: Option<u32>,
    stage: u32,
    missing: u64,
) -> Option<&'a Loss<'a>> {
    let (staged, mut points): (Vec<_>, Vec<_>) = losses.partition(|loss| loss.lost.stage.is_some());
    let above = |loss: &&Loss<'_>| loss.lost.stage.filter(|above| *above > stage);
    let Some(broken) = broken.or_else(|| staged.iter().filter_map(above).min()) else {
        points.sort_by(|left, right| {
            right
                .lost
                .since
                .cmp(&left.lost.since)
                .then_with(|| by_name(left, right))
        });
        return points.first().copied();
    };
    let (mut criteria, gates): (Vec<_>, Vec<_>) = staged
        .into_iter()
        .filter(|loss| loss.lost.stage == Some(broken))
        .partition(|loss| loss.lost.criterion.is_some());
    criteria.sort_by(by_stage_instant_name);
    let room = criteria
        .iter()
        .map(|loss| loss.weight)
        .sum::<u64>()
        .saturating_sub(missing);
    let mut lost = 0;
    let last_straw = criteria.into_iter().find(|loss| {
        lost += loss.weight;
        lost > room
    });
    gates
        .into_iter()
        .chain(last_straw)
        .min_by(by_stage_instant_name)
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape that sort_by and min_by ask for"
)]
fn by_stage_instant_name(left: &&Loss<'_>, right: &&Loss<'_>) -> Ordering {
    let key = |loss: &Loss<'_>| (loss.lost.stage, loss.lost.since);
    key(left)
        .cmp(&key(right))
        .then_with(|| by_name(left, right))
}

fn by_name(left: &Loss<'_>, right: &Loss<'_>) -> Ordering {
    left.lost.criterion.cmp(&right.lost.criterion)
}
