//! The kinds of panel that we use, each with the options that we set.

mod bar_gauge;
mod stat;
mod state_timeline;
mod table;
mod text;
mod time_series;

use serde::Serialize;

pub(super) use bar_gauge::bar_gauge;
pub(super) use stat::{Shows, stat};
pub(super) use state_timeline::state_timeline;
pub(super) use table::table;
pub(super) use text::text;
pub(super) use time_series::{Lines, time_series};

/// A kind of panel.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", content = "options", rename_all = "lowercase")]
pub(super) enum Kind {
    /// One number, with a name.
    Stat(stat::Options),
    /// One bar a series.
    BarGauge(bar_gauge::Options),
    /// The history of states, merged where nothing changed.
    #[serde(rename = "state-timeline")]
    StateTimeline(state_timeline::Options),
    /// Rows and columns.
    Table(table::Options),
    /// Lines over time.
    TimeSeries(time_series::Options),
    /// Words.
    Text(text::Options),
}

/// How the values of one kind of panel look.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Custom {
    /// In a state timeline.
    StateTimeline(state_timeline::Custom),
    /// In a table.
    Table(table::Custom),
    /// In a time series.
    TimeSeries(time_series::Custom),
}

/// One value is made of a series: its last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Reduced {
    values: bool,
    calcs: [&'static str; 1],
    fields: &'static str,
}

const LAST: Reduced = Reduced {
    values: false,
    calcs: ["lastNotNull"],
    fields: "",
};

/// A legend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Legend {
    display_mode: &'static str,
    placement: &'static str,
    show_legend: bool,
    calcs: [&'static str; 0],
}

impl Legend {
    fn below(shown: bool) -> Self {
        Self {
            display_mode: "list",
            placement: "bottom",
            show_legend: shown,
            calcs: [],
        }
    }
}

/// What is shown beside the pointer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Tooltip {
    mode: &'static str,
    sort: &'static str,
}
