//! The history: a line of steps, and each step in a sentence.

use std::fmt::Write;

use gradus_engine::ledger::Entry;
use gradus_engine::verdict::Transition;
use gradus_engine::view::AssessmentView;
use jiff::Timestamp;

use super::shape::permille;
use crate::outputs::wording::calendar::{day, days_until, minute};
use crate::outputs::wording::sentence::cause;

/// What was committed, as a drawing and as a list.
pub(super) struct History {
    /// The line of steps, when there is an overall stage.
    pub(super) line: Option<Line>,
    /// Newest first.
    pub(super) entries: Vec<HistoryEntry>,
    /// Falls since the beginning.
    pub(super) regressions: u64,
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
    })
}

fn in_words(view: &AssessmentView, entry: &Entry) -> HistoryEntry {
    let of = match &entry.domain {
        Some(domain) => format!("{domain}: "),
        None => String::new(),
    };
    let (class, moved) = match entry.from {
        None => ("rise", format!("first measured at stage {}", entry.to)),
        Some(from) if entry.transition == Transition::NewMark => (
            "mark",
            format!("a new mark at stage {} (was {from})", entry.to),
        ),
        Some(from) if from > entry.to => (
            "fall",
            format!("fell from stage {from} to stage {}", entry.to),
        ),
        Some(from) if from < entry.to => (
            "rise",
            format!("rose from stage {from} to stage {}", entry.to),
        ),
        Some(_) => ("mark", format!("a new mark at stage {}", entry.to)),
    };
    let why = entry
        .cause
        .map(|why| format!(": {}", cause(why, entry.capability.as_deref(), None)))
        .unwrap_or_default();
    let at = entry.at.min(view.at);
    HistoryEntry {
        sequence: entry.sequence,
        class,
        when: minute(at),
        text: format!("{of}{moved}{why}."),
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
