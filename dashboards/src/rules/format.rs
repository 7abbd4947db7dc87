//! The file that Prometheus reads.

use std::collections::BTreeMap;

use serde::Serialize;

/// A rule file.
#[derive(Debug, Serialize)]
pub(super) struct RuleFile {
    /// Its groups.
    pub(super) groups: Vec<RuleGroup>,
}

impl RuleFile {
    /// As YAML.
    pub(super) fn yaml(&self) -> String {
        // A sentence stays on its line: a template broken in two is hard to read.
        let options = serde_saphyr::ser_options! { folded_wrap_chars: 10_000 };
        // Nothing in it can fail to be written: texts, lists and maps with texts for keys.
        serde_saphyr::to_string_with_options(self, options).unwrap_or_default()
    }
}

/// Rules that are evaluated one after the other.
#[derive(Debug, Serialize)]
pub(super) struct RuleGroup {
    /// Its name.
    pub(super) name: String,
    /// How often; as often as the ruler evaluates all others when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) interval: Option<String>,
    /// The rules.
    pub(super) rules: Vec<Rule>,
}

/// One rule.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub(super) enum Rule {
    /// A recorded series.
    Recording {
        /// Its name.
        record: String,
        /// What it is.
        expr: String,
    },
    /// An alert.
    Alert {
        /// Its name.
        alert: String,
        /// When it holds.
        expr: String,
        /// For how long before it fires.
        #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
        hold: Option<String>,
        /// For how long it goes on.
        #[serde(skip_serializing_if = "Option::is_none")]
        keep_firing_for: Option<String>,
        /// What it is routed by.
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        labels: BTreeMap<String, String>,
        /// What a person reads.
        annotations: BTreeMap<String, String>,
    },
}
