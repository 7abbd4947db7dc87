//! Labels that a user gives to alerts.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

/// Labels that tell one alert from another. If a user set them, alerts of different objects would become one.
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
    /// As they are written.
    pub(super) fn texts(&self) -> BTreeMap<String, String> {
        let labels = self.0.iter();
        labels
            .map(|(name, value)| (name.0.clone(), value.0.clone()))
            .collect()
    }
}

/// The name of a label that is free.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
struct LabelName(String);

impl TryFrom<String> for LabelName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        if name == "severity" {
            return Err("`severity` is no extra label; set `severity` of the alert".to_owned());
        }
        if TAKEN.contains(&name.as_str()) {
            return Err(format!(
                "label `{name}` tells one alert from another and cannot be set; choose another name"
            ));
        }
        let begin = name.strip_prefix('_').unwrap_or(&name);
        let begins_well = begin.starts_with(|c: char| c.is_ascii_alphabetic());
        let goes_on_well = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !begins_well || !goes_on_well {
            return Err(format!(
                "{name:?} is no label; a label is letters, digits and underscores, and begins with a letter"
            ));
        }
        Ok(Self(name))
    }
}

/// A label's value: a plain text, which never makes another alert of one that fires.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct LabelValue(String);

impl LabelValue {
    /// A value out of the program's own text.
    pub(super) fn of(text: &'static str) -> Self {
        Self(text.to_owned())
    }
}

impl TryFrom<String> for LabelValue {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.is_empty() {
            return Err("an empty label is none; leave it out".to_owned());
        }
        if text.contains("{{") {
            return Err(format!(
                "{text:?} is a template; a label that changes makes another alert, so write it as an annotation"
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
