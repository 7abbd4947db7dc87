//! The schemas: made from the types, carried by the CRDs, given to editors, and walked by the native
//! validation.

mod chart;
mod definition;
mod editor;
mod structural;

use std::sync::OnceLock;

use gradus_engine::key::Kind;
use schemars::JsonSchema;
use serde_json::{Value, json};

use crate::assessment::AssessmentSpec;
use crate::assessment_status::AssessmentStatus;
use crate::attestation::{AttestationSpec, AttestationStatus};
use crate::capability::{CapabilitySpec, CapabilityStatus};
use crate::maturity_model::{MaturityModelSpec, MaturityModelStatus};
use crate::profile::{ProfileSpec, ProfileStatus};
use crate::waiver::{WaiverSpec, WaiverStatus};
use crate::words::{KEBAB, SUBDOMAIN};

pub use definition::{definition, plural};
pub use editor::{combined, editor_schema};

/// Every generated file: its path from the repository's root, and its text.
pub fn generated() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for kind in Kind::ALL {
        let (name, plural) = (kind.as_str().to_lowercase(), plural(kind));
        let definition = yaml(&definition(kind));
        files.push((
            format!("charts/gradus/templates/crds/{plural}.yaml"),
            chart::template(&definition),
        ));
        files.push((
            format!("crds/generated/gradus.dev_{plural}.yaml"),
            definition,
        ));
        files.push((
            format!("crds/schemas/{name}.json"),
            pretty(&editor_schema(kind)),
        ));
    }
    files.push(("crds/schemas/gradus.json".to_owned(), pretty(&combined())));
    files.sort();
    files
}

/// The structural schema of a kind, CEL rules included, as its CRD carries it under `openAPIV3Schema`.
pub fn structural(kind: Kind) -> &'static Value {
    static SCHEMAS: OnceLock<[Value; Kind::ALL.len()]> = OnceLock::new();
    let schemas = SCHEMAS.get_or_init(|| Kind::ALL.map(build));
    // `Kind::ALL` lists the kinds in the order of their discriminants.
    schemas.get(kind as usize).unwrap_or(&Value::Null)
}

fn build(kind: Kind) -> Value {
    fn parts<Spec: JsonSchema, Status: JsonSchema>(kind: Kind) -> [Value; 2] {
        [
            structural::of::<Spec>(Some((kind, "spec"))),
            structural::of::<Status>(None),
        ]
    }
    let [spec, status] = match kind {
        Kind::MaturityModel => parts::<MaturityModelSpec, MaturityModelStatus>(kind),
        Kind::Profile => parts::<ProfileSpec, ProfileStatus>(kind),
        Kind::Capability => parts::<CapabilitySpec, CapabilityStatus>(kind),
        Kind::Attestation => parts::<AttestationSpec, AttestationStatus>(kind),
        Kind::Waiver => parts::<WaiverSpec, WaiverStatus>(kind),
        Kind::Assessment => parts::<AssessmentSpec, AssessmentStatus>(kind),
    };
    json!({
        "type": "object",
        "description": spec.get("description").cloned().unwrap_or_default(),
        "required": ["spec"],
        "properties": {
            "apiVersion": {"type": "string", "maxLength": 64},
            "kind": {"type": "string", "maxLength": 63},
            "metadata": metadata(kind),
            "spec": spec,
            "status": status,
        },
    })
}

/// What a CRD may say of metadata: the name. A capability's name is a type when none is given, and
/// types are kebab-case.
fn metadata(kind: Kind) -> Value {
    let (longest, pattern) = if kind == Kind::Capability {
        (63, KEBAB)
    } else {
        (253, SUBDOMAIN)
    };
    json!({
        "type": "object",
        "properties": {"name": {"type": "string", "maxLength": longest, "pattern": pattern}},
    })
}

fn yaml(value: &Value) -> String {
    let text = serde_saphyr::to_string(value).unwrap_or_default();
    format!("# Generated from the types of gradus-crds; do not edit.\n{text}")
}

fn pretty(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
