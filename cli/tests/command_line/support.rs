//! The real binary, and folders for it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The instant of every golden output.
pub(crate) const AT: &str = "2026-11-23T00:00:00Z";

/// The repository's root: paths in outputs are relative to it.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The binary, in the repository's root, without anything of the surroundings.
pub(crate) fn gradus(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gradus"));
    command
        .args(arguments)
        .current_dir(root())
        .env_remove("SOURCE_DATE_EPOCH")
        .env_remove("GRADUS_LOG")
        .env_remove("NO_COLOR")
        .stdin(Stdio::null());
    command
}

/// Runs it to its end.
pub(crate) fn run(arguments: &[&str]) -> Output {
    gradus(arguments).output().unwrap()
}

/// Runs it to its end on a given standard input.
pub(crate) fn run_on(arguments: &[&str], input: &str) -> Output {
    let mut command = gradus(arguments);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // Why not unwrapped: a command that refuses its arguments ends before it has read anything.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// What it printed.
pub(crate) fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What it remarked.
pub(crate) fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A folder with files.
pub(crate) fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// A path as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A site with one assessment of INFRAM and one capability.
pub(crate) const SITE: &str = "\
apiVersion: gradus.dev/v1alpha1
kind: Assessment
metadata: {name: infram}
spec:
  model: {name: infram-2018}
---
apiVersion: gradus.dev/v1alpha1
kind: Capability
metadata: {name: wireless-most-premises}
spec: {claim: Present}
";
