//! Access to parts of the JSON of a dashboard, even if it is malformed.

use serde_json::Value;

/// The items of a list. Empty for any other value.
pub(crate) fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A text. Empty for any other value.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The panels.
pub(crate) fn panels(dashboard: &Value) -> impl Iterator<Item = &Value> {
    items(&dashboard["panels"])
}

/// The panels with queries.
pub(crate) fn asking(dashboard: &Value) -> impl Iterator<Item = &Value> {
    panels(dashboard).filter(|panel| panel["type"] != "text")
}

/// The queries of a panel.
pub(crate) fn targets(panel: &Value) -> impl Iterator<Item = &Value> {
    items(&panel["targets"])
}

/// The variables.
pub(crate) fn variables(dashboard: &Value) -> impl Iterator<Item = &Value> {
    items(&dashboard["templating"]["list"])
}

/// The variables whose values are those of a label.
pub(crate) fn choices(dashboard: &Value) -> impl Iterator<Item = &Value> {
    variables(dashboard).filter(|variable| variable["type"] == "query")
}

/// The annotations.
pub(crate) fn annotations(dashboard: &Value) -> impl Iterator<Item = &Value> {
    items(&dashboard["annotations"]["list"])
}

/// The values of every key of this name, at any depth.
pub(crate) fn every<'a>(value: &'a Value, key: &str) -> Vec<&'a Value> {
    let below: Vec<&Value> = match value {
        Value::Object(fields) => fields.values().collect(),
        Value::Array(items) => items.iter().collect(),
        _ => Vec::new(),
    };
    let here = value.get(key);
    here.into_iter()
        .chain(below.into_iter().flat_map(|inner| every(inner, key)))
        .collect()
}
