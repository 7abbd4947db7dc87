//! Mistakes in places, names and choices.

use serde_json::json;

use super::{BOARD, OPERATOR, Planted, panel, planted, variable};

pub(super) const PLANTED: &[Planted] = &[
    planted(
        "overlapping panels",
        BOARD,
        |board| {
            panel(board, "Stage over time")["gridPos"]["y"] = json!(1);
        },
        "overlapping panels",
    ),
    planted(
        "a panel beside the grid",
        BOARD,
        |board| {
            panel(board, "Stage today")["gridPos"]["x"] = json!(4);
        },
        "off the grid",
    ),
    planted(
        "a duplicate panel id",
        OPERATOR,
        |board| {
            panel(board, "Memory")["id"] = panel(board, "Leaders")["id"].clone();
        },
        "duplicate panel",
    ),
    planted(
        "a changed uid",
        BOARD,
        |board| board["uid"] = json!("gradus-boards"),
        "unknown uid",
    ),
    planted(
        "a dashboard that people can edit",
        BOARD,
        |board| board["editable"] = json!(true),
        "uneditable-dashboard",
    ),
    planted(
        "no menu of the other dashboards",
        BOARD,
        |board| board["links"] = json!([]),
        "unlinked",
    ),
    planted(
        "a data source that cannot be chosen",
        BOARD,
        |board| {
            variable(board, "datasource")["label"] = json!("Source");
        },
        "template-datasource",
    ),
    planted(
        "values that are not refreshed",
        BOARD,
        |board| {
            variable(board, "namespace")["refresh"] = json!(1);
        },
        "template-on-time-change-reload",
    ),
    planted(
        "values of an unknown label",
        BOARD,
        |board| {
            variable(board, "namespace")["query"]["query"] =
                json!("label_values(assessment:gradus_assessment_assessed:max, tenant)");
        },
        "template-label-promql",
    ),
    planted(
        "a choice of one job only",
        OPERATOR,
        |board| variable(board, "job")["multi"] = json!(false),
        "template-job",
    ),
    planted(
        "a choice that includes series without an instance",
        OPERATOR,
        |board| {
            variable(board, "instance")["allValue"] = json!(".*");
        },
        "template-instance",
    ),
];
