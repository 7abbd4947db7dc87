//! Which loss broke a ladder: the name that a fall is given.

use std::cmp::Ordering;

use super::input::{DomainStage, FoldInput, Loss, Overall};
use crate::ledger::Because;
use crate::verdict::Cause;

/// Why a ladder stands no higher.
#[derive(Debug, Clone)]
pub(super) struct Blame {
    pub(super) because: Because,
    /// Whether it may stand higher: what decides cannot be read.
    pub(super) unreadable: bool,
}

/// Why the overall stage is not higher than it is.
pub(super) fn of_overall(input: &FoldInput, stage: u32) -> Blame {
    let breaks = if input.overall == Overall::LowestDomain {
        input
            .domains
            .iter()
            .filter(|domain| domain.stage == stage)
            .filter_map(|domain| break_of_domain(input, domain))
            .min_by(by_stage_instant_name)
    } else {
        break_of(input.losses.iter(), input.next_stage, stage, input.missing)
    };
    blame(breaks)
}

/// Why a domain's stage is not higher than it is.
pub(super) fn of_domain(input: &FoldInput, domain: &DomainStage) -> Blame {
    blame(break_of_domain(input, domain))
}

fn blame(found: Option<&Loss>) -> Blame {
    match found {
        Some(loss) => Blame {
            because: loss.because.clone(),
            unreadable: loss.unreadable,
        },
        None => Blame {
            because: Because::of(Cause::ScopeChanged),
            unreadable: false,
        },
    }
}

fn break_of_domain<'a>(input: &'a FoldInput, domain: &DomainStage) -> Option<&'a Loss> {
    let losses = input
        .losses
        .iter()
        .filter(|loss| loss.domain.as_ref() == Some(&domain.name));
    break_of(losses, None, domain.stage, domain.missing)
}

/// The loss that broke the stage above `stage`: the losses of that stage, in the order in which
/// they happened, up to the one for which the threshold had no room left; or its closed gate.
/// Points have no threshold: there the last loss decides.
// See D-032.
fn break_of<'a>(
    losses: impl Iterator<Item = &'a Loss>,
    broken: Option<u32>,
    stage: u32,
    missing: u64,
) -> Option<&'a Loss> {
    let (staged, mut points): (Vec<_>, Vec<_>) = losses.partition(|loss| loss.stage.is_some());
    let above = |loss: &&Loss| loss.stage.filter(|above| *above > stage);
    let broken = broken.or_else(|| staged.iter().filter_map(above).min());
    let Some(broken) = broken.filter(|_| !staged.is_empty()) else {
        points.sort_by(|left, right| {
            right
                .since
                .cmp(&left.since)
                .then_with(|| by_name(left, right))
        });
        return points.first().copied();
    };
    let (mut criteria, gates): (Vec<_>, Vec<_>) = staged
        .into_iter()
        .filter(|loss| loss.stage == Some(broken))
        .partition(|loss| loss.criterion.is_some());
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
fn by_stage_instant_name(left: &&Loss, right: &&Loss) -> Ordering {
    let key = |loss: &Loss| (loss.stage, loss.since);
    key(left)
        .cmp(&key(right))
        .then_with(|| by_name(left, right))
}

fn by_name(left: &Loss, right: &Loss) -> Ordering {
    left.criterion.cmp(&right.criterion)
}
