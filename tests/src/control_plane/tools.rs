//! The programs of the control plane, built once by `setup/control-plane`.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::running::binary::root;
use crate::running::tools::Tools;

/// The folder of etcd, kube-apiserver, kube-controller-manager, kubectl and helm.
///
/// # Errors
///
/// When they cannot be built.
pub fn tools() -> Result<&'static Path> {
    static TOOLS: Tools = Tools::of("setup/control-plane");
    TOOLS.folder()
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
