//! A ladder as a few glyphs, the lowest stage first.

use gradus_engine::view::{AssessmentView, StageView};

use super::text::{Line, Tone};

/// A stage that is reached.
const REACHED: &str = "█";
/// One that would be, if everything unknown were met.
const POSSIBLE: &str = "▒";
/// One that is not.
const MISSING: &str = "░";

/// One glyph a stage; rank 0 is where everybody stands, and is left out.
pub(crate) fn ladder(view: &AssessmentView) -> Line {
    let mut line = Line::default();
    let mut unbroken = true;
    for stage in view.stages.iter().filter(|stage| stage.rank > 0) {
        unbroken &= stage.passes_potentially;
        let (tone, glyph) = rung(stage, unbroken);
        line.push(tone, glyph);
    }
    if line.is_empty() {
        line.push(Tone::Quiet, "-");
    }
    line
}

fn rung(stage: &StageView, unbroken: bool) -> (Tone, &'static str) {
    match (stage.reached, unbroken) {
        (true, _) => (Tone::Good, REACHED),
        (false, true) => (Tone::Doubt, POSSIBLE),
        (false, false) => (Tone::Quiet, MISSING),
    }
}

/// What the glyphs mean.
pub(crate) fn legend() -> Line {
    Line::of(Tone::Good, REACHED)
        .and(Tone::Quiet, " reached   ")
        .and(Tone::Doubt, POSSIBLE)
        .and(Tone::Quiet, " if all that is unknown holds   ")
        .and(Tone::Quiet, MISSING)
        .and(Tone::Quiet, " not reached")
}
