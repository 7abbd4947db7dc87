//! Assessments, one row each, and their numbers in a line.

use gradus_crds::wording::calendar::last_day;
use gradus_crds::wording::{ending, sentence};
use gradus_engine::verdict::Verdict;
use gradus_engine::view::{AssessmentView, Gap};

use super::ladder::ladder;
use super::table::Table;
use super::text::{Line, Tone};
use crate::names;

/// Gaps of the next stage that a row names; the others are counted.
const NAMED: usize = 3;

/// Each stage, and what the next one needs.
pub(crate) fn table<'a>(views: impl Iterator<Item = &'a AssessmentView>) -> Table {
    rows("WHAT NEXT", views, outlook)
}

/// Each stage, and what changed it last: for a live table.
pub(crate) fn live_table<'a>(views: impl Iterator<Item = &'a AssessmentView>) -> Table {
    rows("LAST CHANGE", views, sentence)
}

fn rows<'a>(
    last: &'static str,
    views: impl Iterator<Item = &'a AssessmentView>,
    describe: impl Fn(&AssessmentView) -> String,
) -> Table {
    let headers = [
        "ASSESSMENT",
        "MODEL",
        "LADDER",
        "STAGE",
        "POTENTIAL",
        "TARGET",
        "MISSING",
        last,
    ];
    let mut table =
        Table::new(headers).without_if_narrow(&["MODEL", "TARGET", "POTENTIAL", "MISSING"]);
    for view in views {
        let mut cells = first_columns(view);
        cells.push(Line::plain(describe(view)));
        table.row(cells);
    }
    table
}

/// Everything that fits into a row.
pub(crate) fn wide<'a>(views: impl Iterator<Item = &'a AssessmentView>) -> Table {
    let mut table = Table::new([
        "ASSESSMENT",
        "MODEL",
        "LADDER",
        "STAGE",
        "POTENTIAL",
        "TARGET",
        "MISSING",
        "UNWAIVED",
        "MARK",
        "AWARDED",
        "POINTS",
        "PROBED",
        "ATTESTED",
        "DECLARED",
        "HELD",
        "WAIVED",
        "UNKNOWN",
        "TEAM",
        "ENDS NEXT",
        "WHAT NEXT",
    ]);
    for view in views {
        let mut cells = first_columns(view);
        let confidence = view.confidence;
        let mark = view.ledger.high_water.as_ref().map(|mark| mark.stage);
        cells.extend([
            number(view.stage_without_waivers),
            number(mark),
            number(view.awarded.as_ref().map(|award| award.stage)),
            word(view.score.as_ref().map(|score| score.shown.as_str())),
        ]);
        cells.extend(
            [
                confidence.probed,
                confidence.attested,
                confidence.declared,
                confidence.held,
                confidence.waived,
                confidence.unknown,
            ]
            .map(|count| Line::plain(count.to_string())),
        );
        cells.push(word(view.spec.owner.team.as_deref()));
        cells.push(ends_next(view));
        cells.push(Line::plain(outlook(view)));
        table.row(cells);
    }
    table
}

/// The columns that every table begins with.
fn first_columns(view: &AssessmentView) -> Vec<Line> {
    let wanted = view.spec.target.as_ref().map(|target| target.stage);
    let reached = view
        .stage
        .is_some_and(|stage| wanted.is_some_and(|wanted| stage >= wanted));
    let at_risk = view.target_at_risk() && view.suspended().is_none();
    vec![
        Line::of(Tone::Strong, names::of(&view.key)),
        Line::plain(&*view.spec.model),
        ladder(view),
        stage(view),
        number(view.potential_stage),
        match target(view) {
            Some(target) if at_risk => Line::of(Tone::Doubt, format!("{target}, at risk")),
            Some(target) if reached => Line::of(Tone::Good, target),
            Some(target) => Line::plain(target),
            None => word(None),
        },
        match view
            .stage
            .and(view.next_stage)
            .filter(|_| view.score.is_none())
        {
            Some(next) => Line::plain(format!("{} for {next}", view.missing)),
            None => word(None),
        },
    ]
}

fn stage(view: &AssessmentView) -> Line {
    let Some(stage) = view.shown_stage() else {
        return word(view.score.as_ref().map(|score| score.shown.as_str()));
    };
    let tone = match view {
        _ if view.problem.is_some() => Tone::Doubt,
        _ if view.regressed() => Tone::Bad,
        _ => Tone::Strong,
    };
    let mut line = Line::of(tone, stage.to_string());
    if let Some(score) = &view.score {
        line.push(Tone::Quiet, format!(" ({} points)", score.shown));
    }
    let mark = view.ledger.high_water.as_ref().map(|mark| mark.stage);
    if let Some(mark) = mark.filter(|mark| view.regressed() && *mark > stage) {
        line.push(Tone::Bad, format!(" ▼ from {mark}"));
    }
    line
}

/// The numbers of an assessment in a line: `infram-2018: stage 5, potential 6, target 6 by 2027-06-30, 1 missing for 6`.
pub(crate) fn headline(view: &AssessmentView) -> String {
    let mut parts = Vec::new();
    parts.extend(view.shown_stage().map(|stage| format!("stage {stage}")));
    parts.extend(
        view.score
            .as_ref()
            .map(|score| format!("{} points", score.shown)),
    );
    parts.extend(
        view.potential_stage
            .map(|stage| format!("potential {stage}")),
    );
    parts.extend(target(view).map(|target| format!("target {target}")));
    let next = view
        .stage
        .and(view.next_stage)
        .filter(|_| view.score.is_none());
    parts.extend(next.map(|next| format!("{} missing for {next}", view.missing)));
    if parts.is_empty() {
        parts.push("no stage".to_owned());
    }
    format!("{}: {}", view.spec.model, parts.join(", "))
}

fn target(view: &AssessmentView) -> Option<String> {
    let target = view.spec.target.as_ref()?;
    Some(match target.by {
        Some(day) => format!("{} by {day}", target.stage),
        None => target.stage.to_string(),
    })
}

/// What the next stage needs, and when the present stage falls.
pub(crate) fn outlook(view: &AssessmentView) -> String {
    if view.problem.is_some() || view.suspended().is_some() || !view.assessed {
        return sentence(view);
    }
    let mut parts: Vec<String> = needed(view).into_iter().collect();
    if let Some(fall) = &view.forecast {
        parts.push(format!("falls {}", ending::fall(fall)));
    }
    parts.join("; ")
}

/// What the next stage needs. Unknown criteria come first, since finding out is less work.
fn needed(view: &AssessmentView) -> Option<String> {
    let next = view.next_stage.filter(|_| view.score.is_none())?;
    let mut open: Vec<&Gap> = view
        .gaps
        .iter()
        .filter(|gap| gap.stage == Some(next))
        .collect();
    open.sort_by_key(|gap| gap.verdict != Verdict::Unknown);
    let mut names: Vec<String> = open
        .iter()
        .take(NAMED)
        .map(|gap| match gap.verdict {
            Verdict::Unknown => format!("{} (unknown)", gap.criterion),
            _ => gap.criterion.to_string(),
        })
        .collect();
    if open.len() > NAMED {
        names.push(format!("{} more", open.len() - NAMED));
    }
    (!names.is_empty()).then(|| format!("{next} needs {} of {}", view.missing, names.join(", ")))
}

fn ends_next(view: &AssessmentView) -> Line {
    match view.ends.first() {
        Some(end) => {
            let day = last_day(end.at);
            Line::plain(format!("{} {} on {day}", ending::noun(end.kind), end.name))
        }
        None => word(None),
    }
}

fn number(number: Option<u32>) -> Line {
    word(number.map(|number| number.to_string()).as_deref())
}

fn word(word: Option<&str>) -> Line {
    match word {
        Some(word) => Line::plain(word),
        None => Line::of(Tone::Quiet, "-"),
    }
}
