//! A query of a panel, and what must come of it.

use serde::Serialize;

/// The data source that was chosen: one that is written down would be right in one place only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Datasource {
    #[serde(rename = "type")]
    kind: &'static str,
    uid: &'static str,
}

impl Datasource {
    /// The one of the variable.
    pub(super) fn chosen() -> Self {
        Self {
            kind: "prometheus",
            uid: "${datasource}",
        }
    }
}

/// A query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Target {
    datasource: Datasource,
    /// Its letter in the panel.
    pub(super) ref_id: String,
    /// What is asked, in PromQL with Grafana's variables.
    pub(super) expr: String,
    editor_mode: &'static str,
    format: Format,
    instant: bool,
    range: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    legend_format: Option<&'static str>,
    /// What must come of it.
    #[serde(skip)]
    pub(super) answer: Answer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Format {
    TimeSeries,
    Table,
}

impl Target {
    /// A query over the time that is shown; a series is named by the legend.
    pub(super) fn history(expr: impl Into<String>, legend: &'static str, answer: Answer) -> Self {
        Self {
            legend_format: Some(legend),
            range: true,
            ..Self::bare(expr.into(), Format::TimeSeries, answer)
        }
    }

    /// A query of the last instant; a series is named by the legend.
    pub(super) fn now(expr: impl Into<String>, legend: &'static str, answer: Answer) -> Self {
        Self {
            legend_format: Some(legend),
            instant: true,
            ..Self::bare(expr.into(), Format::TimeSeries, answer)
        }
    }

    /// A query of the last instant whose labels become columns.
    pub(super) fn columns(expr: impl Into<String>, answer: Answer) -> Self {
        Self {
            instant: true,
            ..Self::bare(expr.into(), Format::Table, answer)
        }
    }

    /// The same, under a name of its own in its panel.
    pub(super) fn named(self, ref_id: String) -> Self {
        Self { ref_id, ..self }
    }

    fn bare(expr: String, format: Format, answer: Answer) -> Self {
        Self {
            datasource: Datasource::chosen(),
            ref_id: String::new(),
            expr,
            editor_mode: "code",
            format,
            instant: false,
            range: false,
            legend_format: None,
            answer,
        }
    }
}

/// What must come of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Answer {
    /// The labels by which its series differ: no two have the same values of them.
    pub(super) one_per: &'static [&'static str],
    /// When there is one; always, when nothing is said.
    pub(super) only: Option<&'static str>,
}

/// An answer that is always there, with one series per value of these labels.
pub(super) const fn one_per(labels: &'static [&'static str]) -> Answer {
    Answer {
        one_per: labels,
        only: None,
    }
}

impl Answer {
    /// The same, but there only in some circumstances.
    pub(super) const fn only(self, when: &'static str) -> Self {
        Self {
            only: Some(when),
            ..self
        }
    }
}
