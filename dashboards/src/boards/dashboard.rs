//! A dashboard as Grafana reads it: the classic JSON, which every version since 9 provisions from a file.

use serde::Serialize;

use super::annotation::Annotation;
use super::panel::Panel;
use super::variable::Variable;

/// The version of the JSON's form.
const SCHEMA_VERSION: u32 = 41;
/// One crosshair over all panels.
const SHARED_CROSSHAIR: u32 = 1;
/// What finds all dashboards of Gradus.
pub(super) const TAG: &str = "gradus";

/// One dashboard.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Dashboard {
    /// What links, alerts and bookmarks know it by; never changes.
    pub(super) uid: &'static str,
    /// The title.
    pub(super) title: &'static str,
    /// What it answers.
    pub(super) description: &'static str,
    tags: [&'static str; 1],
    schema_version: u32,
    editable: bool,
    graph_tooltip: u32,
    timezone: &'static str,
    /// How often it asks anew.
    pub(super) refresh: &'static str,
    /// The time that it opens with.
    pub(super) time: Range,
    links: [Link; 1],
    /// What a person chooses at its top.
    pub(super) templating: List<Variable>,
    /// What is marked over time.
    pub(super) annotations: List<Annotation>,
    /// The panels, row by row.
    pub(super) panels: Vec<Panel>,
}

impl Dashboard {
    /// A dashboard without variables, annotations and panels, over the last `from`.
    pub(super) fn new(
        uid: &'static str,
        title: &'static str,
        description: &'static str,
        from: &'static str,
        refresh: &'static str,
    ) -> Self {
        Self {
            uid,
            title,
            description,
            tags: [TAG],
            schema_version: SCHEMA_VERSION,
            editable: false,
            graph_tooltip: SHARED_CROSSHAIR,
            timezone: "browser",
            refresh,
            time: Range { from, to: "now" },
            links: [Link::to_all()],
            templating: List::default(),
            annotations: List::default(),
            panels: Vec::new(),
        }
    }
}

/// A span of time, in Grafana's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Range {
    /// Its beginning.
    pub(super) from: &'static str,
    /// Its end.
    pub(super) to: &'static str,
}

/// A list that Grafana wants in an object.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct List<Item> {
    /// The items.
    pub(super) list: Vec<Item>,
}

impl<Item> Default for List<Item> {
    fn default() -> Self {
        Self { list: Vec::new() }
    }
}

/// The menu of all dashboards of Gradus, at the top of each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Link {
    title: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    tags: [&'static str; 1],
    icon: &'static str,
    tooltip: &'static str,
    as_dropdown: bool,
    include_vars: bool,
    keep_time: bool,
    target_blank: bool,
}

impl Link {
    /// What was chosen, and the time, go along.
    fn to_all() -> Self {
        Self {
            title: "Gradus",
            kind: "dashboards",
            tags: [TAG],
            icon: "external link",
            tooltip: "The other dashboards of Gradus, with the same choice and time",
            as_dropdown: true,
            include_vars: true,
            keep_time: true,
            target_blank: false,
        }
    }
}
