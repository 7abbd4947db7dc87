//! A document of one of the kinds of Gradus, decoded.

use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::key::{Kind, ObjectKey};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::api::API_VERSION;
use crate::assessment::AssessmentSpec;
use crate::attestation::AttestationSpec;
use crate::capability::CapabilitySpec;
use crate::maturity_model::MaturityModelSpec;
use crate::metadata::Metadata;
use crate::profile::ProfileSpec;
use crate::validate;
use crate::waiver::WaiverSpec;

/// One object as its author writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document<Spec> {
    /// Its identity and labels.
    pub metadata: Metadata,
    /// Its content.
    pub spec: Spec,
}

/// A document of any kind.
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

    /// Its spec as JSON, complete: the input of digests and of last valid states.
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

/// A value of a type of this crate as JSON.
pub(crate) fn json(value: &impl Serialize) -> Value {
    // The types of this crate have string keys and no failing serializers.
    serde_json::to_value(value).unwrap_or_default()
}

/// Decodes a document of one of the kinds of Gradus.
///
/// # Errors
///
/// Everything that is wrong with it, each finding with its path; at least one of severity `Error`.
pub fn decode(value: &Value) -> Result<Resource, Vec<Diagnostic>> {
    let kind = validate::kind(value)?;
    let wrong = validate::document(kind, value);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    typed(kind, &validate::stored(value)).map_err(|diagnostic| vec![diagnostic])
}

/// Decodes a value that validation has accepted.
fn typed(kind: Kind, value: &Value) -> Result<Resource, Diagnostic> {
    fn document<Spec: DeserializeOwned>(value: &Value) -> Result<Box<Document<Spec>>, Diagnostic> {
        Document::<Spec>::deserialize(value)
            .map(Box::new)
            .map_err(|error| {
                debug_assert!(false, "validation accepts what cannot be decoded: {error}");
                Diagnostic::error("Undecodable", "", "the document cannot be decoded")
                    .with_help("compare every field with the reference of its kind")
            })
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
