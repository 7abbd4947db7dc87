//! The Go program in `dashboards/boards`, built once.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use crate::root;

/// Writes every dashboard and `answers.json` into a folder.
pub(crate) fn write_boards(folder: &Path) {
    succeeded(
        "boards",
        &Command::new(program()).arg(folder).output().unwrap(),
    );
}

/// What Grafana's published types do not know of a dashboard, a line each.
pub(crate) fn unknown_to_grafana(dashboard: &str) -> Vec<String> {
    let mut check = Command::new(program())
        .arg("check")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = check.stdin.take().unwrap();
    input.write_all(dashboard.as_bytes()).unwrap();
    drop(input);
    let output = check.wait_with_output().unwrap();
    let lines = succeeded("boards check", &output);
    lines.lines().map(str::to_owned).collect()
}

fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let setup = Command::new(root().join("setup/go")).output().unwrap();
        let go = succeeded("setup/go", &setup);
        let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("boards");
        let mut build = Command::new(go.trim());
        build
            .args(["build", "-buildvcs=false", "-o"])
            .arg(&program)
            .arg(".");
        build.current_dir(root().join("dashboards/boards"));
        succeeded("go build", &build.output().unwrap());
        program
    })
}

/// What a command printed.
fn succeeded(what: &str, output: &Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{what}: {errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
