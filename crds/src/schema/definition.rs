//! The custom resource definitions: names, scope, columns and status around the schema.

use gradus_engine::key::Kind;
use serde_json::{Value, json};

use super::structural::structural;
use crate::api::{GROUP, VERSION};

/// The plural of a kind, as in URLs and in `kubectl get`.
pub fn plural(kind: Kind) -> &'static str {
    match kind {
        Kind::MaturityModel => "maturitymodels",
        Kind::Profile => "profiles",
        Kind::Capability => "capabilities",
        Kind::Attestation => "attestations",
        Kind::Waiver => "waivers",
        Kind::Assessment => "assessments",
    }
}

/// The short name. None of them clashes with a kind of Kubernetes or of a common add-on.
fn short_name(kind: Kind) -> &'static str {
    match kind {
        Kind::MaturityModel => "mmodel",
        Kind::Profile => "mprofile",
        Kind::Capability => "capb",
        Kind::Attestation => "attest",
        Kind::Waiver => "mwaiver",
        Kind::Assessment => "assess",
    }
}

/// The custom resource definition of a kind.
pub fn definition(kind: Kind) -> Value {
    let plural = plural(kind);
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("{plural}.{GROUP}")},
        "spec": {
            "group": GROUP,
            "names": {
                "kind": kind.as_str(),
                "listKind": format!("{kind}List"),
                "plural": plural,
                "singular": kind.as_str().to_lowercase(),
                "shortNames": [short_name(kind)],
                "categories": ["gradus"],
            },
            "scope": if kind.namespaced() { "Namespaced" } else { "Cluster" },
            "versions": [{
                "name": VERSION,
                "served": true,
                "storage": true,
                "subresources": {"status": {}},
                "additionalPrinterColumns": columns(kind),
                "schema": {"openAPIV3Schema": structural(kind)},
            }],
        },
    })
}

fn column(name: &str, kind: &str, path: &str) -> Value {
    json!({"name": name, "type": kind, "jsonPath": path})
}

fn condition(name: &str, condition: &str) -> Value {
    column(
        name,
        "string",
        &format!(".status.conditions[?(@.type==\"{condition}\")].status"),
    )
}

/// The columns of `kubectl get`.
fn columns(kind: Kind) -> Vec<Value> {
    let ready = condition("Ready", "Ready");
    match kind {
        Kind::MaturityModel => vec![
            column("Version", "string", ".spec.version"),
            column("Stages", "integer", ".status.stages"),
            column("Criteria", "integer", ".status.criteria"),
            ready,
        ],
        Kind::Profile => vec![
            column("Model", "string", ".spec.model.name"),
            column("Requirements", "integer", ".status.requirements"),
            ready,
        ],
        Kind::Capability => vec![
            column("Type", "string", ".spec.type"),
            column("Claim", "string", ".spec.claim"),
            column("State", "string", ".status.state"),
            // Why: a column of type `date` would show an end in the future as `<invalid>`.
            column("Valid until", "string", ".status.validUntil"),
            column("Owner", "string", ".spec.owner.team"),
        ],
        Kind::Attestation => vec![
            column(
                "Subject",
                "string",
                ".spec.subject['capability','assessment']",
            ),
            column("By", "string", ".spec.attestedBy"),
            column("Valid until", "string", ".spec.validUntil"),
            column("Counted", "boolean", ".status.counted"),
        ],
        Kind::Waiver => vec![
            column("Criteria", "string", ".spec.criteria"),
            column("Approver", "string", ".spec.approvedBy"),
            column("Until", "string", ".spec.until"),
            column("Effective", "boolean", ".status.effective"),
        ],
        Kind::Assessment => vec![
            column("Model", "string", ".spec.model.name"),
            column("Stage", "integer", ".status.stage"),
            column("Potential", "integer", ".status.potentialStage"),
            column("Target", "integer", ".spec.target.stage"),
            column("Missing", "integer", ".status.missing"),
            condition("Regressed", "Regressed"),
            ready,
        ],
    }
}
