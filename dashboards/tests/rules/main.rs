//! The rules, as they are generated.

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
