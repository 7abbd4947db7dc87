//! Native validation, for folders and the command line: what an API server checks with the CRDs, and what it
//! cannot check. It walks the schema that the CRDs contain, so that the two cannot drift.

mod envelope;
mod findings;
mod keyword;
mod metadata;
mod nearest;
mod path;
mod scalar;
mod shape;
mod union;
mod walk;

use std::borrow::Cow;
use std::sync::OnceLock;

use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::key::Kind;
use serde_json::Value;

use crate::facts::whole;
use crate::schema::structural;
use findings::Findings;
use path::Path;
use shape::Shape;

/// Everything that is wrong with a document; empty when it can be decoded.
///
/// An API server skips its CEL rules while the schema has findings; this reports both at once, so that an author
/// corrects a document in one round.
pub fn validate(value: &Value) -> Vec<Diagnostic> {
    match kind(value) {
        Ok(kind) => document(kind, value),
        Err(wrong) => wrong,
    }
}

/// What is wrong with a document of a known kind.
pub(crate) fn document(kind: Kind, value: &Value) -> Vec<Diagnostic> {
    let mut found = Findings::default();
    envelope::check_fields(value, &mut found);
    metadata::check(kind, value.get("metadata"), &mut found);
    let root = Path::root();
    let spec = root.field("spec");
    match value.get("spec") {
        None | Some(Value::Null) => {
            let help = "write the fields of the object under spec:";
            found.add("Required", &spec, "spec is missing", help);
        }
        Some(value) => walk::check(shape(kind), value, &spec, &mut found),
    }
    found.into_diagnostics()
}

/// The kind of a document of Gradus.
///
/// # Errors
///
/// Why it is not a document of Gradus.
pub(crate) fn kind(value: &Value) -> Result<Kind, Vec<Diagnostic>> {
    envelope::kind(value).map_err(Findings::into_diagnostics)
}

/// The document as an API server stores it: nulls of maps dropped, 4.0 as 4.
pub fn stored(value: &Value) -> Cow<'_, Value> {
    if is_stored(value) {
        Cow::Borrowed(value)
    } else {
        Cow::Owned(store(value))
    }
}

fn is_stored(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(is_stored),
        Value::Object(fields) => fields
            .values()
            .all(|field| !field.is_null() && is_stored(field)),
        Value::Number(number) => !number.is_f64(),
        _ => true,
    }
}

fn store(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(store).collect(),
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, field)| !field.is_null())
            .map(|(name, field)| (name.clone(), store(field)))
            .collect(),
        Value::Number(number) => {
            match number.as_f64().filter(|_| number.is_f64()).and_then(whole) {
                Some(integer) => integer.into(),
                None => value.clone(),
            }
        }
        _ => value.clone(),
    }
}

/// The compiled schema of a kind's spec.
fn shape(kind: Kind) -> &'static Shape {
    static SHAPES: OnceLock<[Shape; Kind::ALL.len()]> = OnceLock::new();
    static NOTHING: Shape = Shape::nothing();
    let shapes = SHAPES.get_or_init(|| {
        Kind::ALL.map(|kind| match structural(kind).pointer("/properties/spec") {
            Some(schema) => Shape::compile(schema, kind, "spec"),
            None => Shape::nothing(),
        })
    });
    // `Kind::ALL` lists the kinds in the order of their discriminants.
    shapes.get(kind as usize).unwrap_or(&NOTHING)
}
