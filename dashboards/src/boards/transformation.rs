//! What Grafana does with answers before a table shows them.

use serde::Serialize;
use serde_json::{Map, Value, json};

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Transformation {
    id: &'static str,
    options: Value,
}

/// One row for what has the same labels, whichever query it comes from.
pub(super) fn merge() -> Transformation {
    Transformation {
        id: "merge",
        options: json!({}),
    }
}

/// Rows in the order of a column, highest first. Where a row has no value, Grafana takes it for zero.
pub(super) fn highest_first(column: &str) -> Transformation {
    sorted(column, true)
}

/// Rows in the order of a column, lowest first.
pub(super) fn lowest_first(column: &str) -> Transformation {
    sorted(column, false)
}

fn sorted(column: &str, desc: bool) -> Transformation {
    Transformation {
        id: "sortBy",
        options: json!({ "sort": [{ "field": column, "desc": desc }] }),
    }
}

/// Columns in this order and with these titles; hidden ones are left out.
pub(super) fn organize(columns: &[(&str, &str)], hidden: &[&str]) -> Transformation {
    let object =
        |pairs: Vec<(String, Value)>| Value::Object(pairs.into_iter().collect::<Map<_, _>>());
    let order = columns
        .iter()
        .enumerate()
        .map(|(index, (name, _))| ((*name).to_owned(), json!(index)));
    let titles = columns
        .iter()
        .map(|(name, title)| ((*name).to_owned(), json!(title)));
    let excluded = hidden.iter().map(|name| ((*name).to_owned(), json!(true)));
    Transformation {
        id: "organize",
        options: json!({
            "excludeByName": object(excluded.collect()),
            "indexByName": object(order.collect()),
            "renameByName": object(titles.collect()),
        }),
    }
}
