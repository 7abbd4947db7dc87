//! Mistakes in queries: names, labels, rates, variables, data sources.

use serde_json::json;

use super::{ASSESSMENT, BOARD, OPERATOR, Planted, panel, planted, rewrite};

pub(super) const PLANTED: &[Planted] = &[
    planted(
        "a renamed metric",
        BOARD,
        |board| {
            rewrite(
                board,
                "Stage over time",
                "gradus_assessment_stage:max",
                "gradus_assessment_level:max",
            );
        },
        "unknown metric",
    ),
    planted(
        "an exported metric on a dashboard about assessments",
        BOARD,
        |board| {
            rewrite(
                board,
                "Stages of $model",
                "assessment:gradus_assessment_stage:max",
                "gradus_assessment_stage",
            );
        },
        "wrong kind of series",
    ),
    planted(
        "a recorded series on the dashboard of the operator",
        OPERATOR,
        |board| {
            rewrite(
                board,
                "Leaders",
                "gradus_leader",
                "assessment:gradus_assessment_assessed:max",
            );
        },
        "wrong kind of series",
    ),
    planted(
        "a wrong label in a matcher",
        ASSESSMENT,
        |board| {
            rewrite(board, "Cause of the fall", "assessment=~", "name=~");
        },
        "unknown label",
    ),
    planted(
        "a value that a label never has",
        ASSESSMENT,
        |board| {
            rewrite(
                board,
                "Missing capabilities",
                "proven|declared",
                "proven|met",
            );
        },
        "unknown value",
    ),
    planted(
        "a wrong label to group by",
        ASSESSMENT,
        |board| {
            rewrite(board, "Criteria by verdict", "by (verdict)", "by (state)");
        },
        "unknown label",
    ),
    planted(
        "a join by a label that one side lacks",
        BOARD,
        |board| {
            rewrite(
                board,
                "Stage today",
                "on (cluster, model, stage)",
                "on (cluster, namespace, stage)",
            );
        },
        "unknown label",
    ),
    planted(
        "a broken expression",
        BOARD,
        |board| {
            rewrite(board, "Stage over time", "== 0) - 1", "== 0 - 1");
        },
        "syntax",
    ),
    planted(
        "a counter without a rate, with matchers",
        OPERATOR,
        |board| {
            rewrite(board, "Writes by outcome", "[$__rate_interval]", "");
            rewrite(board, "Writes by outcome", "rate", "abs");
        },
        "counter without rate",
    ),
    planted(
        "the rate of a gauge",
        OPERATOR,
        |board| {
            rewrite(
                board,
                "Writes by outcome",
                "gradus_output_writes_total",
                "gradus_output_queue_depth",
            );
        },
        "rate of a gauge",
    ),
    planted(
        "a quantile without buckets",
        OPERATOR,
        |board| {
            rewrite(board, "Settle duration", "instance, le)", "instance)");
        },
        "quantile without le",
    ),
    planted(
        "a rate over a fixed window",
        OPERATOR,
        |board| {
            rewrite(board, "CPU", "$__rate_interval", "5m");
        },
        "target-rate-interval",
    ),
    planted(
        "a rate over one step",
        OPERATOR,
        |board| {
            rewrite(board, "CPU", "$__rate_interval", "$__interval");
        },
        "target-rate-interval",
    ),
    planted(
        "a job that was not chosen",
        OPERATOR,
        |board| {
            rewrite(board, "Memory", "job=~\"$job\", ", "");
        },
        "target-job",
    ),
    planted(
        "an instance that was not chosen",
        OPERATOR,
        |board| {
            rewrite(
                board,
                "Memory",
                "instance=~\"$instance\"",
                "instance=\"$instance\"",
            );
        },
        "target-instance",
    ),
    planted(
        "a chosen namespace that is ignored",
        ASSESSMENT,
        |board| {
            rewrite(
                board,
                "Criteria by evidence",
                "namespace=~\"$namespace\", ",
                "",
            );
        },
        "variable ignored",
    ),
    planted(
        "an unknown variable in an expression",
        BOARD,
        |board| {
            rewrite(board, "Stage over time", "$model", "$models");
        },
        "unknown variable",
    ),
    planted(
        "an unknown variable in a title",
        BOARD,
        |board| {
            panel(board, "Stages of $model")["title"] = json!("Stages of ${ladder}");
        },
        "unknown variable",
    ),
    planted(
        "a hard-coded data source",
        ASSESSMENT,
        |board| {
            panel(board, "Mark")["targets"][0]["datasource"]["uid"] = json!("P1809F7CD0C75ACF3");
        },
        "panel-datasource",
    ),
    planted(
        "another kind of data source",
        ASSESSMENT,
        |board| {
            panel(board, "Mark")["datasource"]["type"] = json!("loki");
        },
        "panel-datasource",
    ),
    planted(
        "a panel without queries",
        OPERATOR,
        |board| {
            panel(board, "Memory")["targets"] = json!([]);
        },
        "panel-no-targets",
    ),
    planted(
        "two queries with the same letter",
        BOARD,
        |board| {
            panel(board, "Stages of $model")["targets"][1]["refId"] = json!("A");
        },
        "duplicate query",
    ),
];
