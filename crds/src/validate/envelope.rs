//! The outermost fields of a document: version and kind.

use gradus_engine::key::Kind;
use serde_json::Value;

use super::findings::Findings;
use super::nearest::suggestion;
use super::path::Path;
use crate::api::{API_VERSION, GROUP};

const FIELDS: [&str; 5] = ["apiVersion", "kind", "metadata", "spec", "status"];

/// The kind of a document of Gradus.
///
/// # Errors
///
/// Why it is not a document of Gradus.
pub(super) fn kind(value: &Value) -> Result<Kind, Findings> {
    let mut found = Findings::default();
    if !value.is_object() {
        found.add(
            "TypeInvalid",
            &Path::root(),
            "the document is not a map",
            format!("begin with apiVersion: {API_VERSION} and kind:"),
        );
        return Err(found);
    }
    check_version(value.get("apiVersion"), &mut found);
    match read_kind(value.get("kind"), &mut found) {
        Some(kind) if found.is_empty() => Ok(kind),
        _ => Err(found),
    }
}

fn check_version(version: Option<&Value>, found: &mut Findings) {
    let (code, message) = match version {
        Some(Value::String(version)) if version == API_VERSION => return,
        Some(Value::String(version)) if version.split('/').next() == Some(GROUP) => {
            ("WrongVersion", format!("unknown version {version:?}"))
        }
        Some(Value::String(version)) => (
            "WrongVersion",
            format!("{version:?} is not an API version of Gradus"),
        ),
        Some(Value::Null) | None => ("Required", "apiVersion is missing".to_owned()),
        Some(other) => ("TypeInvalid", format!("expected text, found {other}")),
    };
    let help = format!("write apiVersion: {API_VERSION}");
    found.add(code, &Path::root().field("apiVersion"), message, help);
}

fn read_kind(kind: Option<&Value>, found: &mut Findings) -> Option<Kind> {
    let known = Kind::ALL.iter().map(|kind| kind.as_str());
    let (code, message, help) = match kind {
        Some(Value::String(text)) => {
            if let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.as_str() == text) {
                return Some(kind);
            }
            let message = format!("unknown kind {text:?}");
            ("UnknownKind", message, suggestion(text, known))
        }
        Some(Value::Null) | None => {
            let message = "kind is missing".to_owned();
            ("Required", message, suggestion("", known))
        }
        Some(other) => {
            let message = format!("expected text, found {other}");
            ("TypeInvalid", message, suggestion("", known))
        }
    };
    found.add(code, &Path::root().field("kind"), message, help);
    None
}

/// Adds the outermost fields that no document has.
pub(super) fn check_fields(value: &Value, found: &mut Findings) {
    let Value::Object(fields) = value else {
        return;
    };
    let unknown = |name: &&String| !FIELDS.contains(&name.as_str());
    for name in fields.keys().filter(unknown) {
        found.add(
            "UnknownField",
            &Path::root().field(name),
            format!("unknown field {name}"),
            suggestion(name, FIELDS.into_iter()),
        );
    }
}
