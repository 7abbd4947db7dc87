//! From a document's value to the engine's words, with everything that is wrong with it.

use std::sync::Arc;

use gradus_crds::Resource;
use gradus_engine::diagnostic::{Diagnostic, Severity};
use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::model::Model;
use gradus_engine::object::Object;
use gradus_engine::program::Program;
use serde_json::Value;

/// A resource that can be used.
#[derive(Debug)]
pub struct Decoded {
    /// Who it is.
    pub key: ObjectKey,
    /// What the engine reads of it; none for a kind that it does not score.
    pub object: Option<Object>,
    /// All of it, for kinds of which outputs show more than the engine reads.
    pub resource: Option<Arc<Resource>>,
    /// What is worth knowing though it can be used.
    pub warnings: Vec<Diagnostic>,
}

/// Reads a resource out of a document's value, models compiled for their lint rules.
///
/// # Errors
///
/// Everything that is wrong with it, with paths from the document's root.
pub fn decode(value: &Value) -> Result<Decoded, Vec<Diagnostic>> {
    let resource = gradus_crds::decode(value)?;
    let shown = matches!(
        resource.kind(),
        Kind::Assessment | Kind::MaturityModel | Kind::Profile
    );
    let whole = shown.then(|| Arc::new(resource.clone()));
    let (key, object) = resource.into_object()?;
    let warnings = match &object {
        Some(Object::Model(model)) => check(model)?,
        _ => Vec::new(),
    };
    Ok(Decoded {
        key,
        object,
        resource: whole,
        warnings,
    })
}

/// Holds a model to its lint rules, and compiles it: the warnings, when it can be used.
fn check(model: &Arc<Model>) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
    let findings = Program::lint(model);
    if findings
        .iter()
        .any(|finding| finding.severity == Severity::Error)
    {
        return Err(findings);
    }
    Program::compile(Arc::clone(model))?;
    Ok(findings)
}
