//! The dashboards, as they are generated: Grafana's form, the rules of its public linter, and our own.

mod generated;
mod json;
mod lint;
mod planted;
mod questions;
#[path = "../support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};

use gradus_dashboards::boards;
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every dashboard, as Grafana reads it.
fn dashboards() -> Vec<Value> {
    let files = boards::generated().unwrap();
    let ours = files
        .iter()
        .filter(|(path, _)| path.starts_with("dashboards/"));
    ours.map(|(_, text)| serde_json::from_str(text).unwrap())
        .collect()
}
