//! Grafana dashboards, written once here and generated as JSON.
//!
//! ```text
//! words, series ──▶ board, assessment, operator ──▶ dashboard: panels, variables, annotations ──▶ JSON
//!                                                        └──▶ queries: what every panel asks
//! ```
//!
//! The boards of the product ask recorded series only: one view of several replicas, cheap over months. The
//! operator's board asks raw metrics, replica by replica.

mod annotation;
mod assessment;
mod board;
mod dashboard;
mod field;
mod grid;
mod operator;
mod panel;
mod panels;
mod queries;
mod reference;
mod series;
mod target;
mod transformation;
mod variable;
pub mod words;

use dashboard::Dashboard;

pub use queries::{Query, Substitution, queries};

/// Every dashboard.
fn all() -> Vec<Dashboard> {
    vec![
        board::board(),
        assessment::assessment(),
        operator::operator(),
    ]
}

/// Every generated file: its path from the repository's root, and its text.
///
/// # Errors
///
/// When a dashboard is no JSON, which its types exclude.
pub fn generated() -> serde_json::Result<Vec<(String, String)>> {
    let mut files = vec![(
        "docs/reference/dashboards.md".to_owned(),
        reference::reference(),
    )];
    for dashboard in all() {
        let text = serde_json::to_string_pretty(&dashboard)? + "\n";
        for folder in ["dashboards", "charts/gradus/files/dashboards"] {
            files.push((format!("{folder}/{}.json", dashboard.uid), text.clone()));
        }
    }
    Ok(files)
}
