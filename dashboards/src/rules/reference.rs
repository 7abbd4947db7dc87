//! The reference page of the alerts.

use std::fmt::Write;

use super::alert::{Alert, DAYS, Group, JOB};
use super::alerts;

/// The page in Markdown.
pub(super) fn reference() -> String {
    let alerts = alerts::all();
    let mut page = INTRODUCTION.to_owned();
    for (group, about) in [
        (Group::Assessments, ASSESSMENTS),
        (Group::Capabilities, CAPABILITIES),
        (Group::Operator, OPERATOR),
    ] {
        let _ = write!(page, "\n## Group `{}`\n\n{about}\n\n{TABLE}", group.name());
        for alert in alerts.iter().filter(|alert| alert.group == group) {
            let _ = writeln!(page, "{}", row(alert));
        }
    }
    page.push_str("\n## Expressions\n");
    for alert in &alerts {
        let expression = alert
            .expression
            .replace(DAYS, &alert.days.unwrap_or_default().to_string())
            .replace(JOB, "");
        let _ = write!(
            page,
            "\n### {}\n\n```promql\n{}\n```\n",
            alert.name,
            expression.trim_end()
        );
    }
    page
}

fn row(alert: &Alert) -> String {
    let keep = alert.keep.as_ref().map(ToString::to_string);
    let days = alert.days.map(|days| format!("{days} days"));
    format!(
        "| [{name}](../runbooks/{name}.md) | {} | {} | {} | {} | {} |",
        alert.summary,
        alert.severity,
        alert.hold,
        keep.as_deref().unwrap_or("–"),
        days.as_deref().unwrap_or("–"),
        name = alert.name,
    )
}

const TABLE: &str = "| Alert | Summary | Severity | `for` | `keep_firing_for` | Looks ahead |\n|---|---|---|---|---|---|\n";

const INTRODUCTION: &str = "<!-- Generated from the rules in the code; run the tests with GRADUS_BLESS=1 to update. -->
# Alerts

`dashboards/rules/gradus.yaml` has all alerts with the defaults below, for Prometheus 2.42 and later. The chart installs the
same rules as a PrometheusRule, and `gradus rules` prints them with [your own settings](../how-to/prometheus.md). Every alert
links to its runbook.

Alerts read series that are recorded from the leader, so two replicas raise one alert, and a failover raises none. Without a
leader the followers' values are used; if they differ, the worse one.
";

const ASSESSMENTS: &str = "Assessments that are paused, descriptive, not engaged or withdrawn raise only `GradusPauseOverdue`.";

const CAPABILITIES: &str = "These alerts read metrics of the tier `capability`, and of waivers.";

const OPERATOR: &str =
    "Gradus itself does not see changes, has no leader or several, or cannot write its results.";
