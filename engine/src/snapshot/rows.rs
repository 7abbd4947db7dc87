//! A row per criterion, and the gaps among them.

use num_rational::BigRational;

use crate::arena::{CriterionId, Id};
use crate::key::Name;
use crate::object::TreatAs;
use crate::program::Formula;
use crate::score::decider::decider;
use crate::score::graded;
use crate::score::requirement::evaluate;
use crate::verdict::{Reason, Truth, Verdict};
use crate::view::{CriterionView, Gap};
use crate::world::{AssessmentState, Scored, Selection, World, bare_overlay};

pub(super) fn rows(world: &World, state: &AssessmentState, scored: &Scored) -> Vec<CriterionView> {
    let selection = world.selection(state, None);
    let program = &scored.program;
    program
        .statements()
        .map(|(index, criterion, statement)| {
            let found = evaluate(program, statement, &selection);
            let (verdict, met) = (scored.lane.verdict(index), scored.lane.met(index));
            let open = verdict.is_open() && statement.negates.is_none();
            let by_itself = scored.lane.satisfied(program, index) == Truth::True;
            let reason = open.then(|| open_reason(scored, index, &selection));
            let record = found.capability.map(|capability| &capability.record);
            let record = record.filter(|_| statement.negates.is_none());
            CriterionView {
                index: index.place(),
                name: criterion.name.clone(),
                verdict,
                reason,
                class: (verdict == Verdict::Met && statement.counts).then_some(met.class),
                capability: record.map(|record| record.key.name.clone()),
                owner: record.and_then(|record| record.owner.team.clone()),
                met_by: (verdict == Verdict::Met && !by_itself && statement.negates.is_none())
                    .then(|| standing_in(scored, index))
                    .flatten(),
                points: points_shown(scored, index),
                note: match reason {
                    Some(Reason::AnswerOutOfRange) => taken_answers(scored, index),
                    _ => note(world, state, scored, index, &criterion.name),
                },
            }
        })
        .collect()
}

fn note(
    world: &World,
    state: &AssessmentState,
    scored: &Scored,
    index: CriterionId,
    name: &Name,
) -> Option<String> {
    let waiver = |treat_as| {
        let mut waivers = world.waivers_for(&state.key).map(|(_, known)| known);
        let known = waivers.find(|known| {
            known.effective.is_ok()
                && known.spec.treat_as == treat_as
                && known.spec.criteria.contains(name)
        })?;
        Some(format!("waiver {}: {}", known.key.name, known.spec.reason))
    };
    match scored.lane.verdict(index) {
        Verdict::Waived => waiver(TreatAs::Met),
        Verdict::NotApplicable => {
            let named = state
                .spec
                .not_applicable
                .iter()
                .find(|(criterion, _)| criterion == name);
            let by_attributes = bare_overlay(state, &scored.program)[index].excluded;
            match named {
                Some((_, reason)) => Some(reason.clone()),
                None if by_attributes => {
                    Some("does not apply to this assessment's attributes".to_owned())
                }
                None => waiver(TreatAs::NotApplicable),
            }
        }
        Verdict::Met | Verdict::Held | Verdict::Unmet | Verdict::Unknown => None,
    }
}

/// Why a criterion is open: by its own requirement, or by the gate that keeps it shut.
// See D-010.
fn open_reason(scored: &Scored, index: CriterionId, selection: &Selection<'_>) -> Reason {
    let decider = decider(&scored.program, &scored.lane, index);
    let statement = &scored.program.criteria[decider];
    evaluate(&scored.program, statement, selection).reason
}

/// The answers that are taken where the one that is stated is not.
// See D-128.
fn taken_answers(scored: &Scored, index: CriterionId) -> Option<String> {
    let decider = decider(&scored.program, &scored.lane, index);
    let Formula::Leaf(leaf) = &scored.program.criteria[decider].formula else {
        return None;
    };
    let (_, question) = leaf.test.question(&scored.program.model)?;
    Some(format!("asks for {question}"))
}

/// The successor that stands for a criterion.
fn standing_in(scored: &Scored, index: CriterionId) -> Option<Name> {
    let successors = &scored.program.criteria[index].successors;
    let satisfied = |successor: &&CriterionId| {
        !scored.lane.overlay(**successor).excluded
            && scored.lane.satisfied(&scored.program, **successor) == Truth::True
    };
    let successor = successors.iter().find(satisfied)?;
    Some(scored.program.stated(*successor).name.clone())
}

fn points_shown(scored: &Scored, index: CriterionId) -> Option<String> {
    let points = scored.lane.points(&scored.program.criteria[index])?;
    let exact = BigRational::new((*points.numer()).into(), (*points.denom()).into());
    let digits = if exact.is_integer() {
        0
    } else {
        scored.program.model.scoring.digits.max(1)
    };
    Some(graded::decimals(&exact, digits))
}

/// Everything that is Unmet or Unknown: the nearest stage first, then by name.
pub(super) fn gaps(scored: &Scored, rows: &[CriterionView]) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = rows
        .iter()
        .zip(scored.program.statements())
        .filter(|(row, (_, _, statement))| statement.counts && row.verdict.is_open())
        .map(|(row, (_, criterion, _))| Gap {
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
