//! A real Prometheus and a real Alertmanager, on free ports and in a temporary folder, and what they say.
//!
//! ```text
//! gradus ──▶ Prometheus with the rules ──▶ Alertmanager ──▶ Receiver
//! ```
//!
//! [`Release`] names the releases of Prometheus that the rules are written for, with the checks of its
//! promtool, and [`MonitoringStack`] is the three wired up. Nothing is left when the test process ends, however it ends.

mod admission;
mod alertmanager;
mod answer;
pub mod hostile;
mod prometheus;
mod receiver;
mod release;
mod shortened;
mod stack;

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::running::tools::Tools;

pub use admission::Admission;
pub use alertmanager::{Alertmanager, check_configuration, receivers};
pub use answer::{Alert, Rule, RuleGroup, Sample, Series, Target};
pub use prometheus::{Prometheus, Scraped, Settings};
pub use receiver::{Notification, Notified, Receiver};
pub use release::Release;
pub use shortened::shortened;
pub use stack::MonitoringStack;

/// The folder of the programs that `setup/monitoring` builds.
fn tools() -> Result<&'static Path> {
    static TOOLS: Tools = Tools::of("setup/monitoring");
    TOOLS.folder()
}

/// The folder of prometheus-operator's definitions, a file each.
///
/// # Errors
///
/// When what `setup/monitoring` builds cannot be built.
pub fn definitions() -> Result<PathBuf> {
    Ok(tools()?.join("crds"))
}
