//! The ladder, the domains and the points of a scored assessment, as views.

use super::assess::is_walked;
use super::state::Scored;
use crate::model::Aggregate;
use crate::score::graded::{self, Node};
use crate::score::tally::StageTally;
use crate::score::walk::{Reading, climb, gate_open, passes, required};
use crate::verdict::Verdict::{Held, Met, NotApplicable, Waived};
use crate::view::{DomainView, ScoreView, StageView};

/// The stages, lowest first. Where one walk over all criteria decides, a stage passes by its own
/// share and gate; elsewhere it passes as far as the proven or potential stage reaches.
pub(super) fn ladder(
    scored: &Scored,
    awarded: Option<u32>,
    (proven, potential): (Option<u32>, Option<u32>),
) -> Vec<StageView> {
    let model = &scored.program.model;
    let walk = model.scoring.walk;
    let mut below = true;
    let rows = model.stages.iter().zip(scored.lane.tallies.overall());
    rows.enumerate()
        .map(|(index, (stage, tally))| {
            let open = gate_open(stage, awarded);
            let stands = |reading| match reading {
                _ if index == 0 => true,
                _ if scored.program.walks_overall() => passes(walk, *tally, reading) && open,
                Reading::Proven => proven.is_some_and(|reached| stage.rank <= reached),
                Reading::Potential => potential.is_some_and(|reached| stage.rank <= reached),
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

/// The lowest stage above the proven one that does not pass, and the weight missing for it.
pub(super) fn next(
    scored: &Scored,
    awarded: Option<u32>,
    domains: &[DomainView],
    stage: Option<u32>,
) -> (Option<u32>, u64) {
    if scored.program.walks_overall() {
        return next_stage(scored, scored.lane.tallies.overall(), awarded);
    }
    let Some(stage) = stage else { return (None, 0) };
    let ranks = graded::overall_is_rank(&scored.program.model.scoring);
    let lowest = domains
        .iter()
        .filter(|domain| ranks && domain.stage == Some(stage));
    let missing = lowest.map(|domain| domain.missing).sum();
    let model = &scored.program.model;
    let ranks_above = model.stages.iter().map(|stage| stage.rank);
    let levels_above = model.scoring.levels.iter().map(|level| level.0);
    (
        ranks_above
            .chain(levels_above)
            .filter(|rank| *rank > stage)
            .min(),
        missing,
    )
}

fn next_stage(scored: &Scored, tallies: &[StageTally], awarded: Option<u32>) -> (Option<u32>, u64) {
    let model = &scored.program.model;
    let walk = model.scoring.walk;
    let reached = climb(&model.stages, walk, tallies, Reading::Proven, awarded);
    let Some(stopped) = reached.and_then(|reached| reached.stopped_at) else {
        return (None, 0);
    };
    let rank = model.stages.get(stopped).map(|stage| stage.rank);
    let missing = tallies
        .get(stopped)
        .map(|tally| required(walk, tally.of).saturating_sub(tally.met));
    (rank, missing.unwrap_or_default())
}

/// Points of a graded model.
pub(super) fn score_view(scored: &Scored, awarded: Option<u32>) -> Option<ScoreView> {
    let program = &scored.program;
    let scoring = &program.model.scoring;
    if scoring.by == Aggregate::None || is_walked(program) {
        return None;
    }
    let Node::Known(points) =
        graded::score(program, &scored.lane, Reading::Proven, awarded).overall
    else {
        return None;
    };
    let potential = match graded::score(program, &scored.lane, Reading::Potential, awarded).overall
    {
        Node::Known(potential) => potential,
        Node::Empty | Node::Unknown => points.clone(),
    };
    let counts = scored.lane.tallies.counts;
    Some(ScoreView {
        numerator: points.numer().to_string(),
        denominator: points.denom().to_string(),
        shown: graded::shown(scoring, &points),
        potential_shown: graded::shown(scoring, &potential),
        known: counts.of - counts.not_applicable - counts.unknown,
        of: counts.of - counts.not_applicable,
    })
}

/// Domains in the model's order; those without applicable criteria are left out.
pub(super) fn domains(scored: &Scored, awarded: Option<u32>) -> Vec<DomainView> {
    let program = &scored.program;
    let nodes = graded::score(program, &scored.lane, Reading::Proven, awarded).domains;
    let listed = |index: &usize| weights(scored, *index).of > 0;
    let rows = program.model.domains.iter().zip(&nodes).enumerate();
    rows.filter(|(index, _)| listed(index))
        .map(|(index, (domain, node))| {
            let weights = weights(scored, index);
            let (needed, missing) = needed(scored, index, awarded);
            let scoring = &program.model.scoring;
            let walked = scoring.leaf == Aggregate::Walk;
            DomainView {
                name: domain.name.clone(),
                title: domain.title.clone(),
                parent: domain.parent.clone(),
                report: domain.report,
                stage: graded::stage_of(program, node, walked && node_is_rank(scored, index)),
                score: match node {
                    Node::Known(points) if !walked => Some(graded::shown(scoring, points)),
                    _ => None,
                },
                met: weights.met,
                required: needed,
                missing,
                of: weights.of,
            }
        })
        .collect()
}

/// Whether a domain of a walked model comes out as a rank: a leaf, or the lowest of its children.
fn node_is_rank(scored: &Scored, domain: usize) -> bool {
    let inner = scored
        .program
        .children
        .get(domain)
        .is_some_and(|children| !children.is_empty());
    !inner || scored.program.model.scoring.inner == Aggregate::Min
}

struct Weights {
    met: u64,
    of: u64,
}

/// Weights of a domain and all domains below it.
fn weights(scored: &Scored, domain: usize) -> Weights {
    let program = &scored.program;
    let mut weights = Weights { met: 0, of: 0 };
    let mut waiting = vec![domain];
    while let Some(next) = waiting.pop() {
        let children = program.children.get(next).into_iter().flatten();
        waiting.extend(children.map(|child| *child as usize));
        for (index, statement) in (0u32..).zip(&program.criteria) {
            if !statement.counts || statement.domain.map(usize::from) != Some(next) {
                continue;
            }
            let weight = u64::from(statement.weight);
            match scored.lane.verdict(index) {
                NotApplicable => {}
                Met | Held | Waived => {
                    weights.met += weight;
                    weights.of += weight;
                }
                _ => weights.of += weight,
            }
        }
    }
    weights
}

/// Weight required and missing for a walked domain's next stage.
fn needed(scored: &Scored, domain: usize, awarded: Option<u32>) -> (u64, u64) {
    let model = &scored.program.model;
    let tallies = scored.lane.tallies.domain(domain);
    if model.scoring.leaf != Aggregate::Walk {
        return (0, 0);
    }
    let (rank, missing) = next_stage(scored, tallies, awarded);
    let index = model
        .stages
        .iter()
        .position(|stage| Some(stage.rank) == rank);
    let tally = index.and_then(|index| tallies.get(index));
    (
        tally.map_or(0, |tally| required(model.scoring.walk, tally.of)),
        missing,
    )
}
