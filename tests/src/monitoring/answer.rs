//! What Prometheus answers over HTTP.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

/// A value of a series at one instant.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Sample {
    /// All labels, `__name__` among them where there is one.
    #[serde(rename = "metric")]
    pub labels: BTreeMap<String, String>,
    /// The value.
    #[serde(deserialize_with = "value")]
    pub value: f64,
}

/// The values of a series over a range.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Series {
    /// All labels, `__name__` among them where there is one.
    #[serde(rename = "metric")]
    pub labels: BTreeMap<String, String>,
    /// Instants in seconds since 1970, and values.
    #[serde(deserialize_with = "values")]
    pub values: Vec<(f64, f64)>,
}

/// A group of rules as it was loaded.
#[derive(Debug, Clone, Deserialize)]
pub struct RuleGroup {
    /// Its name.
    pub name: String,
    /// Its rules, in order.
    pub rules: Vec<Rule>,
}

/// A rule as it was loaded, and how it fared last.
#[derive(Debug, Clone, Deserialize)]
pub struct Rule {
    /// The alert's name, or that of the recorded series.
    pub name: String,
    /// `unknown` before the first evaluation, then `ok` or `err`.
    pub health: String,
    /// Why it could not be evaluated.
    #[serde(default, rename = "lastError")]
    pub last_error: String,
}

/// An alert that is pending or firing.
#[derive(Debug, Clone, Deserialize)]
pub struct Alert {
    /// All labels, `alertname` among them.
    pub labels: BTreeMap<String, String>,
    /// `pending` or `firing`.
    pub state: String,
}

/// Whom Prometheus scrapes, and how it went last.
#[derive(Debug, Clone, Deserialize)]
pub struct Target {
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// `unknown` before the first scrape, then `up` or `down`.
    pub health: String,
    /// Why it is down.
    #[serde(rename = "lastError")]
    pub last_error: String,
}

/// Every answer is wrapped so.
#[derive(Deserialize)]
pub(super) struct Envelope<T> {
    pub(super) data: Option<T>,
    #[serde(default)]
    pub(super) error: String,
}

#[derive(Deserialize)]
pub(super) struct Queried<T> {
    pub(super) result: Vec<T>,
}

#[derive(Deserialize)]
pub(super) struct Rules {
    pub(super) groups: Vec<RuleGroup>,
}

#[derive(Deserialize)]
pub(super) struct Alerts {
    pub(super) alerts: Vec<Alert>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Targets {
    pub(super) active_targets: Vec<Target>,
}

/// A number is written as a text, for JSON knows no infinity.
#[derive(Deserialize)]
struct Point(f64, String);

impl Point {
    fn read<E: serde::de::Error>(self) -> Result<(f64, f64), E> {
        Ok((self.0, self.1.parse().map_err(E::custom)?))
    }
}

fn value<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Point::deserialize(deserializer)?.read()?.1)
}

fn values<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(f64, f64)>, D::Error> {
    let points = Vec::<Point>::deserialize(deserializer)?;
    points.into_iter().map(Point::read).collect()
}
