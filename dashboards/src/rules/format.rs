//! The rule file that Prometheus reads.

use std::collections::BTreeMap;

use serde::Serialize;

/// A rule file.
#[derive(Debug, Serialize)]
pub(super) struct RuleFile {
    pub(super) groups: Vec<RuleGroup>,
}

impl RuleFile {
    /// The file as YAML.
    pub(super) fn yaml(&self) -> String {
        // Why: a template that is folded over two lines is hard to read.
        let options = serde_saphyr::ser_options! { folded_wrap_chars: 10_000 };
        // Why no error: texts, lists, and maps whose keys are texts can always be written.
        serde_saphyr::to_string_with_options(self, options).unwrap_or_default()
    }
}

/// Rules that are evaluated in order.
#[derive(Debug, Serialize)]
pub(super) struct RuleGroup {
    pub(super) name: String,
    /// How often the rules are evaluated. Left out: at the default interval of the ruler.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) interval: Option<String>,
    pub(super) rules: Vec<Rule>,
}

/// One rule.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub(super) enum Rule {
    /// A recorded series.
    Recording {
        /// The name of the series.
        record: String,
        /// The expression.
        expr: String,
    },
    /// An alert.
    Alert {
        /// The name of the alert.
        alert: String,
        /// The expression.
        expr: String,
        /// How long the expression must hold before the alert fires.
        #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
        hold: Option<String>,
        /// How long the alert keeps firing afterwards.
        #[serde(skip_serializing_if = "Option::is_none")]
        keep_firing_for: Option<String>,
        /// Labels for routing.
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        labels: BTreeMap<String, String>,
        /// Texts for people.
        annotations: BTreeMap<String, String>,
    },
}
