//! A document of one of our kinds, decoded.

use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::key::{Kind, ObjectKey};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::assessment::AssessmentSpec;
use crate::attestation::AttestationSpec;
use crate::capability::CapabilitySpec;
use crate::maturity_model::MaturityModelSpec;
use crate::metadata::Metadata;
use crate::profile::ProfileSpec;
use crate::validate;
use crate::waiver::WaiverSpec;

/// The API group.
pub const GROUP: &str = "gradus.dev";
/// The version.
pub const VERSION: &str = "v1alpha1";
/// Group and version, as documents write them.
pub const API_VERSION: &str = "gradus.dev/v1alpha1";

/// One object as its author states it: who it is, and what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document<Spec> {
    /// Who it is.
    pub metadata: Metadata,
    /// What it says.
    pub spec: Spec,
}

/// A document of any of our kinds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resource {
    /// A stage model.
    MaturityModel(Box<Document<MaturityModelSpec>>),
    /// What a service needs of a site.
    Profile(Box<Document<ProfileSpec>>),
    /// A capability.
    Capability(Box<Document<CapabilitySpec>>),
    /// An attestation.
    Attestation(Box<Document<AttestationSpec>>),
    /// A waiver.
    Waiver(Box<Document<WaiverSpec>>),
    /// An assessment.
    Assessment(Box<Document<AssessmentSpec>>),
}

impl Resource {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::MaturityModel(_) => Kind::MaturityModel,
            Self::Profile(_) => Kind::Profile,
            Self::Capability(_) => Kind::Capability,
            Self::Attestation(_) => Kind::Attestation,
            Self::Waiver(_) => Kind::Waiver,
            Self::Assessment(_) => Kind::Assessment,
        }
    }

    /// Its metadata.
    pub fn metadata(&self) -> &Metadata {
        match self {
            Self::MaturityModel(document) => &document.metadata,
            Self::Profile(document) => &document.metadata,
            Self::Capability(document) => &document.metadata,
            Self::Attestation(document) => &document.metadata,
            Self::Waiver(document) => &document.metadata,
            Self::Assessment(document) => &document.metadata,
        }
    }

    /// Its identity: a namespaced object without a namespace is in `default`.
    pub fn key(&self) -> ObjectKey {
        let metadata = self.metadata();
        ObjectKey::new(
            self.kind(),
            metadata.namespace.as_deref().unwrap_or("default"),
            &metadata.name,
        )
    }

    /// Its spec as JSON, without anything left out: what digests and last good states are made of.
    pub fn spec(&self) -> Value {
        match self {
            Self::MaturityModel(document) => json(&document.spec),
            Self::Profile(document) => json(&document.spec),
            Self::Capability(document) => json(&document.spec),
            Self::Attestation(document) => json(&document.spec),
            Self::Waiver(document) => json(&document.spec),
            Self::Assessment(document) => json(&document.spec),
        }
    }

    /// The whole document as JSON, as it may be written to a file and decoded again.
    pub fn document(&self) -> Value {
        serde_json::json!({
            "apiVersion": API_VERSION,
            "kind": self.kind().as_str(),
            "metadata": json(self.metadata()),
            "spec": self.spec(),
        })
    }

    /// The whole document with a status, as a cluster would hold it.
    pub fn document_with(&self, status: &impl Serialize) -> Value {
        let mut document = self.document();
        if let Some(fields) = document.as_object_mut() {
            fields.insert("status".to_owned(), json(status));
        }
        document
    }
}

/// A value of our own types as JSON.
pub(crate) fn json(value: &impl Serialize) -> Value {
    // Our types have string keys and no failing serializers.
    serde_json::to_value(value).unwrap_or_default()
}

/// Decodes a document of one of our kinds, and says everything that is wrong with it.
///
/// # Errors
///
/// Every finding, each with its path; at least one of severity `Error`.
pub fn decode(value: &Value) -> Result<Resource, Vec<Diagnostic>> {
    let kind = validate::kind(value)?;
    let wrong = validate::document(kind, value);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    typed(kind, &validate::stored(value)).map_err(|diagnostic| vec![diagnostic])
}

/// Decodes a value that keeps to the schema of its kind.
fn typed(kind: Kind, value: &Value) -> Result<Resource, Diagnostic> {
    fn document<Spec: DeserializeOwned>(value: &Value) -> Result<Box<Document<Spec>>, Diagnostic> {
        Document::<Spec>::deserialize(value)
            .map(Box::new)
            .map_err(|error| Diagnostic::error("Undecodable", "", error.to_string()))
    }
    Ok(match kind {
        Kind::MaturityModel => Resource::MaturityModel(document(value)?),
        Kind::Profile => Resource::Profile(document(value)?),
        Kind::Capability => Resource::Capability(document(value)?),
        Kind::Attestation => Resource::Attestation(document(value)?),
        Kind::Waiver => Resource::Waiver(document(value)?),
        Kind::Assessment => Resource::Assessment(document(value)?),
    })
}
