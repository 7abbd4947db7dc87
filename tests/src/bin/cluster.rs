//! `make cluster`: a real API server with the chart, the hospital group and the operator, to try things.
//!
//! ```text
//! control plane ─▶ chart ─▶ models and example ─▶ operator, in the foreground
//! ```
//!
//! The chart's pods stay pending, for there is no node: the operator runs here, with the token of the
//! chart's own ServiceAccount and no other permissions. Ctrl-C ends everything.

use std::io::{self, Write};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use gradus_tests::control_plane::{ControlPlane, Options, tools};
use gradus_tests::running::binary::{example, gradus, root};
use gradus_tests::running::server::free_port;
use gradus_tests::running::supervised::{Supervised, supervised};

/// The namespace of the release, and the name of all that is in it.
const NAMESPACE: &str = "gradus-system";
const RELEASE: &str = "gradus";

fn main() -> Result<()> {
    say("Starting etcd, kube-apiserver and kube-controller-manager …")?;
    let control_plane = ControlPlane::start_with(&Options {
        controller_manager: true,
        ..Options::default()
    })?;
    say("Installing the chart, the models and the hospital group …")?;
    install(&control_plane)?;
    load(&control_plane)?;
    let listen = format!("127.0.0.1:{}", free_port()?);
    explain(&control_plane, &listen)?;
    operate(&control_plane, &listen)
}

/// Installs the chart, and waits until its kinds are served.
fn install(control_plane: &ControlPlane) -> Result<()> {
    control_plane.helm(&[
        "install",
        RELEASE,
        "charts/gradus",
        "--namespace",
        NAMESPACE,
        "--create-namespace",
    ])?;
    control_plane.kubectl(&[
        "wait",
        "--for=condition=Established",
        "customresourcedefinition",
        "--all",
        "--timeout=30s",
    ])?;
    Ok(())
}

/// Loads the models and the hospital group, whose dates look as they do today.
fn load(control_plane: &ControlPlane) -> Result<()> {
    control_plane.load(&root().join("library/models"))?;
    control_plane.load(example("hospital-group")?.path())
}

/// Says how to look at it from another terminal.
fn explain(control_plane: &ControlPlane, listen: &str) -> Result<()> {
    let kubeconfig = control_plane.kubeconfig(control_plane.admin_token())?;
    let built = gradus().parent().context("the folder of the program")?;
    say(&format!(
        "\nIn another terminal:\n\n    \
         export KUBECONFIG={}\n    \
         export PATH={}:{}:$PATH\n    \
         gradus score -A\n    \
         kubectl get assessments -A -w\n\n\
         The page: http://{listen}/\n\
         Ctrl-C ends everything.\n",
        kubeconfig.display(),
        tools()?.display(),
        built.display(),
    ))
}

/// Runs the operator until it ends, which it should not. Ctrl-C ends this process, and all others with it.
fn operate(control_plane: &ControlPlane, listen: &str) -> Result<()> {
    let token = control_plane.service_account_token(NAMESPACE, RELEASE)?;
    let mut operator = supervised(gradus());
    operator.arg("operator").arg("--kubeconfig");
    operator.arg(control_plane.kubeconfig(&token)?);
    operator.args(["--listen", listen, "--log-format", "human"]);
    operator.arg(format!("--lease={NAMESPACE}/{RELEASE}"));
    let mut operator = Supervised::start(&mut operator)?;
    loop {
        if let Some(status) = operator.wait(Duration::from_mins(1))? {
            bail!("the operator ended, {status}");
        }
    }
}

fn say(line: &str) -> Result<()> {
    Ok(writeln!(io::stdout(), "{line}")?)
}
