//! Metadata: names and labels as an API server accepts them.

use std::sync::OnceLock;

use gradus_engine::key::Kind;
use regex::Regex;
use serde_json::{Map, Value};

use super::findings::Findings;
use super::nearest::suggestion;
use super::path::Path;
use crate::words::{KEBAB, SUBDOMAIN};

/// Fields that metadata may have. Gradus reads only some, but a document copied from a cluster has them all.
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

/// Adds what is wrong with the metadata of an object of a kind.
pub(super) fn check(kind: Kind, metadata: Option<&Value>, found: &mut Findings) {
    let root = Path::root();
    let path = root.field("metadata");
    let fields = match metadata {
        Some(Value::Object(fields)) => fields,
        Some(Value::Null) | None => {
            let help = "write metadata: {name: …}";
            found.add("Required", &path, "metadata is missing", help);
            return;
        }
        Some(other) => {
            let message = format!("expected a map, found {other}");
            found.add("TypeInvalid", &path, message, "write metadata: {name: …}");
            return;
        }
    };
    let unknown = |name: &&String| !FIELDS.contains(&name.as_str());
    for name in fields.keys().filter(unknown) {
        found.add(
            "UnknownField",
            &path.field(name),
            format!("unknown field {name}"),
            suggestion(name, FIELDS.into_iter()),
        );
    }
    check_name(kind, fields.get("name"), &path, found);
    check_namespace(kind, fields.get("namespace"), &path, found);
    check_server_fields(fields, &path, found);
    check_labels(fields.get("labels"), &path.field("labels"), found);
    check_texts(fields.get("annotations"), &path.field("annotations"), found);
}

fn check_name(kind: Kind, name: Option<&Value>, path: &Path<'_>, found: &mut Findings) {
    let path = path.field("name");
    let (pattern, longest, help) = if kind == Kind::Capability {
        (
            &patterns().kebab,
            63,
            "write at most 63 lower-case letters, digits and hyphens, such as remote-access-vpn",
        )
    } else {
        (
            &patterns().subdomain,
            253,
            "write at most 253 lower-case letters, digits, hyphens and dots, such as infram-2018",
        )
    };
    match name {
        None | Some(Value::Null) => {
            found.add(
                "Required",
                &path,
                "name is missing",
                "write metadata: {name: …}",
            );
        }
        Some(Value::String(name)) if is_name(name, pattern.as_ref(), longest) => {}
        Some(Value::String(name)) => {
            found.add(
                "InvalidName",
                &path,
                format!("{name:?} is not a valid name"),
                help,
            );
        }
        Some(other) => add_not_text(other, &path, found),
    }
}

fn check_namespace(kind: Kind, namespace: Option<&Value>, path: &Path<'_>, found: &mut Findings) {
    let path = path.field("namespace");
    match namespace {
        None | Some(Value::Null) => {}
        Some(_) if !kind.namespaced() => {
            let message = format!("a {kind} is cluster-scoped and has no namespace");
            found.add("Invalid", &path, message, "remove namespace");
        }
        Some(Value::String(name)) if is_name(name, patterns().kebab.as_ref(), 63) => {}
        Some(Value::String(name)) => found.add(
            "InvalidName",
            &path,
            format!("{name:?} is not a valid namespace"),
            "write at most 63 lower-case letters, digits and hyphens",
        ),
        Some(other) => add_not_text(other, &path, found),
    }
}

/// A field that an API server writes and Gradus reads.
struct ServerField {
    name: &'static str,
    expected: &'static str,
    accepts: fn(&Value) -> bool,
}

const SERVER_FIELDS: [ServerField; 3] = [
    ServerField {
        name: "uid",
        expected: "text",
        accepts: Value::is_string,
    },
    ServerField {
        name: "generation",
        expected: "a whole number",
        accepts: Value::is_i64,
    },
    ServerField {
        name: "creationTimestamp",
        expected: "an instant",
        accepts: |value| {
            let text = value.as_str();
            text.is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok())
        },
    },
];

fn check_server_fields(fields: &Map<String, Value>, path: &Path<'_>, found: &mut Findings) {
    for field in &SERVER_FIELDS {
        let value = fields.get(field.name).filter(|value| !value.is_null());
        if let Some(value) = value.filter(|value| !(field.accepts)(value)) {
            let message = format!("expected {}, found {value}", field.expected);
            let help = "remove it; an API server writes it";
            found.add("TypeInvalid", &path.field(field.name), message, help);
        }
    }
}

fn check_labels(labels: Option<&Value>, path: &Path<'_>, found: &mut Findings) {
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
            found.add(
                "Invalid",
                &path.field(key),
                format!("{key}: {value} is not a valid label"),
                "write at most 63 letters, digits, '-', '_' and '.'; a key may have a prefix such as example.org/",
            );
        }
    }
}

/// A map of texts.
fn check_texts(map: Option<&Value>, path: &Path<'_>, found: &mut Findings) {
    match map {
        None | Some(Value::Null) => {}
        Some(Value::Object(map)) => {
            let wrong = |value: &Value| !value.is_string() && !value.is_null();
            for (key, value) in map.iter().filter(|(_, value)| wrong(value)) {
                add_not_text(value, &path.field(key), found);
            }
        }
        Some(other) => {
            let message = format!("expected a map of texts, found {other}");
            let help = "write one key: value a line below it, indented";
            found.add("TypeInvalid", path, message, help);
        }
    }
}

fn add_not_text(value: &Value, path: &Path<'_>, found: &mut Findings) {
    let message = format!("expected text, found {value}");
    found.add("TypeInvalid", path, message, "put it in quotes");
}

fn is_name(name: &str, pattern: Option<&Regex>, longest: usize) -> bool {
    name.len() <= longest && pattern.is_none_or(|pattern| pattern.is_match(name))
}
