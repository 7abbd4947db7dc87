//! The history: a line of steps, and each step in a sentence.

use std::fmt::Write;

use gradus_crds::wording::calendar::{day, days_until, minute};
use gradus_crds::wording::transition;
use gradus_engine::ledger::Entry;
use gradus_engine::verdict::Transition;
use gradus_engine::view::AssessmentView;
use jiff::Timestamp;

use super::shape::permille;

/// What was committed, as a drawing and as a list.
pub(super) struct History {
    /// The line of steps, when there is an overall stage.
    pub(super) line: Option<Line>,
    /// Newest first.
    pub(super) entries: Vec<HistoryEntry>,
    /// Falls since the beginning.
    pub(super) regressions: u64,
    /// Where it was altered, in words.
    pub(super) broken: Option<String>,
}

/// A line of steps in a drawing of [`WIDTH`] by [`HEIGHT`].
pub(super) struct Line {
    pub(super) path: String,
    pub(super) ranks: Vec<(u32, u64)>,
    /// Where the mark stands.
    pub(super) mark: Option<u64>,
    /// Falls: where, and to which stage.
    pub(super) falls: Vec<(u64, u64)>,
    pub(super) first: String,
    pub(super) last: String,
}

/// One entry in words.
pub(super) struct HistoryEntry {
    pub(super) sequence: u64,
    pub(super) class: &'static str,
    pub(super) when: String,
    pub(super) text: String,
}

/// The width of the drawing, without the margin of its labels.
const WIDTH: u64 = 700;
/// The height of the drawing.
const HEIGHT: u64 = 120;

/// The history of an assessment; none before the first commit.
pub(super) fn history(view: &AssessmentView) -> Option<History> {
    let ledger = &view.ledger;
    if ledger.history.is_empty() {
        return None;
    }
    let entries = ledger
        .history
        .iter()
        .rev()
        .map(|entry| in_words(view, entry))
        .collect();
    Some(History {
        line: line(view),
        entries,
        regressions: ledger.regressions,
        broken: view.broken.as_ref().map(ToString::to_string),
    })
}

fn in_words(view: &AssessmentView, entry: &Entry) -> HistoryEntry {
    let class = match entry.transition {
        Transition::Fall => "fall",
        Transition::Rise | Transition::Restoration => "rise",
        Transition::NewMark => "mark",
    };
    HistoryEntry {
        sequence: entry.sequence,
        class,
        when: minute(entry.at.min(view.at)),
        text: format!("{}.", transition::entry(entry, None)),
    }
}

fn line(view: &AssessmentView) -> Option<Line> {
    let overall: Vec<&Entry> = view
        .ledger
        .history
        .iter()
        .filter(|entry| entry.domain.is_none())
        .collect();
    let first = overall.first()?;
    let (lowest, highest) = (view.stages.first()?.rank, view.stages.last()?.rank);
    let y = |rank: u32| {
        let above = u64::from(highest.saturating_sub(rank));
        10 + permille(above, u64::from(highest.saturating_sub(lowest))) * (HEIGHT - 20) / 1000
    };
    let x = |at: Timestamp| {
        permille(seconds(first.at, at), seconds(first.at, view.at).max(1)) * WIDTH / 1000
    };
    let mut path = format!("M0 {}", y(first.to));
    for entry in overall.iter().skip(1) {
        let _ = write!(path, "H{}V{}", x(entry.at), y(entry.to));
    }
    let _ = write!(path, "H{WIDTH}");
    let fell = |entry: &&&Entry| entry.transition == Transition::Fall;
    let label = if days_until(first.at, view.at) > 2 {
        day
    } else {
        minute
    };
    Some(Line {
        path,
        ranks: (lowest..=highest).map(|rank| (rank, y(rank))).collect(),
        mark: view.ledger.high_water.as_ref().map(|mark| y(mark.stage)),
        falls: overall
            .iter()
            .filter(fell)
            .map(|entry| (x(entry.at), y(entry.to)))
            .collect(),
        first: label(first.at),
        last: label(view.at),
    })
}

fn seconds(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.as_second().saturating_sub(from.as_second())).unwrap_or(0)
}
