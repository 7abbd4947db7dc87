//! The programs of the control plane, built once by `setup/control-plane`.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result, anyhow, ensure};

use crate::running::binary::root;

/// The folder of etcd, kube-apiserver, kube-controller-manager, kubectl and helm. What is missing is built
/// first, which takes minutes on a new machine; `make setup` does it with its progress on screen.
///
/// # Errors
///
/// When they cannot be built.
pub fn tools() -> Result<&'static Path> {
    static TOOLS: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let tools = TOOLS.get_or_init(|| find().map_err(|error| format!("{error:#}")));
    tools.as_deref().map_err(|error| anyhow!("{error}"))
}

fn find() -> Result<PathBuf> {
    let mut setup = Command::new(root().join("setup/control-plane"));
    let output = setup.arg("--path").stderr(Stdio::inherit()).output()?;
    ensure!(output.status.success(), "setup/control-plane fails");
    Ok(PathBuf::from(String::from_utf8(output.stdout)?.trim_end()))
}

/// A client program that knows nothing of this machine's user: its home is the folder, its cluster is the
/// kubeconfig's.
pub(super) fn client(program: &str, folder: &Path, kubeconfig: &Path) -> Result<Command> {
    let mut command = Command::new(tools()?.join(program));
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.env_clear().env("PATH", path).env("HOME", folder);
    command.env("KUBECONFIG", kubeconfig).current_dir(root());
    Ok(command)
}

/// Runs a client with an input, and returns what it prints.
pub(super) fn run(command: &mut Command, input: impl Into<Stdio>) -> Result<String> {
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
