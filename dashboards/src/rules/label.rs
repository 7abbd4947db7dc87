//! Labels that a user adds to alerts.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

/// Labels that identify an alert. If a user could set them, alerts of different objects would be merged.
const TAKEN: [&str; 15] = [
    "alertname",
    "assessment",
    "capability",
    "cluster",
    "evidence",
    "exported_namespace",
    "job",
    "kind",
    "model",
    "namespace",
    "output",
    "severity",
    "source",
    "tier",
    "waiver",
];

/// Labels by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Labels(BTreeMap<LabelName, LabelValue>);

impl Labels {
    /// The labels as texts.
    pub(super) fn texts(&self) -> BTreeMap<String, String> {
        let labels = self.0.iter();
        labels
            .map(|(name, value)| (name.0.clone(), value.0.clone()))
            .collect()
    }
}

/// The name of a label that a user may set.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
struct LabelName(String);

impl TryFrom<String> for LabelName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        if name == "severity" {
            return Err("`severity` is not an extra label; set `severity` of the alert".to_owned());
        }
        if TAKEN.contains(&name.as_str()) {
            return Err(format!(
                "label `{name}` identifies an alert and cannot be set; choose another name"
            ));
        }
        let begin = name.strip_prefix('_').unwrap_or(&name);
        let begins_well = begin.starts_with(|c: char| c.is_ascii_alphabetic());
        let goes_on_well = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !begins_well || !goes_on_well {
            return Err(format!(
                "{name:?} is not a label; write letters, digits and underscores, beginning with a letter"
            ));
        }
        Ok(Self(name))
    }
}

/// The value of a label: a text without templates, because a label that changes makes a new alert.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct LabelValue(String);

impl LabelValue {
    /// A value from the program itself, which is not checked.
    pub(super) fn of(text: &'static str) -> Self {
        Self(text.to_owned())
    }
}

impl TryFrom<String> for LabelValue {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.is_empty() {
            return Err("the value of the label is empty; leave the label out".to_owned());
        }
        if text.contains("{{") {
            return Err(format!(
                "{text:?} is a template; a label that changes makes a new alert, so write it as an annotation"
            ));
        }
        Ok(Self(text))
    }
}

impl fmt::Display for LabelValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}
