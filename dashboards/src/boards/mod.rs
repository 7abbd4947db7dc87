//! Grafana dashboards, read for the tests and the reference. The Go program in `dashboards/boards` writes them.
//!
//! ```text
//! dashboards/boards (Go) ──▶ gradus-*.json, answers.json ──▶ queries: what a real Prometheus is asked in tests
//!                                                       └──▶ reference: the page that lists every panel
//! ```
//!
//! The dashboards about assessments ask recorded series only: one view of several replicas, cheap over months. The
//! operator's dashboard asks the metrics of each replica.

mod dashboard;
mod queries;
mod reference;

use std::collections::BTreeMap;

use dashboard::{Answer, Dashboard};

pub use queries::{Query, Substitution, queries};
pub use reference::reference;

/// The uids of the dashboards, in the order of the reference. Alerts, bookmarks and the dashboards themselves link to
/// them, so they never change. Each is also the name of its file.
pub const UIDS: [&str; 3] = ["gradus-board", "gradus-assessment", "gradus-operator"];

/// A dashboard, and what its queries must answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Board {
    dashboard: Dashboard,
    answers: BTreeMap<String, Vec<Answer>>,
}

impl Board {
    /// Reads dashboards, and `answers.json` beside them.
    ///
    /// # Errors
    ///
    /// When one of the texts is not JSON of the expected form.
    pub fn read_all<'a>(
        dashboards: impl IntoIterator<Item = &'a str>,
        answers: &str,
    ) -> serde_json::Result<Vec<Board>> {
        let mut answers: BTreeMap<String, BTreeMap<String, Vec<Answer>>> =
            serde_json::from_str(answers)?;
        let read = dashboards.into_iter().map(|text| {
            let dashboard: Dashboard = serde_json::from_str(text)?;
            let answers = answers.remove(&dashboard.uid).unwrap_or_default();
            Ok(Board { dashboard, answers })
        });
        read.collect()
    }

    /// The committed dashboards.
    ///
    /// # Errors
    ///
    /// When one of the committed files is not JSON of the expected form.
    pub fn committed() -> serde_json::Result<Vec<Board>> {
        let dashboards = [
            include_str!("../../gradus-board.json"),
            include_str!("../../gradus-assessment.json"),
            include_str!("../../gradus-operator.json"),
        ];
        Self::read_all(dashboards, include_str!("../../boards/answers.json"))
    }

    /// What a query of a panel or an annotation must answer, by its place among them.
    fn answer(&self, title: &str, index: usize) -> Option<&Answer> {
        self.answers.get(title)?.get(index)
    }
}
