//! Mistakes that are planted, each of which must be caught by its name.

use serde_json::{Value, json};

use crate::dashboards;
use crate::json::text;
use crate::lint::lint;

/// A mistake: what it is, on which dashboard, how it is made, and under which name it is caught.
struct Planted {
    what: &'static str,
    board: &'static str,
    made: fn(&mut Value),
    caught_as: &'static str,
}

const fn planted(
    what: &'static str,
    board: &'static str,
    made: fn(&mut Value),
    caught_as: &'static str,
) -> Planted {
    Planted {
        what,
        board,
        made,
        caught_as,
    }
}

const BOARD: &str = "gradus-board";
const ASSESSMENT: &str = "gradus-assessment";
const OPERATOR: &str = "gradus-operator";

fn panel<'a>(dashboard: &'a mut Value, title: &str) -> &'a mut Value {
    let panels = dashboard["panels"].as_array_mut().unwrap();
    panels
        .iter_mut()
        .find(|panel| panel["title"] == title)
        .expect("the panel is there")
}

fn variable<'a>(dashboard: &'a mut Value, name: &str) -> &'a mut Value {
    let variables = dashboard["templating"]["list"].as_array_mut().unwrap();
    variables
        .iter_mut()
        .find(|one| one["name"] == name)
        .expect("the variable is there")
}

/// Changes the expression of a panel's first query.
fn rewrite(dashboard: &mut Value, title: &str, from: &str, to: &str) {
    let expression = &mut panel(dashboard, title)["targets"][0]["expr"];
    let text = text(expression).to_owned();
    assert!(text.contains(from), "{text} has no {from}");
    *expression = json!(text.replace(from, to));
}

const PLANTED: &[Planted] = &[
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
        "a mode that thresholds do not have",
        BOARD,
        |board| {
            panel(board, "Stage today")["fieldConfig"]["defaults"]["thresholds"]["mode"] =
                json!("relative");
        },
        "form",
    ),
    planted(
        "a made-up unit",
        OPERATOR,
        |board| {
            panel(board, "Memory")["fieldConfig"]["defaults"]["unit"] = json!("mebibytes");
        },
        "form",
    ),
    planted(
        "a made-up unit of a column",
        BOARD,
        |board| {
            let overrides =
                &mut panel(board, "Standing, next fall first")["fieldConfig"]["overrides"];
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
        "a refresh that is no span of time",
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
        "a panel that asks nothing",
        OPERATOR,
        |board| {
            panel(board, "Memory")["targets"] = json!([]);
        },
        "panel-no-targets",
    ),
    planted(
        "a missing noValue",
        ASSESSMENT,
        |board| {
            panel(board, "Why it fell")["fieldConfig"]["defaults"]["noValue"] = json!("");
        },
        "no text for nothing",
    ),
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
                &mut panel(board, "Standing, next fall first")["fieldConfig"]["overrides"];
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
            panel(board, "Standing, next fall first")["transformations"][1]["options"]["sort"][0]
                ["field"] = json!("Value #Z");
        },
        "unknown column",
    ),
    planted(
        "a column under the name of its letter",
        BOARD,
        |board| {
            let names = &mut panel(board, "Standing, next fall first")["transformations"][2]["options"]
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
                &mut panel(board, "Standing, next fall first")["fieldConfig"]["overrides"];
            overrides[1]["matcher"]["options"] = json!("Falls at");
        },
        "override of nothing",
    ),
    planted(
        "two queries with one letter",
        BOARD,
        |board| {
            panel(board, "On the ladder of $model")["targets"][1]["refId"] = json!("A");
        },
        "duplicate query",
    ),
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
        "another uid",
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
        "values of another time",
        BOARD,
        |board| {
            variable(board, "namespace")["refresh"] = json!(1);
        },
        "template-on-time-change-reload",
    ),
    planted(
        "values of a label that is not there",
        BOARD,
        |board| {
            variable(board, "namespace")["query"]["query"] =
                json!("label_values(assessment:gradus_assessment_assessed:max, tenant)");
        },
        "template-label-promql",
    ),
    planted(
        "one job only",
        OPERATOR,
        |board| variable(board, "job")["multi"] = json!(false),
        "template-job",
    ),
    planted(
        "an instance that may be absent",
        OPERATOR,
        |board| {
            variable(board, "instance")["allValue"] = json!(".*");
        },
        "template-instance",
    ),
];

#[test]
fn every_planted_mistake_is_caught_by_its_name() {
    for planted in PLANTED {
        let mut dashboard = dashboards()
            .into_iter()
            .find(|dashboard| dashboard["uid"] == planted.board)
            .expect("the dashboard is there");
        (planted.made)(&mut dashboard);
        let caught = lint(&dashboard);
        assert!(
            caught
                .iter()
                .any(|mistake| mistake.name == planted.caught_as),
            "{} was to be caught as {:?}, and was: {caught:?}",
            planted.what,
            planted.caught_as,
        );
    }
}
