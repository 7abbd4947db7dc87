//! The folder of servers, gone with them.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Result;
use tempfile::TempDir;

use super::Running;

/// Removes a folder when the process that holds the other end of its input is gone. A second later, for the
/// servers are killed at the same moment, and a client may write yet.
const KEEP: &str = r#"read -r _; sleep 1; rm -rf "$1""#;

/// A temporary folder that goes also when this process ends without a chance to remove it.
#[derive(Debug)]
pub struct Folder {
    // Dropped in this order: the keeper first, who would come too late.
    _keeper: Running,
    folder: TempDir,
}

impl Folder {
    /// Makes one.
    ///
    /// # Errors
    ///
    /// When it cannot be made, or there is no shell.
    pub fn new() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("gradus-").tempdir()?;
        let keeper = keep(folder.path())?;
        Ok(Self {
            _keeper: keeper,
            folder,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

fn keep(folder: &Path) -> Result<Running> {
    use std::os::unix::process::CommandExt;
    let mut keeper = Command::new("sh");
    keeper.args(["-c", KEEP, "keep"]).arg(folder);
    keeper
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // A group of its own: Ctrl-C at a terminal would end it too early.
    Ok(Running(keeper.process_group(0).spawn()?))
}
