//! The stage walk: the highest stage that passes, with every stage below it.

use super::tally::StageTally;
use crate::model::{EmptyStage, Stage, Walk};

/// Whether Unknown counts as met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// It does not.
    Proven,
    /// It does.
    Potential,
}

/// Weight needed to pass a stage, rounded up.
pub(crate) fn required(walk: Walk, of: u64) -> u64 {
    let needed =
        (u128::from(walk.numerator) * u128::from(of)).div_ceil(u128::from(walk.denominator.max(1)));
    u64::try_from(needed).unwrap_or(u64::MAX)
}

/// Whether a stage's share passes, gates aside. Inclusive, in integers.
pub(crate) fn passes(walk: Walk, tally: StageTally, reading: Reading) -> bool {
    if tally.of == 0 {
        return walk.empty_stage != EmptyStage::Fail;
    }
    let met = match reading {
        Reading::Proven => tally.met,
        Reading::Potential => tally.met + tally.unknown,
    };
    u128::from(walk.numerator) * u128::from(tally.of)
        <= u128::from(walk.denominator) * u128::from(met)
}

/// Whether a stage's gate is open under an award for a stage, if there is one.
pub(crate) fn gate_open(stage: &Stage, awarded: Option<u32>) -> bool {
    stage.gate.is_none() || awarded.is_some_and(|award| award >= stage.rank)
}

/// Where a walk ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reached {
    /// The rank reached.
    pub(crate) rank: u32,
    /// The index of the stage that stopped it.
    pub(crate) stopped_at: Option<usize>,
}

/// Walks up from the first stage and stops at the first that fails.
pub(crate) fn climb(
    stages: &[Stage],
    walk: Walk,
    tallies: &[StageTally],
    reading: Reading,
    awarded: Option<u32>,
) -> Option<Reached> {
    let mut reached = Reached {
        rank: stages.first()?.rank,
        stopped_at: None,
    };
    for (index, (stage, tally)) in stages.iter().zip(tallies).enumerate().skip(1) {
        if !(passes(walk, *tally, reading) && gate_open(stage, awarded)) {
            reached.stopped_at = Some(index);
            break;
        }
        if tally.of > 0 || walk.empty_stage == EmptyStage::Pass {
            reached.rank = stage.rank;
        }
    }
    Some(reached)
}
