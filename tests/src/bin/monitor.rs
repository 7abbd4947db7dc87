//! `make monitor`: the hospital group, watched, with a real Prometheus and a real Alertmanager beside it, to
//! break something and see the alert come.
//!
//! ```text
//! gradus watch ─▶ Prometheus with the rules ─▶ Alertmanager ─▶ this terminal
//! ```
//!
//! An argument names another folder. Ctrl-C ends everything.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use gradus_dashboards::rules;
use gradus_tests::monitoring::{MonitoringStack, Notified, Release, Scraped, Settings, shortened};
use gradus_tests::running::binary::{Watch, root};
use gradus_tests::running::folder::Folder;

/// How often this looks for something to say.
const LOOK: Duration = Duration::from_millis(200);

fn main() -> Result<()> {
    let example = || root().join("examples/hospital-group");
    let folder = std::env::args_os()
        .nth(1)
        .map_or_else(example, PathBuf::from);
    say("Starting Gradus, Prometheus and Alertmanager …")?;
    let watch = Watch::start(&folder)?;
    let rules = Folder::new()?;
    let stack = stack(&watch, rules.path())?;
    explain(&folder, &watch, &stack)?;
    show(&watch, &stack)
}

/// Prometheus with the rules, and Alertmanager.
fn stack(watch: &Watch, folder: &Path) -> Result<MonitoringStack> {
    let file = folder.join("gradus.yaml");
    let settings = rules::Settings::from_yaml(&shortened()?.to_string())?;
    fs::write(&file, rules::file(&settings))?;
    let settings = Settings {
        scraped: vec![Scraped::new(&watch.url, &[])],
        rules: vec![file],
        ..Settings::default()
    };
    MonitoringStack::start(Release::Newest, settings, &["alertname", "namespace"])
}

/// Says what to look at, and what to break.
fn explain(folder: &Path, watch: &Watch, stack: &MonitoringStack) -> Result<()> {
    let (page, prometheus) = (&watch.url, stack.prometheus.url());
    say(&format!(
        "\n    {page}/                 the page\n    \
         {page}/metrics          what Prometheus scrapes\n    \
         {prometheus}/api/v1/rules     the rules, and how they fare\n    \
         {prometheus}/api/v1/alerts    the alerts that are pending or firing\n    \
         {prometheus}/api/v1/query?query=assessment:gradus_assessment_stage:max\n    \
         {}/                 Alertmanager\n\n\
         Now break something: in {}/larkmere-general/network.yaml change the claim of\n\
         `wireless-most-premises` from Present to Absent, and save. Later change it back.\n\n\
         Alerts are quick here: what takes a minute elsewhere takes a second. Prometheus has no pages of\n\
         its own here, only what it answers to programs. Ctrl-C ends everything.\n",
        stack.alertmanager.url(),
        folder.display(),
    ))
}

/// Shows what Gradus says and what Alertmanager tells, until Gradus ends, which it should not.
fn show(watch: &Watch, stack: &MonitoringStack) -> Result<()> {
    let mut seen = 0;
    loop {
        while let Some(line) = watch.line()? {
            say(&format!("gradus        {line}"))?;
        }
        let notifications = stack.receiver.after(seen, LOOK);
        seen += notifications.len();
        for alert in notifications
            .iter()
            .flat_map(|notification| &notification.alerts)
        {
            say(&line_of(alert))?;
        }
    }
}

/// The lines of an alert in the terminal.
fn line_of(alert: &Notified) -> String {
    let object = ["namespace", "assessment", "capability", "waiver", "job"];
    let object = object.map(|label| alert.label(label));
    let object: Vec<&str> = object.into_iter().filter(|name| !name.is_empty()).collect();
    let (severity, name) = (alert.label("severity"), alert.label("alertname"));
    let line = format!(
        "{:<13} {severity:<9} {name} {}",
        alert.status,
        object.join("/")
    );
    if alert.fires() {
        format!("{line}\n              {}", alert.annotation("description"))
    } else {
        line
    }
}

fn say(line: &str) -> Result<()> {
    let mut out = io::stdout();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}
