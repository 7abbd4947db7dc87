//! The ladder, the domains and the points of a scored assessment, as views.

use crate::arena::row;
use crate::model::Aggregate;
use crate::score::graded::{self, Node};
use crate::score::position::{DomainPosition, Position, Stages, is_walked};
use crate::score::walk::{Reading, gate_open, passes, required};
use crate::view::{DomainView, ScoreView, StageView};

/// The stages, lowest first. Where one walk over all criteria decides, a stage passes by its own
/// share and gate; elsewhere it passes as far as the proven or potential stage reaches.
pub(super) fn ladder(position: Position<'_>, reached: Stages) -> Vec<StageView> {
    let program = position.program;
    let walk = program.model.scoring.walk;
    let mut below = true;
    let rows = program
        .model
        .stages
        .iter()
        .zip(position.lane.tallies.overall());
    rows.enumerate()
        .map(|(index, (stage, tally))| {
            let open = gate_open(stage, position.awarded);
            let stands = |reading| match reading {
                _ if index == 0 => true,
                _ if program.walks_overall() => passes(walk, *tally, reading) && open,
                Reading::Proven => reached.proven.is_some_and(|reached| stage.rank <= reached),
                Reading::Potential => reached
                    .potential
                    .is_some_and(|reached| stage.rank <= reached),
            };
            below &= stands(Reading::Proven);
            StageView {
                rank: stage.rank,
                title: stage.name.clone().unwrap_or_else(|| stage.rank.to_string()),
                of: tally.of,
                met: tally.met,
                waived: tally.waived,
                unknown: tally.unknown,
                required: required(walk, tally.of),
                passes: stands(Reading::Proven),
                passes_potentially: stands(Reading::Potential),
                gate: stage.gate.map(|_| open),
                reached: below,
            }
        })
        .collect()
}

/// Points of a graded model.
pub(super) fn score_view(position: Position<'_>) -> Option<ScoreView> {
    let Position {
        program,
        lane,
        awarded,
    } = position;
    let scoring = &program.model.scoring;
    if scoring.by == Aggregate::None || is_walked(program) {
        return None;
    }
    let Node::Known(points) = graded::score(program, lane, Reading::Proven, awarded).overall else {
        return None;
    };
    let potential = match graded::score(program, lane, Reading::Potential, awarded).overall {
        Node::Known(potential) => potential,
        Node::Empty | Node::Unknown => points.clone(),
    };
    let counts = lane.tallies.counts;
    Some(ScoreView {
        numerator: points.numer().to_string(),
        denominator: points.denom().to_string(),
        shown: graded::shown(scoring, &points),
        potential_shown: graded::shown(scoring, &potential),
        known: counts.of - counts.not_applicable - counts.unknown,
        of: counts.of - counts.not_applicable,
    })
}

/// Domains in the model's order.
pub(super) fn domains(position: Position<'_>, domains: &[DomainPosition]) -> Vec<DomainView> {
    let model = &position.program.model;
    let scoring = &model.scoring;
    domains
        .iter()
        .map(|found| {
            let domain = row(&model.domains, found.id);
            DomainView {
                name: domain.name.clone(),
                title: domain.title.clone(),
                parent: domain.parent.clone(),
                report: domain.report,
                stage: found.stage,
                score: match &found.node {
                    Node::Known(points) if scoring.leaf != Aggregate::Walk => {
                        Some(graded::shown(scoring, points))
                    }
                    Node::Known(_) | Node::Empty | Node::Unknown => None,
                },
                met: found.met,
                required: found.required,
                missing: found.missing,
                of: found.of,
            }
        })
        .collect()
}
