//! Metadata: names and labels as an API server takes them.

use std::sync::OnceLock;

use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::key::Kind;
use regex::Regex;
use serde_json::{Map, Value};

use super::nearest::instead;
use super::path::Path;
use crate::words::{KEBAB, SUBDOMAIN};

/// What metadata may hold, read by us or not: a document that was read from a cluster has all of it.
const FIELDS: [&str; 15] = [
    "name",
    "namespace",
    "labels",
    "annotations",
    "uid",
    "generation",
    "creationTimestamp",
    "resourceVersion",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "finalizers",
    "generateName",
    "managedFields",
    "ownerReferences",
    "selfLink",
];

/// The pattern of the last part of a label's key, and of its value when there is one.
const LABEL: &str = "^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$";

struct Patterns {
    kebab: Option<Regex>,
    subdomain: Option<Regex>,
    label: Option<Regex>,
}

fn patterns() -> &'static Patterns {
    static PATTERNS: OnceLock<Patterns> = OnceLock::new();
    PATTERNS.get_or_init(|| Patterns {
        kebab: Regex::new(KEBAB).ok(),
        subdomain: Regex::new(SUBDOMAIN).ok(),
        label: Regex::new(LABEL).ok(),
    })
}

/// What is wrong with the metadata of an object of a kind.
pub(super) fn check(kind: Kind, metadata: Option<&Value>, found: &mut Vec<Diagnostic>) {
    let root = Path::root();
    let path = root.field("metadata");
    let Some(Value::Object(fields)) = metadata else {
        let code = if metadata.is_none_or(Value::is_null) {
            "Required"
        } else {
            "TypeInvalid"
        };
        found.push(
            Diagnostic::error(code, path.to_string(), "the document has no metadata")
                .with_help("write metadata: {name: …}"),
        );
        return;
    };
    for name in fields
        .keys()
        .filter(|name| !FIELDS.contains(&name.as_str()))
    {
        found.push(
            Diagnostic::error(
                "UnknownField",
                path.field(name).to_string(),
                format!("metadata has no field {name}"),
            )
            .with_help(instead(name, FIELDS.into_iter())),
        );
    }
    check_name(kind, fields.get("name"), &path, found);
    check_namespace(kind, fields.get("namespace"), &path, found);
    check_typed(fields, &path, found);
    check_labels(fields.get("labels"), &path.field("labels"), found);
    check_texts(fields.get("annotations"), &path.field("annotations"), found);
}

fn check_name(kind: Kind, name: Option<&Value>, path: &Path<'_>, found: &mut Vec<Diagnostic>) {
    let path = path.field("name");
    let (pattern, longest, form) = if kind == Kind::Capability {
        (
            &patterns().kebab,
            63,
            "lower-case letters, digits and hyphens, at most 63, such as remote-access-vpn",
        )
    } else {
        (
            &patterns().subdomain,
            253,
            "lower-case letters, digits, hyphens and dots, at most 253, such as infram-2018",
        )
    };
    match name {
        None | Some(Value::Null) => found.push(
            Diagnostic::error("Required", path.to_string(), "the object has no name")
                .with_help("write metadata: {name: …}"),
        ),
        Some(Value::String(name)) if is_name(name, pattern.as_ref(), longest) => {}
        Some(Value::String(name)) => found.push(
            Diagnostic::error(
                "InvalidName",
                path.to_string(),
                format!("{name:?} cannot be a name"),
            )
            .with_help(format!("a name is {form}")),
        ),
        Some(_) => found.push(
            Diagnostic::error("TypeInvalid", path.to_string(), "a name is text")
                .with_help("put it in quotes"),
        ),
    }
}

fn check_namespace(
    kind: Kind,
    namespace: Option<&Value>,
    path: &Path<'_>,
    found: &mut Vec<Diagnostic>,
) {
    let path = path.field("namespace");
    match namespace {
        None | Some(Value::Null) => {}
        Some(_) if !kind.namespaced() => found.push(
            Diagnostic::error(
                "Invalid",
                path.to_string(),
                format!("a {kind} is in no namespace"),
            )
            .with_help("leave it out: it is there for every namespace"),
        ),
        Some(Value::String(name)) if is_name(name, patterns().kebab.as_ref(), 63) => {}
        Some(Value::String(name)) => found.push(
            Diagnostic::error(
                "InvalidName",
                path.to_string(),
                format!("{name:?} cannot be a namespace"),
            )
            .with_help("a namespace is lower-case letters, digits and hyphens, at most 63"),
        ),
        Some(_) => found.push(
            Diagnostic::error("TypeInvalid", path.to_string(), "a namespace is text")
                .with_help("put it in quotes"),
        ),
    }
}

/// Fields that a cluster writes and we read.
fn check_typed(fields: &Map<String, Value>, path: &Path<'_>, found: &mut Vec<Diagnostic>) {
    let wrong = |name: &str, what: &str| {
        Diagnostic::error(
            "TypeInvalid",
            path.field(name).to_string(),
            format!("{name} is {what}"),
        )
        .with_help("leave it out: a cluster writes it")
    };
    let unlike = |name: &str, like: fn(&Value) -> bool| {
        fields
            .get(name)
            .is_some_and(|value| !value.is_null() && !like(value))
    };
    if unlike("uid", Value::is_string) {
        found.push(wrong("uid", "text"));
    }
    if unlike("generation", Value::is_i64) {
        found.push(wrong("generation", "a whole number"));
    }
    let instant = |value: &Value| {
        value
            .as_str()
            .is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok())
    };
    if unlike("creationTimestamp", instant) {
        found.push(wrong("creationTimestamp", "an instant"));
    }
}

fn check_labels(labels: Option<&Value>, path: &Path<'_>, found: &mut Vec<Diagnostic>) {
    check_texts(labels, path, found);
    let Some(Value::Object(labels)) = labels else {
        return;
    };
    let pattern = patterns().label.as_ref();
    for (key, value) in labels {
        let (prefix, last) = key
            .split_once('/')
            .map_or((None, key.as_str()), |(prefix, last)| (Some(prefix), last));
        let key_holds = is_name(last, pattern, 63)
            && prefix.is_none_or(|prefix| is_name(prefix, patterns().subdomain.as_ref(), 253));
        let value_holds = value
            .as_str()
            .is_none_or(|value| value.is_empty() || is_name(value, pattern, 63));
        if !key_holds || !value_holds {
            found.push(
                Diagnostic::error("Invalid", path.field(key).to_string(), format!("{key}: {value} cannot be a label"))
                    .with_help("keys and values are letters, digits, '-', '_' and '.', at most 63; a key may have a prefix such as example.org/"),
            );
        }
    }
}

/// A map of texts.
fn check_texts(map: Option<&Value>, path: &Path<'_>, found: &mut Vec<Diagnostic>) {
    match map {
        None | Some(Value::Null) => {}
        Some(Value::Object(map)) => {
            for (key, value) in map
                .iter()
                .filter(|(_, value)| !value.is_string() && !value.is_null())
            {
                found.push(
                    Diagnostic::error(
                        "TypeInvalid",
                        path.field(key).to_string(),
                        format!("{value} is no text"),
                    )
                    .with_help("put it in quotes"),
                );
            }
        }
        Some(_) => found.push(Diagnostic::error(
            "TypeInvalid",
            path.to_string(),
            "this is a map of texts",
        )),
    }
}

fn is_name(name: &str, pattern: Option<&Regex>, longest: usize) -> bool {
    name.len() <= longest && pattern.is_none_or(|pattern| pattern.is_match(name))
}
