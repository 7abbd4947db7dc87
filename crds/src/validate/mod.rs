//! Native validation: the twin of what an API server does with our CRDs, and the rest of what a
//! folder must say itself. It walks the same schema that the CRDs carry, so that the two cannot drift.

mod envelope;
mod metadata;
mod nearest;
mod path;
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
use path::Path;
use shape::Shape;

/// What is wrong with a document, everything at once; nothing when it can be decoded.
///
/// Findings of CEL rules come only where the schema has none, as an API server reports them.
pub fn validate(value: &Value) -> Vec<Diagnostic> {
    match envelope::kind(value) {
        Ok(kind) => document(kind, value),
        Err(wrong) => wrong,
    }
}

/// What is wrong with a document of a known kind.
pub(crate) fn document(kind: Kind, value: &Value) -> Vec<Diagnostic> {
    let mut found = envelope::fields(value);
    metadata::check(kind, value.get("metadata"), &mut found);
    let root = Path::root();
    let spec = root.field("spec");
    match value.get("spec") {
        None | Some(Value::Null) => found.push(
            Diagnostic::error("Required", "spec", "the document has no spec")
                .with_help("write what the object says under spec:"),
        ),
        Some(value) => walk::check(shape(kind), value, &spec, &mut found),
    }
    found
}

/// The kind of a document that is one of ours.
///
/// # Errors
///
/// Why it is none.
pub(crate) fn kind(value: &Value) -> Result<Kind, Vec<Diagnostic>> {
    envelope::kind(value)
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
