//! Mistakes in how results are shown: gaps, skipped falls, units, texts for empty results.

use serde_json::{Value, json};

use super::{ASSESSMENT, BOARD, OPERATOR, Planted, panel, planted};
use crate::json::text;

pub(super) const PLANTED: &[Planted] = &[
    planted(
        "a gap in place of an unknown stage",
        BOARD,
        |board| {
            panel(board, "Stage over time")["targets"][0]["expr"] = json!(
                "min by (cluster, namespace, assessment, model) (min_over_time(assessment:gradus_assessment_stage:max\
             {cluster=~\"$cluster\", namespace=~\"$namespace\", model=~\"$model\", assessment=~\"$assessment\"}[$__interval]))"
            );
        },
        "gap instead of unknown",
    ),
    planted(
        "an unknown stage that is shown as -1",
        BOARD,
        |board| {
            panel(board, "Stage over time")["fieldConfig"]["defaults"]["mappings"] = json!([]);
        },
        "unknown without text",
    ),
    planted(
        "a graph that skips short falls",
        BOARD,
        |board| {
            let history = panel(board, "Stage over time");
            let expression = text(&history["targets"][0]["expr"]).to_owned();
            history["targets"][0]["expr"] = json!(
                expression
                    .replace("min_over_time(", "(")
                    .replace("[$__interval]", "")
            );
        },
        "stepped over",
    ),
    planted(
        "an instant query in a panel over time",
        BOARD,
        |board| {
            panel(board, "Stage over time")["targets"][0]["range"] = json!(false);
        },
        "wrong span",
    ),
    planted(
        "a missing unit",
        OPERATOR,
        |board| {
            panel(board, "Memory")["fieldConfig"]["defaults"]["unit"] = Value::Null;
        },
        "panel-units",
    ),
    planted(
        "a missing unit on a kind of panel that dashboard-linter does not check",
        ASSESSMENT,
        |board| {
            let defaults = &mut panel(board, "Domains today")["fieldConfig"]["defaults"];
            defaults["unit"] = json!("");
            defaults["mappings"] = json!([]);
        },
        "panel-units",
    ),
    planted(
        "a date without its unit",
        BOARD,
        |board| {
            let overrides =
                &mut panel(board, "Assessments, next fall first")["fieldConfig"]["overrides"];
            overrides[1]["properties"][0]["value"] = json!("s");
        },
        "date without its unit",
    ),
    planted(
        "a missing description",
        OPERATOR,
        |board| {
            panel(board, "Memory")["description"] = json!("");
        },
        "panel-title-description",
    ),
    planted(
        "a description without a question",
        OPERATOR,
        |board| {
            panel(board, "Memory")["description"] = json!("Resident memory.");
        },
        "panel without question",
    ),
    planted(
        "a missing noValue",
        ASSESSMENT,
        |board| {
            panel(board, "Cause of the fall")["fieldConfig"]["defaults"]["noValue"] = json!("");
        },
        "no text for nothing",
    ),
];
