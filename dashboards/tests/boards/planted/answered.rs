//! Mistakes in what becomes of an answer: gaps, missed falls, units, texts for nothing.

use serde_json::{Value, json};

use super::{ASSESSMENT, BOARD, OPERATOR, Planted, panel, planted};
use crate::json::text;

pub(super) const PLANTED: &[Planted] = &[
    planted(
        "a gap where unknown must be a value",
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
        "an unknown that is shown as -1",
        BOARD,
        |board| {
            panel(board, "Stage over time")["fieldConfig"]["defaults"]["mappings"] = json!([]);
        },
        "unknown without text",
    ),
    planted(
        "a history that steps over short falls",
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
        "an instant where a history is drawn",
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
        "a missing unit on a kind of panel that the public linter does not look at",
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
                &mut panel(board, "Standing, next fall first")["fieldConfig"]["overrides"];
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
        "a description that answers nothing",
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
            panel(board, "Why it fell")["fieldConfig"]["defaults"]["noValue"] = json!("");
        },
        "no text for nothing",
    ),
];
