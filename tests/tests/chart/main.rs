//! The Helm chart: what it renders, what it says of itself, and what it does on a real API server.

mod authorizer;
mod installing;
mod monitoring;
mod people;
mod reference;
mod rendering;
mod rights;

use anyhow::Result;
use gradus_tests::control_plane::{ControlPlane, Options};
use gradus_tests::deployed::{NAMESPACE, RELEASE};

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
