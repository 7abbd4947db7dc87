//! What a person chooses at the top of a dashboard.

use serde::Serialize;

use super::target::Datasource;

/// A variable.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(super) enum Variable {
    /// Which Prometheus is asked.
    Datasource(Source),
    /// Which values of a label count.
    Query(Choice),
}

/// The choice of a data source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Source {
    name: &'static str,
    label: &'static str,
    query: &'static str,
}

/// The choice among the values of a label.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Choice {
    /// The variable's name, which is also the label's.
    pub(super) name: &'static str,
    label: &'static str,
    datasource: Datasource,
    query: Query,
    definition: String,
    refresh: u32,
    sort: u32,
    multi: bool,
    include_all: bool,
    /// What matches when nothing is chosen.
    pub(super) all_value: &'static str,
    current: Current,
    /// The selector whose series have the values.
    #[serde(skip)]
    pub(super) selector: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Query {
    query: String,
    ref_id: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Current {
    text: &'static str,
    value: &'static str,
}

/// Values are asked for again when the time changes.
const ON_TIME_RANGE_CHANGED: u32 = 2;
/// Values in the order of their letters.
const ALPHABETICAL: u32 = 1;
/// Every series that has the label.
pub(super) const PRESENT: &str = ".+";
/// Every series, those without the label among them: `.+` would leave these out.
pub(super) const ANY: &str = ".*";

/// The choice of the data source.
pub(super) fn datasource() -> Variable {
    Variable::Datasource(Source {
        name: "datasource",
        label: "Data source",
        query: "prometheus",
    })
}

/// The choice among the values of a label of the series that a selector finds.
pub(super) fn choice(
    name: &'static str,
    label: &'static str,
    selector: &str,
    all_value: &'static str,
) -> Variable {
    let query = format!("label_values({selector}, {name})");
    Variable::Query(Choice {
        name,
        label,
        datasource: Datasource::chosen(),
        query: Query {
            query: query.clone(),
            ref_id: name,
        },
        definition: query,
        refresh: ON_TIME_RANGE_CHANGED,
        sort: ALPHABETICAL,
        multi: true,
        include_all: true,
        all_value,
        current: Current {
            text: "All",
            value: "$__all",
        },
        selector: selector.to_owned(),
    })
}
