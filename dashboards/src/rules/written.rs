//! Settings as a user writes them: only those that differ from the defaults.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer};
use serde_saphyr::Spanned;

use super::alerts;
use super::annotation::Annotations;
use super::duration::Duration;
use super::label::{LabelValue, Labels};
use super::settings::{Address, AlertSettings, Settings};

/// Fields of the chart's `prometheus.rules` that describe the Kubernetes object, not the rules in it.
const OF_THE_CHART: [&str; 4] = ["enabled", "labels", "annotations", "namespace"];

/// A mistake in settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The line, from 1, if it is known.
    pub line: Option<u64>,
    /// The field. Empty if the text as a whole is wrong.
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
    /// The mistake without its line.
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
    /// Reads settings from YAML. Whatever is left out keeps its default. An empty text unsets an optional setting.
    ///
    /// # Errors
    ///
    /// When a field is unknown, or has an invalid value.
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
        let reason = reason(error);
        // Why: `Spanned` adds a level to the path of a field.
        let field = field.replace(".days.value", ".days");
        Self {
            line: location.map(|location| location.line()),
            reason: hinted(&reason),
            field: if field == "." { String::new() } else { field },
        }
    }
}

/// What is wrong, in words that are not those of the YAML reader.
fn reason(error: &serde_saphyr::Error) -> String {
    use serde_saphyr::Error;
    match error {
        Error::NullIntoString { .. } => {
            "there is no value; write one, or leave the field out".to_owned()
        }
        Error::MultipleDocuments { .. } => {
            "settings are one document; leave out the lines of `---` and what is not meant"
                .to_owned()
        }
        Error::DuplicateMappingKey { key, .. } => {
            let key = key.as_deref().unwrap_or("a field");
            format!("{key} is stated twice; keep one of the two")
        }
        Error::Unexpected { expected, .. } if expected.starts_with("mapping") => {
            "a value stands where fields are expected; write them below it, indented".to_owned()
        }
        // Why: the line is a field of its own.
        Error::Message { msg, .. } => msg.split(" at line ").next().unwrap_or_default().to_owned(),
        other => {
            let text = other.to_string();
            let text = text.split(" at line ").next().unwrap_or_default();
            format!("{text}; look at quotes, brackets and indentation")
        }
    }
}

/// Adds a hint to the error about a field that only the chart reads. A user who copies the whole block from the values
/// of the chart has such fields.
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
    #[serde(deserialize_with = "or_default")]
    alert_labels: Labels,
    #[serde(deserialize_with = "or_default")]
    alert_annotations: Annotations,
    #[serde(deserialize_with = "or_default")]
    alerts: BTreeMap<AlertName, Option<WrittenAlert>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct WrittenAlert {
    enabled: Option<bool>,
    severity: Option<LabelValue>,
    #[serde(rename = "for")]
    hold: Option<Duration>,
    keep_firing_for: Option<OrNone<Duration>>,
    days: Option<Spanned<Days>>,
    #[serde(deserialize_with = "or_default")]
    labels: Labels,
    #[serde(deserialize_with = "or_default")]
    annotations: Annotations,
}

/// Nothing below a field leaves it as it is, as in the values of a chart.
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
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
        settings.alert_annotations = self.alert_annotations.texts();
        for (name, written) in self.alerts {
            let of_alert = settings.alerts.get_mut(name.0.as_str());
            if let (Some(of_alert), Some(written)) = (of_alert, written) {
                written.over(&name, of_alert)?;
            }
        }
        Ok(settings)
    }
}

impl WrittenAlert {
    fn over(self, name: &AlertName, of_alert: &mut AlertSettings) -> Result<(), Wrong> {
        if let Some(enabled) = self.enabled {
            of_alert.enabled = enabled;
        }
        if let Some(severity) = self.severity {
            of_alert.severity = severity;
        }
        if let Some(hold) = self.hold {
            of_alert.hold = hold;
        }
        if let Some(keep) = self.keep_firing_for {
            of_alert.keep_firing_for = keep.0;
        }
        if let Some(days) = self.days {
            if of_alert.days.is_none() {
                return Err(Wrong {
                    line: Some(days.referenced.line()),
                    field: format!("alerts.{}.days", name.0),
                    reason: "this alert does not look ahead; leave `days` out".to_owned(),
                });
            }
            of_alert.days = Some(days.value.0);
        }
        of_alert.labels = self.labels;
        of_alert.annotations = self.annotations.texts();
        Ok(())
    }
}

/// An optional value. Unset settings are empty texts in the values of the chart.
#[derive(Debug)]
struct OrNone<T>(Option<T>);

impl<T> Default for OrNone<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: TryFrom<String, Error = String>> Deserialize<'de> for OrNone<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?.unwrap_or_default();
        if text.is_empty() {
            return Ok(Self(None));
        }
        T::try_from(text)
            .map(|value| Self(Some(value)))
            .map_err(serde::de::Error::custom)
    }
}

/// The name of an existing alert.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
struct AlertName(String);

impl TryFrom<String> for AlertName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        let alerts = alerts::all();
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

/// How many days ahead an alert looks.
#[derive(Debug)]
struct Days(u32);

impl<'de> Deserialize<'de> for Days {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?.unwrap_or_default();
        let days = text.parse().ok().filter(|days| (1..=3650).contains(days));
        days.map(Self).ok_or_else(|| {
            serde::de::Error::custom(format!(
                "{text:?} is not a number of days; write a whole number from 1 to 3650"
            ))
        })
    }
}

/// The name of a scrape job that fits into a selector without escapes.
#[derive(Debug)]
struct Job(String);

impl TryFrom<String> for Job {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.contains(|c: char| c.is_control() || matches!(c, '"' | '\\' | '{' | '}' | '$')) {
            Err(format!(
                "{text:?} cannot be used as the name of a scrape job; write it without quotes and braces"
            ))
        } else {
            Ok(Self(text))
        }
    }
}
