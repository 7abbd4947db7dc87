//! The structural schema of each kind, as its CRD contains it and the native validation reads it.

use std::sync::OnceLock;

use gradus_engine::key::Kind;
use schemars::JsonSchema;
use serde_json::{Value, json};

use super::rewrite;
use crate::assessment::AssessmentSpec;
use crate::assessment_status::AssessmentStatus;
use crate::attestation::{AttestationSpec, AttestationStatus};
use crate::capability::{CapabilitySpec, CapabilityStatus};
use crate::maturity_model::{MaturityModelSpec, MaturityModelStatus};
use crate::profile::{ProfileSpec, ProfileStatus};
use crate::waiver::{WaiverSpec, WaiverStatus};
use crate::words::{KEBAB, SUBDOMAIN};

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
            rewrite::schema_of::<Spec>(Some((kind, "spec"))),
            rewrite::schema_of::<Status>(None),
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

/// The schema of metadata. A CRD may only restrict the name. A capability's name is its type when none is given, and
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
