//! The form: what Grafana's published types know, and the words and units that a value may have.

use serde_json::Value;

use crate::json::{items, panels, text};
use crate::program::unknown_to_grafana;
use crate::support::promql::Mistake;

/// The kinds of panel whose options are checked.
const KINDS: [&str; 6] = [
    "bargauge",
    "stat",
    "state-timeline",
    "table",
    "text",
    "timeseries",
];

/// The units that the dashboards use. A unit that Grafana does not know is drawn as a suffix.
const UNITS: [&str; 8] = [
    "bytes",
    "cps",
    "dateTimeAsIso",
    "dateTimeFromNow",
    "none",
    "s",
    "short",
    "wps",
];

/// What an override may set.
const PROPERTIES: [&str; 6] = [
    "color",
    "custom.cellOptions",
    "displayName",
    "links",
    "mappings",
    "unit",
];

/// The words of options, by their place in a panel. Grafana ignores any other word, and draws its default.
const WORDS: [(&str, &[&str]); 14] = [
    ("/options/alignValue", &["left", "center", "right"]),
    ("/options/cellHeight", &["sm", "md", "lg", "auto"]),
    ("/options/colorMode", &["value", "background", "none"]),
    ("/options/displayMode", &["basic", "gradient", "lcd"]),
    ("/options/graphMode", &["none", "line", "area"]),
    ("/options/namePlacement", &["auto", "top", "left", "hidden"]),
    ("/options/showValue", &["auto", "always", "never"]),
    (
        "/options/textMode",
        &["auto", "value", "value_and_name", "name", "none"],
    ),
    ("/options/tooltip/mode", &["single", "multi", "none"]),
    ("/options/tooltip/sort", &["asc", "desc", "none"]),
    ("/options/valueMode", &["color", "text", "hidden"]),
    (
        "/fieldConfig/defaults/color/mode",
        &["thresholds", "palette-classic-by-name", "fixed"],
    ),
    (
        "/fieldConfig/defaults/custom/stacking/mode",
        &["none", "normal", "percent"],
    ),
    (
        "/fieldConfig/defaults/thresholds/mode",
        &["absolute", "percentage"],
    ),
];

pub(super) fn check(dashboard: &Value) -> Vec<Mistake> {
    let mut wrong = unknown_to_grafana(&dashboard.to_string());
    if !is_duration(text(&dashboard["refresh"])) {
        wrong.push(format!(
            "refresh {} is not a duration",
            dashboard["refresh"]
        ));
    }
    for panel in panels(dashboard) {
        words(panel, &mut wrong);
        overrides(panel, &mut wrong);
    }
    let mistakes = wrong.into_iter().map(|about| Mistake::new("form", about));
    mistakes.collect()
}

/// A number and a unit: `30s`, `5m`, `1h`, `1d`.
fn is_duration(text: &str) -> bool {
    text.strip_suffix(['s', 'm', 'h', 'd'])
        .is_some_and(|number| number.parse::<u32>().is_ok())
}

fn known(place: &str, value: &Value, words: &[&str], wrong: &mut Vec<String>) {
    if !words.contains(&text(value)) {
        wrong.push(format!("{place}: {value} is not one of {words:?}"));
    }
}

fn words(panel: &Value, wrong: &mut Vec<String>) {
    known("type", &panel["type"], &KINDS, wrong);
    let unit = panel.pointer("/fieldConfig/defaults/unit");
    if let Some(unit) = unit.filter(|unit| !text(unit).is_empty()) {
        known("unit", unit, &UNITS, wrong);
    }
    for (place, words) in WORDS {
        if let Some(value) = panel.pointer(place) {
            known(place, value, words, wrong);
        }
    }
}

fn overrides(panel: &Value, wrong: &mut Vec<String>) {
    for each in items(&panel["fieldConfig"]["overrides"]) {
        for property in items(&each["properties"]) {
            known("override", &property["id"], &PROPERTIES, wrong);
            if property["id"] == "unit" {
                known("unit of an override", &property["value"], &UNITS, wrong);
            }
        }
    }
}
