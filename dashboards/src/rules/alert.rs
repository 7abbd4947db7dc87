//! The type of an alert, and the groups that rules are in.

use super::duration::Duration;

/// One alert, with its default settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// The name, which is also the name of its runbook.
    pub name: &'static str,
    /// The group in which it is evaluated.
    pub group: Group,
    /// The expression in `PromQL`, with [`DAYS`] and [`JOB`] as placeholders of settings.
    pub expression: String,
    /// The label `severity`.
    pub severity: &'static str,
    /// `for`: how long the expression must hold before the alert fires.
    pub hold: Duration,
    /// `keep_firing_for`: how long it keeps firing after the expression has stopped to hold.
    pub keep: Option<Duration>,
    /// How many days ahead it looks; none for most alerts.
    pub days: Option<u32>,
    /// What it means, in one sentence without templates, so that equal alerts have equal summaries.
    pub summary: &'static str,
    /// Which object, and why. A complete text also for rulers that do not run `query` in templates.
    pub description: String,
    /// The path of the dashboard in Grafana.
    pub dashboard: &'static str,
    /// The path of the page of Gradus.
    pub page: &'static str,
}

/// A group of rules. A ruler evaluates the rules of a group in order and at one instant, so the series that an alert
/// reads are recorded in the same group. See D-076.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// About assessments.
    Assessments,
    /// About capabilities, their evidence, and waivers.
    Capabilities,
    /// About Gradus itself.
    Operator,
    /// Recorded series that only dashboards read.
    Boards,
}

impl Group {
    /// All groups, in the order of the file.
    pub const ALL: [Group; 4] = [
        Group::Assessments,
        Group::Capabilities,
        Group::Operator,
        Group::Boards,
    ];

    /// The name in the file.
    pub fn name(self) -> &'static str {
        match self {
            Group::Assessments => "gradus-assessments",
            Group::Capabilities => "gradus-capabilities",
            Group::Operator => "gradus-operator",
            Group::Boards => "gradus-boards",
        }
    }
}

/// Placeholder in an expression: the days ahead, from the settings.
pub const DAYS: &str = "${days}";
/// Placeholder after a metric: the matcher of the scrape job, from the settings.
pub const JOB: &str = "${job}";
