//! One number, with a name.

use serde::Serialize;

use super::{Kind, LAST, Reduced};
use crate::boards::field::Field;
use crate::boards::panel::Panel;
use crate::boards::target::Target;

/// The options of a stat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::boards) struct Options {
    graph_mode: &'static str,
    color_mode: &'static str,
    justify_mode: &'static str,
    text_mode: Shows,
    wide_layout: bool,
    show_percent_change: bool,
    percent_change_color_mode: &'static str,
    reduce_options: Reduced,
    orientation: &'static str,
}

/// What a stat says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::boards) enum Shows {
    /// The value, and the series' name where there are several.
    Auto,
    /// The value, and the series' name.
    ValueAndName,
    /// The series' name: what is told is in its labels.
    Name,
}

/// One number a series.
pub(in crate::boards) fn stat(
    title: &'static str,
    description: &'static str,
    shows: Shows,
    defaults: Field,
    targets: Vec<Target>,
) -> Panel {
    let options = Options {
        graph_mode: "none",
        color_mode: "value",
        justify_mode: "auto",
        text_mode: shows,
        wide_layout: true,
        show_percent_change: false,
        percent_change_color_mode: "standard",
        reduce_options: LAST,
        orientation: "auto",
    };
    Panel::asking(title, description, Kind::Stat(options), defaults, targets)
}
