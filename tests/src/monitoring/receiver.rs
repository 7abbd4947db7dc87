//! A webhook receiver that records Alertmanager's notifications.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::running::answers;

/// How long a notification may take to come.
const TIMEOUT: Duration = Duration::from_secs(30);

/// What Alertmanager sends: the alerts of one group, including those resolved since its last notification.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notification {
    /// The route's receiver.
    pub receiver: String,
    /// What all of its alerts have in common by the route.
    pub group_labels: BTreeMap<String, String>,
    /// The alerts.
    pub alerts: Vec<Notified>,
}

/// An alert that somebody is told of.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notified {
    /// `firing` or `resolved`.
    pub status: String,
    /// All labels, `alertname` among them.
    pub labels: BTreeMap<String, String>,
    /// What is said of it.
    pub annotations: BTreeMap<String, String>,
    /// Since when it fires.
    pub starts_at: String,
}

impl Notified {
    /// A label's value, empty where it has none.
    pub fn label(&self, name: &str) -> &str {
        self.labels.get(name).map_or("", String::as_str)
    }

    /// What an annotation says, nothing where it has none.
    pub fn annotation(&self, name: &str) -> &str {
        self.annotations.get(name).map_or("", String::as_str)
    }

    /// Whether it fires, and was not resolved.
    pub fn fires(&self) -> bool {
        self.status == "firing"
    }
}

/// A webhook in this process.
#[derive(Debug)]
pub struct Receiver {
    url: String,
    told: Arc<Told>,
}

#[derive(Debug, Default)]
struct Told {
    notifications: Mutex<Vec<Notification>>,
    more: Condvar,
}

impl Told {
    fn notifications(&self) -> MutexGuard<'_, Vec<Notification>> {
        self.notifications
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Receiver {
    /// Listens from now on.
    ///
    /// # Errors
    ///
    /// When there is no free port.
    pub fn start() -> Result<Self> {
        let told = Arc::new(Told::default());
        let remembers = Arc::clone(&told);
        let url = answers::start(move |notification| {
            let notification: Notification = serde_json::from_value(notification)?;
            remembers.notifications().push(notification);
            remembers.more.notify_all();
            Ok(Value::Null)
        })?;
        Ok(Self { url, told })
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A configuration of Alertmanager that tells this receiver of every alert, grouped by some labels, each
    /// group once for as long as nothing changes in it.
    pub fn configuration(&self, group_by: &[&str], wait: Duration) -> String {
        let wait = format!("{}ms", wait.as_millis());
        json!({
            "route": {
                "receiver": "webhook", "group_by": group_by,
                "group_wait": wait, "group_interval": wait, "repeat_interval": "24h",
            },
            "receivers": [{
                "name": "webhook",
                "webhook_configs": [{"url": self.url, "send_resolved": true}],
            }],
        })
        .to_string()
    }

    /// All it was told so far, in order.
    pub fn notifications(&self) -> Vec<Notification> {
        self.told.notifications().clone()
    }

    /// What it was told after so many notifications, once there is something or the patience ends.
    pub fn after(&self, seen: usize, patience: Duration) -> Vec<Notification> {
        let told = self.told.notifications();
        let more = self
            .told
            .more
            .wait_timeout_while(told, patience, |told| told.len() <= seen);
        let (told, _) = more.unwrap_or_else(PoisonError::into_inner);
        told.get(seen..).unwrap_or_default().to_vec()
    }

    /// Waits until it was told of an alert that fits, and returns it.
    ///
    /// # Errors
    ///
    /// When it is not told of one within half a minute; all it was told is in the error.
    pub fn until(&self, fits: impl Fn(&Notified) -> bool) -> Result<Notified> {
        let patience = Instant::now() + TIMEOUT;
        let mut told = self.told.notifications();
        loop {
            let mut alerts = told.iter().flat_map(|notification| &notification.alerts);
            if let Some(alert) = alerts.find(|alert| fits(alert)) {
                return Ok(alert.clone());
            }
            let left = patience.saturating_duration_since(Instant::now());
            if left.is_zero() {
                bail!("no such alert among: {told:#?}");
            }
            let more = self.told.more.wait_timeout(told, left);
            (told, _) = more.unwrap_or_else(PoisonError::into_inner);
        }
    }
}
