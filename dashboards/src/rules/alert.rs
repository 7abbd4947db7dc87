//! What an alert is, and the list of them all.

use super::duration::Duration;
use super::{assessments, capabilities, operator};

/// One alert, with its knobs as they are when nobody turns them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Its name, which is also that of its runbook.
    pub name: &'static str,
    /// Where it is evaluated.
    pub group: Group,
    /// What it holds for, with [`DAYS`] and [`JOB`] where settings decide.
    pub expression: String,
    /// How bad it is.
    pub severity: &'static str,
    /// How long the expression must hold.
    pub hold: Duration,
    /// For how long it goes on when the expression no longer holds.
    pub keep: Option<Duration>,
    /// How many days ahead it looks, when it does.
    pub days: Option<u32>,
    /// What it means, in one sentence that never changes.
    pub summary: &'static str,
    /// Which object, and why: complete also where `query` is not run.
    pub description: String,
    /// The path of a dashboard in Grafana.
    pub dashboard: &'static str,
    /// The path of a page of Gradus.
    pub page: &'static str,
}

/// A group of rules. A ruler evaluates the rules of a group one after the other at one instant, so what an
/// alert reads is recorded in its own group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// About assessments.
    Assessments,
    /// About capabilities, their evidence, and waivers.
    Capabilities,
    /// About Gradus itself.
    Operator,
    /// What only dashboards read.
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

/// Where an expression has the days of the settings.
pub const DAYS: &str = "${days}";
/// Where a selector has the scrape job of the settings.
pub const JOB: &str = "${job}";

/// Every alert, group by group.
pub fn all() -> Vec<Alert> {
    let mut all = assessments::alerts();
    all.extend(capabilities::alerts());
    all.extend(operator::alerts());
    all
}
