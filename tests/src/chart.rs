//! The Helm chart as it renders, without a cluster.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::checks::audit::Permissions;
use crate::control_plane::tools;
use crate::deployed::{NAMESPACE, RELEASE};
use crate::running::binary::root;

/// Where the chart is.
pub fn folder() -> PathBuf {
    root().join("charts/gradus")
}

/// Runs helm where no cluster is needed, and returns what it prints.
///
/// # Errors
///
/// When it fails; what it says is in the error.
pub fn helm(arguments: &[&str]) -> Result<String> {
    let output = Command::new(tools()?.join("helm"))
        .args(arguments)
        .current_dir(root())
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let printed = String::from_utf8(output.stdout)?;
    ensure!(output.status.success(), "{said}{printed}");
    Ok(printed)
}

/// The manifests of the chart with some values, each written as `--set` takes it.
///
/// # Errors
///
/// When the chart does not render.
pub fn manifests(values: &[&str]) -> Result<String> {
    let arguments: Vec<&str> = values.iter().flat_map(|value| ["--set", value]).collect();
    rendered(&arguments)
}

/// The manifests of the chart as helm renders them with further arguments, such as a file of values or the
/// kinds that a cluster knows.
///
/// # Errors
///
/// When the chart does not render.
pub fn rendered(arguments: &[&str]) -> Result<String> {
    let chart = "charts/gradus";
    let template = ["template", RELEASE, chart, "--namespace", NAMESPACE];
    helm(&[&template, arguments].concat())
}

/// The same as objects.
///
/// # Errors
///
/// When the chart does not render.
pub fn objects(values: &[&str]) -> Result<Vec<Value>> {
    read(&manifests(values)?)
}

/// The objects in manifests.
///
/// # Errors
///
/// When they are no YAML.
pub fn read(manifests: &str) -> Result<Vec<Value>> {
    let mut objects: Vec<Value> = serde_saphyr::from_multiple(manifests)?;
    objects.retain(|object| !object.is_null());
    Ok(objects)
}

/// What the chart with some values lets the operator do.
///
/// # Errors
///
/// When the chart does not render.
pub fn permissions(values: &[&str]) -> Result<Permissions> {
    Permissions::of(NAMESPACE, RELEASE, &manifests(values)?)
}
