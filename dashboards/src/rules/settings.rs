//! The settings of the rules, in the shape of the chart's `prometheus.rules`.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use super::alert::Alert;
use super::alerts;
use super::duration::Duration;
use super::label::{LabelValue, Labels};

/// All settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How often the rules are evaluated. Left out: at the default interval of the ruler.
    pub interval: Option<Duration>,
    /// The scrape job that `GradusAbsent` watches. Left out: any.
    pub job: Option<String>,
    /// The base of the runbooks, each named after its alert.
    pub runbook_base: Address,
    /// The address of Grafana. Left out: links begin with a slash.
    pub dashboard_base: Option<Address>,
    /// The address of the page of Gradus. Left out: no alert links to it.
    pub gradus_url: Option<Address>,
    /// Labels for every alert.
    pub alert_labels: Labels,
    /// Annotations for every alert.
    pub alert_annotations: BTreeMap<String, String>,
    /// Settings of single alerts, for every alert.
    pub(super) alerts: BTreeMap<&'static str, AlertSettings>,
}

/// The settings of one alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertSettings {
    /// Whether the alert exists.
    pub enabled: bool,
    /// The label `severity`.
    pub severity: LabelValue,
    /// How long the expression must hold before the alert fires.
    pub hold: Duration,
    /// How long the alert keeps firing afterwards.
    pub keep_firing_for: Option<Duration>,
    /// How many days the alert looks ahead. None for alerts that do not.
    pub days: Option<u32>,
    /// Labels of this alert. They override those for every alert.
    pub labels: Labels,
    /// Annotations of this alert. They override those for every alert.
    pub annotations: BTreeMap<String, String>,
}

impl Default for Settings {
    fn default() -> Self {
        let alerts = alerts::all();
        Self {
            interval: None,
            job: None,
            runbook_base: Address("https://gradus.dev/runbooks".to_owned()),
            dashboard_base: None,
            gradus_url: None,
            alert_labels: Labels::default(),
            alert_annotations: BTreeMap::new(),
            alerts: alerts
                .iter()
                .map(|alert| (alert.name, AlertSettings::of(alert)))
                .collect(),
        }
    }
}

impl AlertSettings {
    fn of(alert: &Alert) -> Self {
        Self {
            enabled: true,
            severity: LabelValue::of(alert.severity),
            hold: alert.hold.clone(),
            keep_firing_for: alert.keep.clone(),
            days: alert.days,
            labels: Labels::default(),
            annotations: BTreeMap::new(),
        }
    }
}

impl Settings {
    /// The settings of an alert.
    pub fn of(&self, alert: &str) -> Option<&AlertSettings> {
        self.alerts.get(alert)
    }
}

/// An http or https address to which paths are appended.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Address(String);

impl TryFrom<String> for Address {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"));
        let is_good = rest.is_some_and(|rest| {
            !rest.is_empty()
                && !rest.ends_with('/')
                && !rest.contains(|c: char| c.is_whitespace() || matches!(c, '{' | '}' | '$'))
        });
        if is_good {
            Ok(Self(text))
        } else {
            Err(format!(
                "{text:?} is not an address; write one such as https://grafana.example.org, without a slash at its end"
            ))
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}
