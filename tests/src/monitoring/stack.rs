//! Prometheus, Alertmanager and whom it tells, wired up.

use std::time::Duration;

use anyhow::Result;

use super::{Alertmanager, Prometheus, Receiver, Release, Settings};

/// How long Alertmanager waits for more of a group before it tells of it.
const WAIT: Duration = Duration::from_millis(500);

/// All that stands between a scrape and a person.
#[derive(Debug)]
pub struct MonitoringStack {
    // Dropped in this order: whoever tells before who is told.
    /// What scrapes and evaluates.
    pub prometheus: Prometheus,
    /// What groups and tells.
    pub alertmanager: Alertmanager,
    /// Who is told.
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
