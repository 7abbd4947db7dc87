//! What becomes of an answer: nothing is a text, unknown is a value, and no short fall is stepped over.

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
                "say in noValue what it means that there is nothing",
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
                    "a history asks for a range, everything else for an instant",
                );
            }
            if is_history && expression.contains(':') && steps_over(dashboard, expression) {
                say(
                    "stepped over",
                    "a value between two steps is missed; use …_over_time(…[$__interval])",
                );
            }
            if expression.contains("timestamp_seconds")
                && expression.contains("* 1000")
                && !has_date_unit(panel)
            {
                say(
                    "date without its unit",
                    "an instant in milliseconds wants a unit dateTime…",
                );
            }
        }
        if is_about_stages(panel) {
            of_stages(panel, &mut say);
        }
    }
    mistakes
}

/// Whether a recorded series is asked for at the steps only.
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

/// Whether the proven stage is drawn, of assessments or their domains.
fn is_about_stages(panel: &Value) -> bool {
    panel["type"] == "state-timeline"
        || targets(panel)
            .any(|target| text(&target["expr"]).contains("assessment:gradus_assessment_stage:max"))
}

/// Where a stage is drawn, what is not assessed is drawn too, and said in words.
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
                "what is not assessed must be a value: … == 0) - 1 or …",
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
