//! The ladder: one rung per stage with its fill and the mark that must be reached.

use gradus_engine::model::Scoring;
use gradus_engine::view::{AssessmentView, StageView};

use super::shape::{Segment, bar, percent, permille};

/// A ladder, lowest rung first.
pub(super) struct Ladder {
    pub(super) rungs: Vec<Rung>,
    /// The small one, for lists.
    pub(super) steps: Vec<Step>,
    /// The width of the small one.
    pub(super) width: u64,
    /// The same in words.
    pub(super) summary: String,
}

/// One stage.
pub(super) struct Rung {
    pub(super) rank: u32,
    pub(super) title: Option<String>,
    pub(super) class: &'static str,
    /// How it stands: `stands`, `passes, but a stage below does not`.
    pub(super) word: &'static str,
    /// `3 of 4 met, 3 needed`, or why there is nothing to count.
    pub(super) counts: String,
    pub(super) segments: Vec<Segment>,
    /// Where the threshold stands, when there is something to count.
    pub(super) threshold: Option<String>,
    /// An outside award that it asks for.
    pub(super) gate: Option<&'static str>,
    /// What is special about this rung: `Here`, `Target`, `High-water mark`.
    pub(super) flags: Vec<&'static str>,
}

/// One column of the small ladder; lengths in units of its drawing.
pub(super) struct Step {
    pub(super) class: &'static str,
    pub(super) x: u64,
    pub(super) y: u64,
    pub(super) height: u64,
    pub(super) fill_y: u64,
    pub(super) fill: u64,
    pub(super) tick: Option<u64>,
}

/// Draws an assessment's ladder; none in models without stages.
pub(super) fn ladder(view: &AssessmentView) -> Option<Ladder> {
    if view.stages.is_empty() {
        return None;
    }
    let rungs: Vec<Rung> = view.stages.iter().map(|stage| rung(view, stage)).collect();
    let steps = steps(view);
    let width = STEP_WIDTH * steps.len() as u64;
    Some(Ladder {
        summary: summary(&rungs),
        rungs,
        steps,
        width,
    })
}

fn rung(view: &AssessmentView, stage: &StageView) -> Rung {
    let own = stage.met.saturating_sub(stage.waived);
    let parts = [
        ("met", own),
        ("waived", stage.waived),
        ("unknown", stage.unknown),
    ];
    Rung {
        rank: stage.rank,
        title: Some(stage.title.clone()).filter(|title| *title != stage.rank.to_string()),
        class: class(view, stage),
        word: word(view, stage),
        counts: counts(view, stage),
        segments: bar(&parts, stage.of),
        threshold: (stage.of > 0).then(|| percent(stage.required, stage.of)),
        gate: stage.gate.map(|open| {
            if open {
                "outside award: valid"
            } else {
                "outside award: none is valid"
            }
        }),
        flags: flags(view, stage.rank),
    }
}

fn class(view: &AssessmentView, stage: &StageView) -> &'static str {
    let below = |reached: Option<u32>| reached.is_some_and(|reached| stage.rank <= reached);
    match stage {
        _ if !view.assessed => "open",
        _ if below(view.stage) => "reached",
        _ if stage.of > 0 && stage.passes => "passes",
        _ if below(view.potential_stage) || (stage.of > 0 && stage.passes_potentially) => {
            "potential"
        }
        _ => "open",
    }
}

fn word(view: &AssessmentView, stage: &StageView) -> &'static str {
    match class(view, stage) {
        "reached" => "reached",
        "passes" => "passes by itself; a stage below does not",
        "potential" => "would pass if the unknown were met",
        _ if view.assessed => "not reached",
        _ => "not assessed",
    }
}

fn counts(view: &AssessmentView, stage: &StageView) -> String {
    if stage.of == 0 {
        return level(view, stage.rank).unwrap_or_else(|| "nothing to meet".to_owned());
    }
    let unknown = if stage.unknown > 0 {
        format!(", {} unknown", stage.unknown)
    } else {
        String::new()
    };
    let waived = if stage.waived > 0 {
        format!(" ({} waived)", stage.waived)
    } else {
        String::new()
    };
    format!(
        "{} of {} met{waived}{unknown}, {} needed",
        stage.met, stage.of, stage.required
    )
}

/// In graded models a stage is a level of points.
fn level(view: &AssessmentView, rank: u32) -> Option<String> {
    let Scoring { levels, .. } = &view.program.as_ref()?.model.scoring;
    let (_, numerator, denominator) = levels.iter().find(|(level, ..)| *level == rank)?;
    Some(if *denominator == 1 {
        format!("from {numerator} points")
    } else {
        format!("from {numerator}/{denominator} points")
    })
}

fn flags(view: &AssessmentView, rank: u32) -> Vec<&'static str> {
    let mark = view.ledger.high_water.as_ref().map(|mark| mark.stage);
    let target = view.spec.target.as_ref();
    let all = [
        (view.shown_stage() == Some(rank), "Here"),
        (
            mark == Some(rank) && view.shown_stage() != mark,
            "High-water mark",
        ),
        (
            view.awarded
                .as_ref()
                .is_some_and(|award| award.stage == rank),
            "Awarded",
        ),
        (target.is_some_and(|target| target.stage == rank), "Target"),
        (
            target.is_some_and(|target| target.up_to == Some(rank)),
            "Aspiration",
        ),
    ];
    all.into_iter()
        .filter_map(|(holds, flag)| holds.then_some(flag))
        .collect()
}

fn summary(rungs: &[Rung]) -> String {
    let lines: Vec<String> = rungs
        .iter()
        .map(|rung| format!("stage {}: {}, {}", rung.rank, rung.word, rung.counts))
        .collect();
    lines.join("; ")
}

const STEP_WIDTH: u64 = 12;
const LOWEST_STEP: u64 = 14;
/// The height of the small ladder's drawing.
const HIGHEST_STEP: u64 = 36;

/// Columns that rise like stairs, each filled from below.
fn steps(view: &AssessmentView) -> Vec<Step> {
    let last = view.stages.len().saturating_sub(1) as u64;
    let step = |(index, stage): (usize, &StageView)| {
        let rise = permille(index as u64, last) * (HIGHEST_STEP - LOWEST_STEP) / 1000;
        let height = LOWEST_STEP + rise;
        let share = match stage.of {
            0 if class(view, stage) == "reached" => 1000,
            of => permille(stage.met, of),
        };
        let fill = height * share / 1000;
        Step {
            class: class(view, stage),
            x: STEP_WIDTH * index as u64,
            y: HIGHEST_STEP - height,
            height,
            fill_y: HIGHEST_STEP - fill,
            fill,
            tick: (stage.of > 0)
                .then(|| HIGHEST_STEP - height * permille(stage.required, stage.of) / 1000),
        }
    };
    view.stages.iter().enumerate().map(step).collect()
}
