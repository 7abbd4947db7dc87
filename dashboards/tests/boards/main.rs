//! The committed dashboards: that they are what the Go program writes, Grafana's form, the rules of its public linter,
//! and our own.

mod generated;
mod json;
mod lint;
mod planted;
mod program;
mod questions;
#[path = "../support/mod.rs"]
mod support;
mod words;

use std::fs;
use std::path::{Path, PathBuf};

use gradus_dashboards::boards::UIDS;
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every committed dashboard, as Grafana reads it.
fn dashboards() -> Vec<Value> {
    let read = UIDS.iter().map(|uid| {
        let text = fs::read_to_string(root().join(format!("dashboards/{uid}.json"))).unwrap();
        serde_json::from_str(&text).unwrap()
    });
    read.collect()
}
