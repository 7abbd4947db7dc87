//! What is marked over time.

use serde::Serialize;

use super::target::{Answer, Datasource, Target};

/// A mark at every instant that a query names.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Annotation {
    /// What it is called beside its switch.
    pub(super) name: &'static str,
    datasource: Datasource,
    enable: bool,
    icon_color: &'static str,
    /// The query.
    pub(super) target: Target,
    title_format: &'static str,
    text_format: &'static str,
    tag_keys: &'static str,
    use_value_for_time: bool,
}

/// Marks the instants, in milliseconds, that are the values of a query: exact, where `changes()` would
/// smear a change over a whole step.
pub(super) fn at_values(
    name: &'static str,
    expr: String,
    title_format: &'static str,
    answer: Answer,
) -> Annotation {
    let target = Target::history(expr, "", answer).named("Anno".to_owned());
    Annotation {
        name,
        datasource: Datasource::chosen(),
        enable: true,
        icon_color: "purple",
        target,
        title_format,
        text_format: "The committed stage moved",
        tag_keys: "namespace,assessment,model",
        use_value_for_time: true,
    }
}
