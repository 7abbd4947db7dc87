//! How results are shown: an empty result has a text, unknown is a value, and no short fall is skipped.

use serde_json::Value;

use crate::json::{asking, items, targets, text};
use crate::support::promql::{Mistake, read};

pub(super) fn check(dashboard: &Value) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for panel in asking(dashboard) {
        let title = text(&panel["title"]);
        let mut say =
            |name, about: &str| mistakes.push(Mistake::new(name, format!("{title}: {about}")));
        let defaults = &panel["fieldConfig"]["defaults"];
        if text(&defaults["noValue"]).is_empty() {
            say(
                "no text for nothing",
                "say in noValue what an empty result means",
            );
        }
        if !text(&panel["description"]).contains('?') {
            say(
                "panel without question",
                "the description begins with the question that it answers",
            );
        }
        let is_history = ["state-timeline", "timeseries"].contains(&text(&panel["type"]));
        for target in targets(panel) {
            let expression = text(&target["expr"]);
            if target["range"] != is_history || target["instant"] == is_history {
                say(
                    "wrong span",
                    "a panel over time needs a range query, any other panel an instant query",
                );
            }
            if is_history && expression.contains(':') && steps_over(dashboard, expression) {
                say(
                    "stepped over",
                    "a value between two steps is not drawn; use …_over_time(…[$__interval])",
                );
            }
            if expression.contains("timestamp_seconds")
                && expression.contains("* 1000")
                && !has_date_unit(panel)
            {
                say(
                    "date without its unit",
                    "an instant in milliseconds needs a unit dateTime…",
                );
            }
        }
        if is_about_stages(panel) {
            of_stages(panel, &mut say);
        }
    }
    mistakes
}

/// Whether values between two steps are not read.
fn steps_over(dashboard: &Value, expression: &str) -> bool {
    let recorded = read(&super::asked::replaced(dashboard, expression))
        .selectors
        .len();
    let windows = expression.matches("_over_time(").count();
    windows < recorded
}

fn has_date_unit(panel: &Value) -> bool {
    let overridden =
        items(&panel["fieldConfig"]["overrides"]).flat_map(|one| items(&one["properties"]));
    let units = overridden
        .filter(|property| property["id"] == "unit")
        .map(|property| &property["value"]);
    let mut units = units.chain([&panel["fieldConfig"]["defaults"]["unit"]]);
    units.any(|unit| text(unit).starts_with("dateTime"))
}

/// Whether a panel shows the proven stage of assessments or domains.
fn is_about_stages(panel: &Value) -> bool {
    panel["type"] == "state-timeline"
        || targets(panel)
            .any(|target| text(&target["expr"]).contains("assessment:gradus_assessment_stage:max"))
}

/// A panel of stages also shows what is not assessed, with a text.
fn of_stages(panel: &Value, say: &mut impl FnMut(&'static str, &str)) {
    let drawn = targets(panel)
        .map(|target| text(&target["expr"]))
        .filter(|expression| {
            expression.contains("gradus_assessment_stage:")
                || expression.contains("gradus_assessment_domain_stage:")
        });
    for expression in drawn {
        if !(expression.contains("gradus_assessment_assessed:") && expression.contains("== 0")) {
            say(
                "gap instead of unknown",
                "an assessment that is not assessed must have a value: … == 0) - 1 or …",
            );
        }
    }
    let mappings = crate::json::every(&panel["fieldConfig"], "mappings");
    let overridden =
        items(&panel["fieldConfig"]["overrides"]).flat_map(|one| items(&one["properties"]));
    let overridden = overridden
        .filter(|one| one["id"] == "mappings")
        .map(|one| &one["value"]);
    let said = mappings.into_iter().chain(overridden).flat_map(items);
    if !said
        .into_iter()
        .any(|mapping| !text(&mapping["options"]["-1"]["text"]).is_empty())
    {
        say("unknown without text", "-1 needs a text");
    }
}
