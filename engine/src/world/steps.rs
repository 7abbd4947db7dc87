//! What to do next: the gaps, and what closing each of them alone would gain.

use std::cmp::Reverse;

use super::assess::stage;
use super::state::Scored;
use crate::key::Name;
use crate::model::Criterion;
use crate::score::lane::{Lane, Own};
use crate::score::walk::Reading;
use crate::verdict::{EvidenceClass, Reason, Truth, Verdict};
use crate::view::{CriterionView, Gap, NextStep};

/// At most this many next steps are told.
const STEPS: usize = 10;

/// Everything that is Unmet or Unknown: the nearest stage first, then by name.
pub(super) fn gaps(scored: &Scored, rows: &[CriterionView]) -> Vec<Gap> {
    let model = &scored.program.model;
    let mut gaps: Vec<Gap> = rows
        .iter()
        .zip(model.criteria.iter().zip(&scored.program.criteria))
        .filter(|(row, (_, statement))| {
            statement.counts && matches!(row.verdict, Verdict::Unmet | Verdict::Unknown)
        })
        .map(|(row, (criterion, _))| Gap {
            criterion: row.name.clone(),
            stage: criterion.stage,
            verdict: row.verdict,
            reason: row.reason.unwrap_or(Reason::NotDeclared),
            owner: row.owner.clone(),
        })
        .collect();
    gaps.sort_by(|left, right| (left.stage, &left.criterion).cmp(&(right.stage, &right.criterion)));
    gaps
}

/// What to do next: most gain first, then importance, then least effort, then the nearest stage.
pub(super) fn next_steps(scored: &Scored) -> Vec<NextStep> {
    let program = &scored.program;
    let awarded = scored.award.as_ref().map(|award| award.stage);
    let before = stage(program, &scored.lane, awarded, Reading::Proven).unwrap_or_default();
    let mut lane = scored.lane.clone();
    let mut steps: Vec<(NextStep, &Criterion)> = (0u32..)
        .zip(program.model.criteria.iter().zip(&program.criteria))
        .filter(|(index, (_, statement))| {
            statement.counts && matches!(lane.verdict(*index), Verdict::Unmet | Verdict::Unknown)
        })
        .collect::<Vec<_>>()
        .into_iter()
        .map(|(index, (criterion, _))| {
            let mut met = [(index, satisfied(&lane, index))];
            lane.suppose(program, &mut met);
            let after = stage(program, &lane, awarded, Reading::Proven).unwrap_or_default();
            lane.suppose(program, &mut met);
            (
                step(scored, criterion, after.saturating_sub(before)),
                criterion,
            )
        })
        .collect();
    steps.sort_by_key(|(step, criterion)| {
        let importance = Reverse(criterion.importance.unwrap_or_default());
        let effort = criterion.effort_days.unwrap_or(u32::MAX);
        let blocked = !step.blocked_by.is_empty();
        (
            Reverse(step.gain),
            criterion.stage,
            blocked,
            importance,
            effort,
            criterion.name.clone(),
        )
    });
    steps
        .into_iter()
        .map(|(step, _)| step)
        .take(STEPS)
        .collect()
}

/// A requirement that came true on a declaration.
pub(super) fn satisfied(lane: &Lane, index: u32) -> Own {
    Own {
        truth: Truth::True,
        class: EvidenceClass::Declared,
        ..lane.own(index)
    }
}

fn step(scored: &Scored, criterion: &Criterion, gain: u32) -> NextStep {
    let model = &scored.program.model;
    let needs = |other: &&Criterion| {
        other
            .depends_on
            .iter()
            .any(|edge| edge.criterion == criterion.name)
    };
    let open = |name: &&Name| {
        let index = scored
            .program
            .criterion(name)
            .and_then(|index| u32::try_from(index).ok());
        index.is_some_and(|index| scored.lane.met(index).truth != Truth::True)
    };
    NextStep {
        criterion: criterion.name.clone(),
        gain,
        effort_days: criterion.effort_days,
        unlocks: model
            .criteria
            .iter()
            .filter(needs)
            .map(|other| other.name.clone())
            .collect(),
        blocked_by: criterion
            .depends_on
            .iter()
            .map(|edge| &edge.criterion)
            .filter(open)
            .cloned()
            .collect(),
    }
}
