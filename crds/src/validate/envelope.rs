//! The outermost fields of a document: version and kind.

use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::key::Kind;
use serde_json::Value;

use super::nearest::instead;
use crate::resource::{API_VERSION, GROUP};

const FIELDS: [&str; 5] = ["apiVersion", "kind", "metadata", "spec", "status"];

/// The kind of a document of ours.
pub(super) fn kind(value: &Value) -> Result<Kind, Vec<Diagnostic>> {
    if !value.is_object() {
        return Err(vec![
            Diagnostic::error("TypeInvalid", "", "a document is a map")
                .with_help(format!("begin with apiVersion: {API_VERSION} and kind:")),
        ]);
    }
    let mut wrong = Vec::new();
    check_version(value.get("apiVersion"), &mut wrong);
    let kind = read_kind(value.get("kind"), &mut wrong);
    match kind {
        Some(kind) if wrong.is_empty() => Ok(kind),
        _ => Err(wrong),
    }
}

fn check_version(version: Option<&Value>, wrong: &mut Vec<Diagnostic>) {
    let help = format!("write apiVersion: {API_VERSION}");
    match version {
        Some(Value::String(version)) if version == API_VERSION => {}
        Some(Value::String(version)) => {
            let message = if version.split('/').next() == Some(GROUP) {
                format!("there is no version {version:?} of our resources")
            } else {
                format!("{version:?} is not the API of Gradus")
            };
            wrong.push(Diagnostic::error("WrongVersion", "apiVersion", message).with_help(help));
        }
        Some(Value::Null) | None => {
            wrong.push(
                Diagnostic::error("Required", "apiVersion", "the document has no apiVersion")
                    .with_help(help),
            );
        }
        Some(_) => wrong.push(
            Diagnostic::error("TypeInvalid", "apiVersion", "a version is text").with_help(help),
        ),
    }
}

fn read_kind(kind: Option<&Value>, wrong: &mut Vec<Diagnostic>) -> Option<Kind> {
    let known = Kind::ALL.iter().map(|kind| kind.as_str());
    let (code, message, help) = match kind {
        Some(Value::String(text)) => {
            if let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.as_str() == text) {
                return Some(kind);
            }
            (
                "UnknownKind",
                format!("there is no kind {text:?}"),
                instead(text, known),
            )
        }
        Some(Value::Null) | None => (
            "Required",
            "the document has no kind".to_owned(),
            instead("", known),
        ),
        Some(_) => (
            "TypeInvalid",
            "a kind is text".to_owned(),
            instead("", known),
        ),
    };
    wrong.push(Diagnostic::error(code, "kind", message).with_help(help));
    None
}

/// Fields that no document has.
pub(super) fn fields(value: &Value) -> Vec<Diagnostic> {
    let Value::Object(fields) = value else {
        return Vec::new();
    };
    fields
        .keys()
        .filter(|name| !FIELDS.contains(&name.as_str()))
        .map(|name| {
            Diagnostic::error(
                "UnknownField",
                name.as_str(),
                format!("a document has no field {name}"),
            )
            .with_help(instead(name, FIELDS.into_iter()))
        })
        .collect()
}
