//! Every colour has a text beside it.

use serde_json::Value;

use crate::json::{asking, every, items, targets, text};
use crate::support::promql::Mistake;

pub(super) fn check(dashboard: &Value) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for panel in asking(dashboard) {
        let title = text(&panel["title"]);
        let mut say = |about: &str| {
            mistakes.push(Mistake::new(
                "colour without text",
                format!("{title}: {about}"),
            ));
        };
        let options = &panel["options"];
        let written = match text(&panel["type"]) {
            "stat" => options["textMode"] != "none",
            "bargauge" => options["valueMode"] == "text" || options["valueMode"] == "color",
            "state-timeline" => options["showValue"] == "always",
            "timeseries" => options["legend"]["showLegend"] == true && every_line_has_a_name(panel),
            _ => true,
        };
        if !written {
            say("values or names are not written beside their colours");
        }
        for result in mapped(&panel["fieldConfig"]) {
            if !text(&result["color"]).is_empty() && text(&result["text"]).is_empty() {
                say("a value has a colour and no text");
            }
        }
        let cells = items(&panel["fieldConfig"]["overrides"]).filter(|one| {
            items(&one["properties"]).any(|property| property["id"] == "custom.cellOptions")
        });
        for cell in cells {
            if !items(&cell["properties"]).any(|property| property["id"] == "mappings") {
                say("a cell has a colour and no words");
            }
        }
    }
    mistakes
}

fn every_line_has_a_name(panel: &Value) -> bool {
    targets(panel).all(|target| !text(&target["legendFormat"]).is_empty())
}

/// The results of all mappings.
fn mapped(config: &Value) -> Vec<&Value> {
    let defaults = every(config, "mappings");
    let overridden = items(&config["overrides"]).flat_map(|one| items(&one["properties"]));
    let overridden = overridden
        .filter(|one| one["id"] == "mappings")
        .map(|one| &one["value"]);
    let all = defaults.into_iter().chain(overridden).flat_map(items);
    all.flat_map(|mapping| match text(&mapping["type"]) {
        "value" => mapping["options"]
            .as_object()
            .into_iter()
            .flat_map(|texts| texts.values())
            .collect(),
        _ => vec![&mapping["options"]["result"]],
    })
    .collect()
}
