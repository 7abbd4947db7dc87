//! One bar a series.

use serde::Serialize;

use super::{Kind, LAST, Legend, Reduced};
use crate::boards::field::Field;
use crate::boards::panel::Panel;
use crate::boards::target::Target;

/// The options of a bar gauge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::boards) struct Options {
    display_mode: &'static str,
    value_mode: &'static str,
    name_placement: &'static str,
    show_unfilled: bool,
    sizing: &'static str,
    min_viz_width: u32,
    min_viz_height: u32,
    max_viz_height: u32,
    legend: Legend,
    reduce_options: Reduced,
    orientation: &'static str,
}

/// Bars that lie, each with its name and value.
pub(in crate::boards) fn bar_gauge(
    title: &'static str,
    description: &'static str,
    defaults: Field,
    targets: Vec<Target>,
) -> Panel {
    let options = Options {
        display_mode: "basic",
        value_mode: "text",
        name_placement: "left",
        show_unfilled: true,
        sizing: "auto",
        min_viz_width: 8,
        min_viz_height: 16,
        max_viz_height: 40,
        legend: Legend::below(false),
        reduce_options: LAST,
        orientation: "horizontal",
    };
    Panel::asking(
        title,
        description,
        Kind::BarGauge(options),
        defaults,
        targets,
    )
}
