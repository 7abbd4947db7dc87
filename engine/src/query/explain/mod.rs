//! Why: a tree from the stage to criteria, predicates, facts and evidence, with ages and owners.

mod criterion;
mod evidence;
mod line;

use self::criterion::{Depth, explain_row};
use self::evidence::explain_state;
use self::line::Explained;
pub use self::line::{Explanation, Line};
use crate::arena::Id;
use crate::key::{Kind, ObjectKey};
use crate::view::{AssessmentView, CriterionView, StageView};
use crate::world::World;

/// Why an assessment stands where it stands: the whole tree.
pub fn explain(world: &World, view: &AssessmentView) -> Option<Explanation> {
    let explained = Explained::of(world, view)?;
    let stage = view
        .stage
        .map_or_else(|| "NotAssessed".to_owned(), |stage| stage.to_string());
    let stages = view
        .stages
        .iter()
        .rev()
        .map(|stage| explain_stage(explained, stage));
    Some(
        Explanation::new(
            format!("assessment {}", explained.state.key.name),
            format!("stage {stage}"),
        )
        .detail(format!(
            "model {}, potential {}, without waivers {}",
            explained.state.spec.model,
            shown(view.potential_stage),
            shown(view.stage_without_waivers)
        ))
        .because(stages.chain(unstaged(explained)).collect()),
    )
}

/// Why one criterion has its verdict.
pub fn explain_criterion(
    world: &World,
    view: &AssessmentView,
    criterion: &str,
) -> Option<Explanation> {
    let explained = Explained::of(world, view)?;
    let index = explained.scored.program.criterion(criterion)?;
    explain_row(
        explained,
        view.criteria.get(index.place())?,
        Depth::Evidence,
    )
}

/// What a capability rests on, and which criteria of the assessment read it.
pub fn explain_capability(
    world: &World,
    view: &AssessmentView,
    capability: &str,
) -> Option<Explanation> {
    let explained = Explained::of(world, view)?;
    let key = ObjectKey::new(Kind::Capability, &explained.state.key.namespace, capability);
    let (_, known) = world.capability(&key)?;
    let mut explanation = explain_state(world, &known.now);
    let readers = explained.scored.program.askers.get(&known.now.record.kind);
    for index in readers.into_iter().flatten() {
        if let Some(row) = view.criteria.get(index.place()) {
            explanation
                .because
                .extend(explain_row(explained, row, Depth::Verdict));
        }
    }
    Some(explanation)
}

/// Why a stage is not reached: every stage on the way that does not pass, how much is missing
/// there, and the criteria that could supply it.
pub fn why_not(world: &World, view: &AssessmentView, stage: u32) -> Option<Vec<Explanation>> {
    let explained = Explained::of(world, view)?;
    let failing = view
        .stages
        .iter()
        .filter(|level| level.rank <= stage && !level.passes);
    Some(failing.map(|level| blockers(explained, level)).collect())
}

fn blockers(explained: Explained<'_>, level: &StageView) -> Explanation {
    let missing = level.required.saturating_sub(level.met);
    let open = rows_of(explained, level.rank);
    let open = open.filter(|row| row.verdict.is_open());
    let mut because: Vec<Explanation> = open
        .filter_map(|row| explain_row(explained, row, Depth::Requirement))
        .collect();
    if level.gate == Some(false) {
        because.push(closed_gate(level.rank));
    }
    let of = because.len();
    Explanation::new(stage_subject(level), "does not pass")
        .detail(format!("{missing} more needed, out of these {of}"))
        .because(because)
}

fn explain_stage(explained: Explained<'_>, level: &StageView) -> Explanation {
    let verdict = match (level.reached, level.passes) {
        (true, _) => "reached",
        (false, true) => "passes, but a stage below does not",
        (false, false) => "does not pass",
    };
    let mut because: Vec<Explanation> = rows_of(explained, level.rank)
        .filter_map(|row| explain_row(explained, row, Depth::Requirement))
        .collect();
    if level.gate == Some(false) {
        because.push(closed_gate(level.rank));
    }
    let waived = if level.waived > 0 {
        format!(", {} of them waived", level.waived)
    } else {
        String::new()
    };
    let detail = if level.of == 0 {
        "no applicable criteria".to_owned()
    } else {
        format!(
            "{} of {} met{waived}, {} needed",
            level.met, level.of, level.required
        )
    };
    Explanation::new(stage_subject(level), verdict)
        .detail(detail)
        .because(because)
}

fn unstaged(explained: Explained<'_>) -> Vec<Explanation> {
    let criteria = &explained.scored.program.model.criteria;
    let unstaged = explained.view.criteria.iter().filter(|row| {
        criteria
            .get(row.index)
            .is_some_and(|stated| stated.stage.is_none())
    });
    unstaged
        .filter_map(|row| explain_row(explained, row, Depth::Requirement))
        .collect()
}

fn rows_of(explained: Explained<'_>, rank: u32) -> impl Iterator<Item = &CriterionView> {
    let criteria = &explained.scored.program.model.criteria;
    explained.view.criteria.iter().filter(move |row| {
        criteria
            .get(row.index)
            .is_some_and(|stated| stated.stage == Some(rank))
    })
}

/// A stage by its rank, and by its name when it has one.
fn stage_subject(level: &StageView) -> String {
    let rank = level.rank.to_string();
    if level.title == rank {
        format!("stage {rank}")
    } else {
        format!("stage {rank}, {}", level.title)
    }
}

fn closed_gate(rank: u32) -> Explanation {
    Explanation::new(format!("gate of stage {rank}"), "closed")
        .detail("needs a valid outside award for this stage or a higher one")
}

fn shown(stage: Option<u32>) -> String {
    stage.map_or_else(|| "none".to_owned(), |stage| stage.to_string())
}
