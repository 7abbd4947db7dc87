//! What a user may decide of the rules, in the shape of the chart's `prometheus.rules`.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use super::alert::{self, Alert};
use super::duration::Duration;
use super::label::{LabelValue, Labels};

/// Every knob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How often rules are evaluated; as often as the ruler does by itself when left out.
    pub interval: Option<Duration>,
    /// The scrape job whose absence is an alert; any when left out.
    pub job: Option<String>,
    /// Where runbooks are, each under the name of its alert.
    pub runbook_base: Address,
    /// Where Grafana is; links begin at its root when left out.
    pub dashboard_base: Option<Address>,
    /// Where the page of Gradus is; no alert links there when left out.
    pub gradus_url: Option<Address>,
    /// Labels for every alert.
    pub alert_labels: Labels,
    /// Annotations for every alert.
    pub alert_annotations: BTreeMap<String, String>,
    pub(super) alerts: BTreeMap<&'static str, Knobs>,
}

/// The knobs of one alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Knobs {
    /// Whether it is there.
    pub enabled: bool,
    /// The label `severity`.
    pub severity: LabelValue,
    /// How long it must hold before it fires.
    pub hold: Duration,
    /// How long it goes on firing when it no longer holds.
    pub keep_firing_for: Option<Duration>,
    /// How many days it looks ahead; only where it does.
    pub days: Option<u32>,
    /// Labels of its own, which go before those for every alert.
    pub labels: Labels,
    /// Annotations of its own, which go before those for every alert.
    pub annotations: BTreeMap<String, String>,
}

impl Default for Settings {
    fn default() -> Self {
        let alerts = alert::all();
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
                .map(|alert| (alert.name, Knobs::of(alert)))
                .collect(),
        }
    }
}

impl Knobs {
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
    /// The knobs of an alert.
    pub fn knobs(&self, alert: &str) -> Option<&Knobs> {
        self.alerts.get(alert)
    }
}

/// An address that paths are appended to.
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
                "{text:?} is no address; write one such as https://grafana.example.org, without a slash at its end"
            ))
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}
