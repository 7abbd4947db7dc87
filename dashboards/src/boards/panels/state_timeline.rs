//! The history of states, merged where nothing changed.

use serde::Serialize;

use super::{Custom as Customs, Kind, Legend, Tooltip};
use crate::boards::field::Field;
use crate::boards::panel::Panel;
use crate::boards::target::Target;

/// The options of a state timeline.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::boards) struct Options {
    show_value: &'static str,
    merge_values: bool,
    align_value: &'static str,
    row_height: f64,
    per_page: u32,
    legend: Legend,
    tooltip: Tooltip,
}

/// How a state looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::boards) struct Custom {
    fill_opacity: u32,
    line_width: u32,
    span_nulls: bool,
}

/// Rules are evaluated every minute at the latest, so every step of this length has a value.
const STEP: &str = "2m";

/// States over time, one row a series, twenty rows a page. The value is written into each block.
pub(in crate::boards) fn state_timeline(
    title: &'static str,
    description: &'static str,
    mut defaults: Field,
    targets: Vec<Target>,
) -> Panel {
    let options = Options {
        show_value: "always",
        merge_values: true,
        align_value: "left",
        row_height: 0.9,
        per_page: 20,
        legend: Legend::below(false),
        tooltip: Tooltip {
            mode: "single",
            sort: "none",
        },
    };
    defaults.custom = Some(Customs::StateTimeline(Custom {
        fill_opacity: 70,
        line_width: 1,
        span_nulls: false,
    }));
    Panel::asking(
        title,
        description,
        Kind::StateTimeline(options),
        defaults,
        targets,
    )
    .step_of_at_least(STEP)
}
