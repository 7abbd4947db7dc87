//! Settings as a user writes them: only what is to be another than by default.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer};
use serde_saphyr::Spanned;

use super::alert;
use super::duration::Duration;
use super::label::{LabelValue, Labels};
use super::settings::{Address, Knobs, Settings};

/// Fields of the chart's `prometheus.rules` that are about the object, not about the rules in it.
const OF_THE_CHART: [&str; 4] = ["enabled", "labels", "annotations", "namespace"];

/// Settings that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The line, from 1, where one is known.
    pub line: Option<u64>,
    /// The field; empty when the whole text is no settings.
    pub field: String,
    /// What is wrong with it, and what to write.
    pub reason: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(formatter, "line {line}: ")?;
        }
        formatter.write_str(&self.said())
    }
}

impl Wrong {
    /// The field, what is wrong with it and what to write, without the line.
    pub fn said(&self) -> String {
        if self.field.is_empty() {
            self.reason.clone()
        } else {
            format!("{}: {}", self.field, self.reason)
        }
    }
}

impl std::error::Error for Wrong {}

impl Settings {
    /// Reads settings from YAML. What is not written stays as it is by default; an empty text takes away
    /// what is optional.
    ///
    /// # Errors
    ///
    /// When a field is unknown or holds what it cannot.
    pub fn from_yaml(text: &str) -> Result<Self, Wrong> {
        let mut field = String::new();
        let read = serde_saphyr::with_deserializer_from_str(text, |deserializer| {
            serde_path_to_error::deserialize(deserializer).map_err(|error| {
                field = error.path().to_string();
                error.into_inner()
            })
        });
        let written: Option<Written> = read.map_err(|error| Wrong::of(&error, &field))?;
        written.unwrap_or_default().over(Settings::default())
    }
}

impl Wrong {
    fn of(error: &serde_saphyr::Error, field: &str) -> Self {
        let error = error.without_snippet();
        let location = error.location();
        let said = error.to_string();
        // The place is said before, and once is enough.
        let reason = said.split(" at line ").next().unwrap_or_default();
        // What knows its place in the text has it beside its value.
        let field = field.replace(".days.value", ".days");
        Self {
            line: location.map(|location| location.line()),
            reason: hinted(reason),
            field: if field == "." { String::new() } else { field },
        }
    }
}

/// Says where a field of the chart belongs, which the whole block of the chart's values would bring along.
fn hinted(reason: &str) -> String {
    let of_the_chart = OF_THE_CHART.iter().any(|field| {
        reason.contains(&format!("unknown field `{field}`")) && reason.contains("alertLabels")
    });
    if of_the_chart {
        format!("{reason}; the chart needs it for its object, a plain file does not: leave it out")
    } else {
        reason.to_owned()
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Written {
    interval: OrNone<Duration>,
    job: OrNone<Job>,
    runbook_base: Option<Address>,
    dashboard_base: OrNone<Address>,
    gradus_url: OrNone<Address>,
    alert_labels: Labels,
    alert_annotations: BTreeMap<String, String>,
    alerts: BTreeMap<AlertName, WrittenKnobs>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct WrittenKnobs {
    enabled: Option<bool>,
    severity: Option<LabelValue>,
    #[serde(rename = "for")]
    hold: Option<Duration>,
    keep_firing_for: Option<OrNone<Duration>>,
    days: Option<Spanned<Days>>,
    labels: Labels,
    annotations: BTreeMap<String, String>,
}

impl Written {
    fn over(self, mut settings: Settings) -> Result<Settings, Wrong> {
        settings.interval = self.interval.0;
        settings.job = self.job.0.map(|job| job.0);
        if let Some(base) = self.runbook_base {
            settings.runbook_base = base;
        }
        settings.dashboard_base = self.dashboard_base.0;
        settings.gradus_url = self.gradus_url.0;
        settings.alert_labels = self.alert_labels;
        settings.alert_annotations = self.alert_annotations;
        for (name, written) in self.alerts {
            if let Some(knobs) = settings.alerts.get_mut(name.0.as_str()) {
                written.over(&name, knobs)?;
            }
        }
        Ok(settings)
    }
}

impl WrittenKnobs {
    fn over(self, name: &AlertName, knobs: &mut Knobs) -> Result<(), Wrong> {
        if let Some(enabled) = self.enabled {
            knobs.enabled = enabled;
        }
        if let Some(severity) = self.severity {
            knobs.severity = severity;
        }
        if let Some(hold) = self.hold {
            knobs.hold = hold;
        }
        if let Some(keep) = self.keep_firing_for {
            knobs.keep_firing_for = keep.0;
        }
        if let Some(days) = self.days {
            if knobs.days.is_none() {
                return Err(Wrong {
                    line: Some(days.referenced.line()),
                    field: format!("alerts.{}.days", name.0),
                    reason: "this alert does not look ahead; leave `days` out".to_owned(),
                });
            }
            knobs.days = Some(days.value.0);
        }
        knobs.labels = self.labels;
        knobs.annotations = self.annotations;
        Ok(())
    }
}

/// A text, or none when it is empty: the chart's values have an empty one where nothing is set.
#[derive(Debug)]
struct OrNone<T>(Option<T>);

impl<T> Default for OrNone<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: TryFrom<String, Error = String>> Deserialize<'de> for OrNone<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.is_empty() {
            return Ok(Self(None));
        }
        T::try_from(text)
            .map(|value| Self(Some(value)))
            .map_err(serde::de::Error::custom)
    }
}

/// The name of an alert that exists.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
struct AlertName(String);

impl TryFrom<String> for AlertName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        let alerts = alert::all();
        if alerts.iter().any(|alert| alert.name == name) {
            return Ok(Self(name));
        }
        let known: Vec<&str> = alerts.iter().map(|alert| alert.name).collect();
        Err(format!(
            "there is no alert {name}; there are {}",
            known.join(", ")
        ))
    }
}

/// How far ahead an alert looks.
#[derive(Debug, Deserialize)]
#[serde(try_from = "u32")]
struct Days(u32);

impl TryFrom<u32> for Days {
    type Error = String;

    fn try_from(days: u32) -> Result<Self, Self::Error> {
        if (1..=3650).contains(&days) {
            Ok(Self(days))
        } else {
            Err(format!("{days} days are no threshold; write 1 to 3650"))
        }
    }
}

/// The name of a scrape job, as it fits into a selector.
#[derive(Debug)]
struct Job(String);

impl TryFrom<String> for Job {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.contains(|c: char| c.is_control() || matches!(c, '"' | '\\' | '{' | '}' | '$')) {
            Err(format!(
                "{text:?} is no name of a scrape job; write it without quotes and braces"
            ))
        } else {
            Ok(Self(text))
        }
    }
}
