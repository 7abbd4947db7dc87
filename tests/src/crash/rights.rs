//! The chart's own rights for an install that is limited to one namespace, as Helm renders them.

use std::sync::OnceLock;

use anyhow::{Context, Result, anyhow};
use serde_json::Value;

use super::workload::NAMESPACE;
use crate::chart::helm;

/// A namespace and release of this name are rendered, and given the name of a real one then.
const RENDERED: &str = "crash-rendered";

/// The rules and bindings in which the release and its one namespace are called [`NAMESPACE`].
pub(super) fn rights() -> Result<&'static [Value]> {
    static RIGHTS: OnceLock<Result<Vec<Value>, String>> = OnceLock::new();
    let rights = RIGHTS.get_or_init(|| render().map_err(|error| format!("{error:#}")));
    rights.as_deref().map_err(|error| anyhow!("{error}"))
}

fn render() -> Result<Vec<Value>> {
    let text = helm(&[
        "template",
        RENDERED,
        "charts/gradus",
        "--namespace",
        RENDERED,
        "--set",
        &format!("fullnameOverride={RENDERED}"),
        "--set",
        &format!("namespaces={{{RENDERED}}}"),
        "--show-only",
        "templates/rbac/operator.yaml",
    ])?;
    let text = text.replace(RENDERED, NAMESPACE);
    let documents = serde_saphyr::from_multiple::<Value>(&text);
    documents.context("what Helm renders is no YAML")
}

/// Where a rendered object is.
pub(super) fn path(object: &Value) -> Result<String> {
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str);
    let kind = text("/kind").context("a kind")?;
    let name = text("/metadata/name").context("a name")?;
    let plural = format!("{}s", kind.to_ascii_lowercase());
    let group = "/apis/rbac.authorization.k8s.io/v1";
    Ok(match text("/metadata/namespace") {
        Some(namespace) => format!("{group}/namespaces/{namespace}/{plural}/{name}"),
        None => format!("{group}/{plural}/{name}"),
    })
}
