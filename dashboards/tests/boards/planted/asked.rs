//! Mistakes in what is asked: names, labels, rates, variables, data sources.

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
        "a raw metric on a board of the product",
        BOARD,
        |board| {
            rewrite(
                board,
                "On the ladder of $model",
                "assessment:gradus_assessment_stage:max",
                "gradus_assessment_stage",
            );
        },
        "wrong kind of series",
    ),
    planted(
        "a recorded series on the operator's board",
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
            rewrite(board, "Why it fell", "assessment=~", "name=~");
        },
        "unknown label",
    ),
    planted(
        "a word that no label has",
        ASSESSMENT,
        |board| {
            rewrite(
                board,
                "Capabilities that are not there",
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
        "a label to join by that one side lacks",
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
        "a counter as it is, behind a matcher",
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
        "rate of no counter",
    ),
    planted(
        "a quantile without buckets",
        OPERATOR,
        |board| {
            rewrite(board, "Settling takes", "instance, le)", "instance)");
        },
        "quantile without le",
    ),
    planted(
        "a rate over a window of its own",
        OPERATOR,
        |board| {
            rewrite(board, "Processor", "$__rate_interval", "5m");
        },
        "target-rate-interval",
    ),
    planted(
        "a rate over one step",
        OPERATOR,
        |board| {
            rewrite(board, "Processor", "$__rate_interval", "$__interval");
        },
        "target-rate-interval",
    ),
    planted(
        "a job that is not the chosen one",
        OPERATOR,
        |board| {
            rewrite(board, "Memory", "job=~\"$job\", ", "");
        },
        "target-job",
    ),
    planted(
        "an instance that is not the chosen one",
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
            panel(board, "On the ladder of $model")["title"] = json!("On the ladder of ${ladder}");
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
        "a panel that asks nothing",
        OPERATOR,
        |board| {
            panel(board, "Memory")["targets"] = json!([]);
        },
        "panel-no-targets",
    ),
    planted(
        "two queries with one letter",
        BOARD,
        |board| {
            panel(board, "On the ladder of $model")["targets"][1]["refId"] = json!("A");
        },
        "duplicate query",
    ),
];
