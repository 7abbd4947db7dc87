//! Where panels are: Grafana's grid is 24 columns wide, and a row as high as it needs to be.

use serde::Serialize;

use super::panel::Panel;

/// The place of a panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub(super) struct Place {
    /// Height.
    pub(super) h: u32,
    /// Width, of 24.
    pub(super) w: u32,
    /// Columns from the left.
    pub(super) x: u32,
    /// Rows from the top.
    pub(super) y: u32,
}

/// Panels side by side, each with its width.
pub(super) struct Row {
    height: u32,
    panels: Vec<(u32, Panel)>,
}

/// A row of this height.
pub(super) fn row<const COUNT: usize>(height: u32, panels: [(u32, Panel); COUNT]) -> Row {
    Row {
        height,
        panels: panels.into(),
    }
}

/// Puts rows below each other, and numbers their panels.
pub(super) fn lay_out<const COUNT: usize>(rows: [Row; COUNT]) -> Vec<Panel> {
    let mut placed = Vec::new();
    let (mut id, mut y) = (0, 0);
    for Row { height, panels } in rows {
        let mut x = 0;
        for (width, mut panel) in panels {
            id += 1;
            panel.id = id;
            panel.grid_pos = Place {
                h: height,
                w: width,
                x,
                y,
            };
            x += width;
            placed.push(panel);
        }
        y += height;
    }
    placed
}
