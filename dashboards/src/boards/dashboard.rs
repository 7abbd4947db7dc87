//! The parts of Grafana's dashboard JSON that the queries and the reference need.

use serde::Deserialize;

/// A dashboard.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Dashboard {
    pub(super) uid: String,
    pub(super) title: String,
    pub(super) description: String,
    /// How often Grafana runs the queries again.
    pub(super) refresh: String,
    pub(super) time: TimeRange,
    pub(super) templating: List<Variable>,
    pub(super) annotations: List<Annotation>,
    pub(super) panels: Vec<Panel>,
}

/// The time range that a dashboard opens with.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct TimeRange {
    pub(super) from: String,
}

/// Grafana wraps some lists in an object.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct List<Item> {
    #[serde(default = "Vec::new")]
    pub(super) list: Vec<Item>,
}

/// What a person chooses at the top of a dashboard.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(super) enum Variable {
    /// The Prometheus that is asked.
    Datasource,
    /// The values of a label.
    Query(Choice),
}

/// A choice among the values of a label.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Choice {
    /// The variable, and the label.
    pub(super) name: String,
    /// `label_values(selector, label)`.
    pub(super) definition: String,
    /// What replaces the variable while nothing is chosen.
    pub(super) all_value: String,
}

/// Marks over time.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Annotation {
    pub(super) name: String,
    pub(super) target: Target,
}

/// A panel.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Panel {
    pub(super) title: String,
    pub(super) description: String,
    /// None in a panel of text.
    #[serde(default)]
    pub(super) targets: Vec<Target>,
}

/// A query in `PromQL`, with Grafana's variables.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Target {
    pub(super) expr: String,
}

/// What a query must answer.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Answer {
    /// The labels that tell its series apart.
    pub(super) one_per: Vec<String>,
    /// When there are series at all; always, when nothing is said.
    pub(super) when: Option<String>,
}
