//! The reference page of the dashboards: every panel, its question and its queries.

use std::fmt::Write;

use super::Board;

/// The page as Markdown.
pub fn reference(boards: &[Board]) -> String {
    let mut page = String::from(INTRODUCTION);
    for board in boards {
        describe(&mut page, board);
    }
    page
}

fn describe(page: &mut String, board: &Board) {
    let dashboard = &board.dashboard;
    let _ = write!(
        page,
        "\n## {}\n\n{} Opens with `{}`, asks every {}, and lies in\n[`{uid}.json`](../../dashboards/{uid}.json).\n",
        dashboard.title,
        dashboard.description,
        dashboard.time.from,
        dashboard.refresh,
        uid = dashboard.uid,
    );
    for annotation in &dashboard.annotations.list {
        let _ = write!(
            page,
            "\nMarked over time: **{}**.\n\n```promql\n{}\n```\n",
            annotation.name, annotation.target.expr
        );
    }
    for panel in &dashboard.panels {
        let _ = write!(page, "\n### {}\n\n{}\n", panel.title, panel.description);
        for (index, target) in panel.targets.iter().enumerate() {
            let when = board
                .answer(&panel.title, index)
                .and_then(|answer| answer.when.as_deref())
                .map(|when| format!("Only when {when}:\n\n"))
                .unwrap_or_default();
            let _ = write!(page, "\n{when}```promql\n{}\n```\n", target.expr);
        }
    }
}

const INTRODUCTION: &str =
    "<!-- Generated from dashboards/boards; run the tests with GRADUS_BLESS=1 to update. -->
# Dashboards

Every panel with the question that it answers and what it asks Prometheus for it. How to get them into Grafana:
[How to use the dashboards](../how-to/dashboards.md).

Series whose names have colons are recorded by the [rules](alerts.md): one view of all replicas. `$cluster`,
`$namespace` and so on are what was chosen at the top of the dashboard; `$__interval` and `$__rate_interval` are
Grafana's own. Dates are multiplied by 1000, since Grafana counts in milliseconds.
";
