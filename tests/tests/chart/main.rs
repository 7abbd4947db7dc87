//! The Helm chart: rendering, reference, and installation on a real API server.

mod authorizer;
mod installing;
mod kinds;
mod monitoring;
mod people;
mod prometheus_operator;
mod reference;
mod rendering;
mod rights;

use anyhow::{Context, Result};
use gradus_tests::control_plane::{ControlPlane, Options};
use gradus_tests::deployed::{NAMESPACE, RELEASE};
use gradus_tests::monitoring::definitions;

/// A control plane whose controllers run, with nothing in it.
fn cluster() -> Result<ControlPlane> {
    ControlPlane::start_with(&Options {
        controller_manager: true,
        ..Options::default()
    })
}

/// Installs or upgrades the release to these values, each written as `--set` takes it.
fn install(cluster: &ControlPlane, chart: &str, values: &[&str]) -> Result<String> {
    let mut arguments = vec!["upgrade", "--install", RELEASE, chart];
    arguments.extend([
        "--namespace",
        NAMESPACE,
        "--create-namespace",
        "--reset-values",
    ]);
    for value in values {
        arguments.extend(["--set", value]);
    }
    cluster.helm(&arguments)
}

/// Makes the kinds of prometheus-operator known that the chart has objects of.
fn make_monitoring_known(cluster: &ControlPlane) -> Result<()> {
    for kind in ["servicemonitors", "prometheusrules"] {
        let file = definitions()?.join(format!("monitoring.coreos.com_{kind}.yaml"));
        let file = file.to_str().context("a path in UTF-8")?;
        cluster.kubectl(&["apply", "--server-side", "--filename", file])?;
        let definition = format!("crd/{kind}.monitoring.coreos.com");
        cluster.kubectl(&["wait", "--for=condition=Established", &definition])?;
    }
    Ok(())
}
