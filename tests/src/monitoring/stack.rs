//! Prometheus, Alertmanager and the receiver, connected.

use std::time::Duration;

use anyhow::Result;

use super::{Alertmanager, Prometheus, Receiver, Release, Settings};

/// How long Alertmanager waits for more alerts of a group before it notifies.
const WAIT: Duration = Duration::from_millis(500);

/// The chain from a scrape to a notification.
#[derive(Debug)]
pub struct MonitoringStack {
    // Dropped in this order: the sender before the receiver.
    /// Scrapes and evaluates rules.
    pub prometheus: Prometheus,
    /// Groups alerts and notifies.
    pub alertmanager: Alertmanager,
    /// Records the notifications.
    pub receiver: Receiver,
}

impl MonitoringStack {
    /// Starts them, and waits until they are ready. Alerts are grouped by some labels; whatever Alertmanager
    /// the settings name is replaced.
    ///
    /// # Errors
    ///
    /// When one of them does not start; the end of its log is in the error.
    pub fn start(release: Release, mut settings: Settings, group_by: &[&str]) -> Result<Self> {
        let receiver = Receiver::start()?;
        let alertmanager = Alertmanager::start(&receiver.configuration(group_by, WAIT))?;
        settings.alertmanager = Some(alertmanager.url().to_owned());
        Ok(Self {
            prometheus: Prometheus::start(release, &settings)?,
            alertmanager,
            receiver,
        })
    }
}
