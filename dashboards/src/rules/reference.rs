//! The reference page of the alerts.

use std::fmt::Write;

use super::alert::{self, Alert, DAYS, Group, JOB};

/// The page as Markdown.
pub(super) fn reference() -> String {
    let alerts = alert::all();
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

const TABLE: &str = "| Alert | Says | Severity | `for` | `keep_firing_for` | Looks ahead |\n|---|---|---|---|---|---|\n";

const INTRODUCTION: &str = "<!-- Generated from the rules in the code; run the tests with GRADUS_BLESS=1 to update. -->
# Alerts

`dashboards/rules/gradus.yaml` has them with the defaults below, for Prometheus 2.42 and later; the chart installs the same
as a PrometheusRule, and `gradus rules` prints them with [settings of your own](../how-to/prometheus.md). Every alert names
its runbook.

An alert reads what is recorded of the leader, so two replicas raise one alert, and a failover none. While nobody leads, the
followers' view counts, and where they differ, the one that errs to red.
";

const ASSESSMENTS: &str = "Of an assessment that is paused, descriptive, not engaged or withdrawn only `GradusPauseOverdue` is raised.";

const CAPABILITIES: &str = "These read metrics of the tier `capability`, and waivers.";

const OPERATOR: &str = "Gradus is blind, torn, or cannot do what it should.";
