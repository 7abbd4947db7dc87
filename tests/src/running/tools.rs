//! Programs built once by a script in `setup/`, and how those of one answer are run.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result, anyhow, ensure};

use super::binary::root;

/// The folder of programs that a script builds, found once a process.
#[derive(Debug)]
pub struct Tools {
    script: &'static str,
    folder: OnceLock<Result<PathBuf, String>>,
}

impl Tools {
    /// The programs of a script: `setup/control-plane`.
    pub const fn of(script: &'static str) -> Self {
        Self {
            script,
            folder: OnceLock::new(),
        }
    }

    /// The folder. What is missing is built first, which takes minutes on a new machine; `make setup` does it
    /// with its progress on screen.
    ///
    /// # Errors
    ///
    /// When they cannot be built.
    pub fn folder(&self) -> Result<&Path> {
        let found = || self.find().map_err(|error| format!("{error:#}"));
        let folder = self.folder.get_or_init(found).as_deref();
        folder.map_err(|error| anyhow!("{error}"))
    }

    fn find(&self) -> Result<PathBuf> {
        let mut setup = Command::new(root().join(self.script));
        let output = setup.arg("--path").stderr(Stdio::inherit()).output()?;
        ensure!(output.status.success(), "{} fails", self.script);
        Ok(PathBuf::from(String::from_utf8(output.stdout)?.trim_end()))
    }
}

/// Runs a command with an input, and returns what it prints.
///
/// # Errors
///
/// When it fails; all that it says is in the error.
pub fn run(command: &mut Command, input: impl Into<Stdio>) -> Result<String> {
    let output = command.stdin(input).output();
    let output = output.with_context(|| format!("running {}", said(command)))?;
    ensure!(
        output.status.success(),
        "{} fails:\n{}{}",
        said(command),
        String::from_utf8_lossy(&output.stderr),
        String::from_utf8_lossy(&output.stdout),
    );
    Ok(String::from_utf8(output.stdout)?)
}

/// The command as a person would type it.
fn said(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name();
    let mut said = program.unwrap_or_default().to_string_lossy().into_owned();
    for argument in command.get_args() {
        let _ = write!(said, " {}", argument.to_string_lossy());
    }
    said
}
