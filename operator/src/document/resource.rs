//! One resource: its identity, what the engine reads of it, and what is wrong with it.

use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::object::Object;
use serde_json::Value;

/// One resource.
#[derive(Debug)]
pub struct Resource {
    key: ObjectKey,
    object: Option<Object>,
    warnings: Vec<Diagnostic>,
}

impl Resource {
    /// Reads a resource out of a document's value.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, with paths from the document's root.
    pub fn decode(value: &Value) -> Result<Self, Vec<Diagnostic>> {
        let kind = value.get("kind").and_then(Value::as_str).unwrap_or_default();
        let Some(kind) = Kind::ALL.into_iter().find(|own| own.as_str() == kind) else {
            return Err(vec![Diagnostic::error("UnknownKind", "kind", "no such kind")]);
        };
        let name = value.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default();
        if name.is_empty() {
            return Err(vec![Diagnostic::error("Required", "metadata.name", "a name is required")]);
        }
        Ok(Self { key: ObjectKey::new(kind, "default", name), object: None, warnings: Vec::new() })
    }

    /// Who it is.
    pub fn key(&self) -> &ObjectKey {
        &self.key
    }

    /// What the engine reads of it; none for a kind that it does not score.
    pub fn object(&self) -> Option<&Object> {
        self.object.as_ref()
    }

    /// What is worth knowing though it can be used.
    pub fn warnings(&self) -> Vec<Diagnostic> {
        self.warnings.clone()
    }
}
