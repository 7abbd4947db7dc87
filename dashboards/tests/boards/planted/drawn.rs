//! Mistakes in what is drawn: colours, legends, links and columns.

use serde_json::json;

use super::{BOARD, OPERATOR, Planted, panel, planted};

pub(super) const PLANTED: &[Planted] = &[
    planted(
        "a colour without text",
        BOARD,
        |board| {
            panel(board, "Stage over time")["options"]["showValue"] = json!("never");
        },
        "colour without text",
    ),
    planted(
        "a colour in place of a word",
        BOARD,
        |board| {
            let overrides =
                &mut panel(board, "Assessments, next fall first")["fieldConfig"]["overrides"];
            overrides[2]["properties"][0]["value"][0]["options"]["1"]["text"] = json!("");
        },
        "colour without text",
    ),
    planted(
        "lines without a legend",
        OPERATOR,
        |board| {
            panel(board, "Memory")["options"]["legend"]["showLegend"] = json!(false);
        },
        "colour without text",
    ),
    planted(
        "an unknown label in a legend",
        BOARD,
        |board| {
            panel(board, "Stage today")["targets"][0]["legendFormat"] = json!("{{name}}");
        },
        "unknown label in the legend",
    ),
    planted(
        "an unknown label in a link",
        BOARD,
        |board| {
            panel(board, "Stage today")["fieldConfig"]["defaults"]["links"][0]["url"] =
                json!("/d/gradus-assessment?var-assessment=${__field.labels.name}");
        },
        "unknown label in a link",
    ),
    planted(
        "a column that no query answers",
        BOARD,
        |board| {
            panel(board, "Assessments, next fall first")["transformations"][1]["options"]["sort"]
                [0]["field"] = json!("Value #Z");
        },
        "unknown column",
    ),
    planted(
        "a column under the name of its letter",
        BOARD,
        |board| {
            let names = &mut panel(board, "Assessments, next fall first")["transformations"][2]["options"]
                ["renameByName"];
            names.as_object_mut().unwrap().remove("Value #D");
        },
        "column without title",
    ),
    planted(
        "an override of a column that is gone",
        BOARD,
        |board| {
            let overrides =
                &mut panel(board, "Assessments, next fall first")["fieldConfig"]["overrides"];
            overrides[1]["matcher"]["options"] = json!("Falls at");
        },
        "override of nothing",
    ),
];
