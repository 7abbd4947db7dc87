//! The stages of an assessment: as one glyph each, the lowest first, or as one line each.

use gradus_engine::verdict::Verdict;
use gradus_engine::view::{AssessmentView, Gap, StageView};

use super::text::{Line, Tone};

/// Met, or reached.
const REACHED: &str = "█";
/// Would be met or reached if every unknown criterion were met.
const POSSIBLE: &str = "▒";
/// Not met, or not reached.
const MISSING: &str = "░";
/// The width of the bar of a stage, in columns.
const RUNG: u64 = 20;

/// One glyph per stage. Rank 0 is left out: every assessment reaches it.
pub(crate) fn ladder(view: &AssessmentView) -> Line {
    let mut line = Line::default();
    for stage in view.stages.iter().filter(|stage| stage.rank > 0) {
        let below = |reached: Option<u32>| {
            view.assessed && reached.is_some_and(|reached| stage.rank <= reached)
        };
        match (below(view.stage), below(view.potential_stage)) {
            (true, _) => line.push(Tone::Good, REACHED),
            (false, true) => line.push(Tone::Doubt, POSSIBLE),
            (false, false) => line.push(Tone::Quiet, MISSING),
        }
    }
    if line.is_empty() {
        line.push(Tone::Quiet, "-");
    }
    line
}

/// The meaning of the glyphs.
pub(crate) fn legend() -> Line {
    Line::of(Tone::Good, REACHED)
        .and(Tone::Quiet, " reached   ")
        .and(Tone::Doubt, POSSIBLE)
        .and(Tone::Quiet, " if everything unknown is met   ")
        .and(Tone::Quiet, MISSING)
        .and(Tone::Quiet, " not reached")
}

/// One line per stage, the highest first: its bar, its counts, and its unknown criteria. Empty for models whose
/// stages have no criteria of their own.
pub(crate) fn rungs(view: &AssessmentView) -> Vec<Line> {
    if view.stages.iter().all(|stage| stage.of == 0) {
        return Vec::new();
    }
    view.stages
        .iter()
        .rev()
        .map(|stage| rung(view, stage))
        .collect()
}

fn rung(view: &AssessmentView, stage: &StageView) -> Line {
    let mut line = Line::of(Tone::Strong, format!("{:>3}  ", stage.rank));
    if stage.of > 0 {
        let columns = |weight: u64| {
            (RUNG * weight.min(stage.of))
                .checked_div(stage.of)
                .unwrap_or(0)
        };
        let (met, possible) = (columns(stage.met), columns(stage.met + stage.unknown));
        let times = |count: u64, glyph: &str| glyph.repeat(usize::try_from(count).unwrap_or(0));
        let tone = if stage.passes {
            Tone::Good
        } else {
            Tone::Plain
        };
        line.push(tone, times(met, REACHED));
        line.push(Tone::Doubt, times(possible - met, POSSIBLE));
        line.push(Tone::Quiet, times(RUNG - possible, MISSING));
        line.push(
            Tone::Plain,
            format!("  {} of {}   needs {}", stage.met, stage.of, stage.required),
        );
    }
    if stage.gate == Some(false) {
        line.push(Tone::Bad, "   an external award is missing");
    }
    if view.stage == Some(stage.rank) {
        line.push(Tone::Strong, format!("   ◀ stage {}", stage.rank));
    }
    let unknown = |gap: &&Gap| gap.stage == Some(stage.rank) && gap.verdict == Verdict::Unknown;
    let unknown: Vec<&str> = view
        .gaps
        .iter()
        .filter(unknown)
        .map(|gap| &*gap.criterion)
        .collect();
    if !unknown.is_empty() {
        line.push(
            Tone::Doubt,
            format!("   {} unknown: {}", unknown.len(), unknown.join(", ")),
        );
    }
    line
}
