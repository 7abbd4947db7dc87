//! Mistakes of form: keys, words, kinds and units that Grafana does not know.

use serde_json::json;

use super::{ASSESSMENT, BOARD, OPERATOR, Planted, panel, planted};

pub(super) const PLANTED: &[Planted] = &[
    planted(
        "an unknown option",
        BOARD,
        |board| {
            panel(board, "Stage over time")["options"]["mergeValue"] = json!(true);
        },
        "form",
    ),
    planted(
        "an unknown option of a field",
        ASSESSMENT,
        |board| {
            panel(board, "Criteria by verdict")["fieldConfig"]["defaults"]["custom"]["fillOpacty"] =
                json!(1);
        },
        "form",
    ),
    planted(
        "an unknown field of a query",
        BOARD,
        |board| {
            panel(board, "Stage today")["targets"][0]["expression"] = json!("up");
        },
        "form",
    ),
    planted(
        "an unknown kind of panel",
        BOARD,
        |board| {
            panel(board, "Stage today")["type"] = json!("big-number");
        },
        "form",
    ),
    planted(
        "a word that an option does not know",
        BOARD,
        |board| {
            panel(board, "Stage over time")["options"]["showValue"] = json!("allways");
        },
        "form",
    ),
    planted(
        "an unknown mode of thresholds",
        BOARD,
        |board| {
            panel(board, "Stage today")["fieldConfig"]["defaults"]["thresholds"]["mode"] =
                json!("relative");
        },
        "form",
    ),
    planted(
        "an unknown unit",
        OPERATOR,
        |board| {
            panel(board, "Memory")["fieldConfig"]["defaults"]["unit"] = json!("mebibytes");
        },
        "form",
    ),
    planted(
        "an unknown unit of a column",
        BOARD,
        |board| {
            let overrides =
                &mut panel(board, "Assessments, next fall first")["fieldConfig"]["overrides"];
            overrides[1]["properties"][0]["value"] = json!("dateAsIso");
        },
        "form",
    ),
    planted(
        "a data source by its name",
        BOARD,
        |board| {
            panel(board, "Stage today")["datasource"] = json!("Prometheus");
        },
        "form",
    ),
    planted(
        "text in the grid",
        BOARD,
        |board| {
            panel(board, "Stage today")["gridPos"]["w"] = json!("24");
        },
        "form",
    ),
    planted(
        "a refresh that is not a duration",
        BOARD,
        |board| board["refresh"] = json!("often"),
        "form",
    ),
    planted(
        "an unknown key of the dashboard",
        BOARD,
        |board| board["variables"] = json!([]),
        "form",
    ),
];
