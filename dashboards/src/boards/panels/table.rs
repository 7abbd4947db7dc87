//! Rows and columns.

use serde::Serialize;

use super::{Custom as Customs, Kind};
use crate::boards::field::Field;
use crate::boards::panel::Panel;
use crate::boards::target::Target;

/// The options of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::boards) struct Options {
    frame_index: u32,
    show_header: bool,
    cell_height: &'static str,
}

/// How a cell looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::boards) struct Custom {
    align: &'static str,
    inspect: bool,
    filterable: bool,
}

/// A table in which every column can be filtered.
pub(in crate::boards) fn table(
    title: &'static str,
    description: &'static str,
    mut defaults: Field,
    targets: Vec<Target>,
) -> Panel {
    let options = Options {
        frame_index: 0,
        show_header: true,
        cell_height: "sm",
    };
    defaults.custom = Some(Customs::Table(Custom {
        align: "auto",
        inspect: false,
        filterable: true,
    }));
    Panel::asking(title, description, Kind::Table(options), defaults, targets)
}
