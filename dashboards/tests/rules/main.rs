//! The generated rules: committed, checked, and with a runbook for each alert.

mod check;
mod generated;
mod mistakes;
mod runbooks;
mod settings;
#[path = "../support/mod.rs"]
mod support;
mod template;

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
