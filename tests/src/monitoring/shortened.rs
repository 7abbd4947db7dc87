//! The durations of the rules, shortened by the knobs that everybody has.

use anyhow::{Context, Result};
use gradus_dashboards::rules::Settings;
use gradus_dashboards::rules::alert::Group;
use gradus_dashboards::rules::alerts;
use jiff::SignedDuration;
use serde_json::{Map, Value, json};

/// A minute is a second.
const SHORTER: i32 = 60;
/// Alerts about Gradus itself are less impatient: replicas start and follow each other as slowly as ever.
const SHORTER_ABOUT_ITSELF: i32 = 20;
/// Looks back over minutes in which an idle engine turns as seldom as ever, which is no knob.
const AS_LONG_AS_EVER: &str = "GradusNotSettling";

/// Settings of the rules, as `prometheus.rules` of the chart and as a file for `gradus rules`, in which a
/// minute is a second. Unshortened durations belong to promtool, which has all the time it wants.
///
/// # Errors
///
/// When a duration of the rules cannot be read.
pub fn shortened() -> Result<Value> {
    let defaults = Settings::default();
    let mut alerts = Map::new();
    for alert in alerts::all() {
        if alert.name == AS_LONG_AS_EVER {
            continue;
        }
        let by = match alert.group {
            Group::Operator => SHORTER_ABOUT_ITSELF,
            _ => SHORTER,
        };
        let of_alert = defaults.of(alert.name).context(alert.name)?;
        let mut shorter = json!({"for": divided(&of_alert.hold.to_string(), by)?});
        if let Some(keep) = &of_alert.keep_firing_for {
            shorter["keepFiringFor"] = divided(&keep.to_string(), by)?.into();
        }
        alerts.insert(alert.name.to_owned(), shorter);
    }
    Ok(json!({ "alerts": alerts }))
}

fn divided(duration: &str, by: i32) -> Result<String> {
    let duration: SignedDuration = duration.parse()?;
    Ok(format!("{}ms", (duration / by).as_millis()))
}
