//! Lines over time.

use serde::Serialize;

use super::{Custom as Customs, Kind, Legend, Tooltip};
use crate::boards::field::Field;
use crate::boards::panel::Panel;
use crate::boards::target::Target;

/// The options of a time series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::boards) struct Options {
    legend: Legend,
    tooltip: Tooltip,
}

/// How a line looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::boards) struct Custom {
    draw_style: &'static str,
    line_width: u32,
    fill_opacity: u32,
    show_points: &'static str,
    span_nulls: bool,
    stacking: Stacking,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Stacking {
    mode: &'static str,
    group: &'static str,
}

/// How lines stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::boards) enum Lines {
    /// Each from zero.
    Separate,
    /// One upon the other, filled: the height is their sum.
    Stacked,
}

/// Lines over time, with a legend below.
pub(in crate::boards) fn time_series(
    title: &'static str,
    description: &'static str,
    lines: Lines,
    mut defaults: Field,
    targets: Vec<Target>,
) -> Panel {
    let (fill_opacity, mode) = match lines {
        Lines::Separate => (10, "none"),
        Lines::Stacked => (60, "normal"),
    };
    let options = Options {
        legend: Legend::below(true),
        tooltip: Tooltip {
            mode: "multi",
            sort: "desc",
        },
    };
    defaults.custom = Some(Customs::TimeSeries(Custom {
        draw_style: "line",
        line_width: 1,
        fill_opacity,
        show_points: "never",
        span_nulls: false,
        stacking: Stacking { mode, group: "A" },
    }));
    Panel::asking(
        title,
        description,
        Kind::TimeSeries(options),
        defaults,
        targets,
    )
}
