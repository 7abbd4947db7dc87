//! What to do next, and what each step alone would gain.

use std::cmp::Reverse;

use crate::arena::CriterionId;
use crate::key::Name;
use crate::model::Criterion;
use crate::score::lane::{Lane, Own};
use crate::score::walk::Reading;
use crate::verdict::{EvidenceClass, Truth};
use crate::view::NextStep;
use crate::world::Scored;

/// At most this many next steps are told.
const STEPS: usize = 10;

/// What to do next: most gain first, then importance, then least effort, then the nearest stage.
pub(crate) fn next_steps(scored: &Scored) -> Vec<NextStep> {
    let program = &scored.program;
    let before = scored.position().stage(Reading::Proven).unwrap_or_default();
    let mut lane = scored.lane.clone();
    let mut steps: Vec<(NextStep, &Criterion)> = program
        .statements()
        .filter(|(id, _, statement)| statement.counts && scored.lane.verdict(*id).is_open())
        .map(|(index, criterion, _)| {
            let mut met = [(index, satisfied(&lane, index))];
            lane.swap_requirements(program, &mut met);
            let after = scored.position_of(&lane).stage(Reading::Proven);
            lane.swap_requirements(program, &mut met);
            (
                step(
                    scored,
                    criterion,
                    after.unwrap_or_default().saturating_sub(before),
                ),
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
pub(super) fn satisfied(lane: &Lane, criterion: CriterionId) -> Own {
    Own {
        truth: Truth::True,
        class: EvidenceClass::Declared,
        ..lane.own(criterion)
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
        let criterion = scored.program.criterion(name);
        criterion.is_some_and(|id| scored.lane.met(id).truth != Truth::True)
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
