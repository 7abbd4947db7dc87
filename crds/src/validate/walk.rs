//! Compares a value with a shape, field by field. Every finding has its path, and one wrong field hides no other.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::findings::Findings;
use super::nearest::suggestion;
use super::path::Path;
use super::scalar;
use super::shape::{Form, Shape, Unique};
use crate::rules::{NativeCheck, Rule};

/// Adds everything that is wrong with a value.
pub(super) fn check(shape: &Shape, value: &Value, path: &Path<'_>, found: &mut Findings) {
    form(&shape.form, value, path, found);
    if let Value::Object(fields) = value {
        for clash in shape.unions.iter().filter_map(|union| union.check(fields)) {
            found.add("Invalid", path, clash.message, clash.help);
        }
    }
    for rule in &shape.rules {
        check_rule(rule, value, path, found);
    }
}

fn form(form: &Form, value: &Value, path: &Path<'_>, found: &mut Findings) {
    match (form, value) {
        (Form::Anything, _) | (Form::Boolean, Value::Bool(_)) => {}
        (
            Form::Object {
                properties,
                required,
                least,
            },
            Value::Object(fields),
        ) => {
            properties_of(properties, fields, path, found);
            missing(required, fields, path, found);
            if least.is_some_and(|least| set(fields) < least) {
                let help = "write at least one field, or leave it out";
                found.add("Invalid", path, "the map is empty", help);
            }
        }
        (Form::Map { values, most }, Value::Object(entries)) => {
            map(values, *most, entries, path, found);
        }
        (
            Form::List {
                items,
                least,
                most,
                unique,
            },
            Value::Array(list),
        ) => {
            list_length(list.len() as u64, *least, *most, path, found);
            for (index, item) in list.iter().enumerate() {
                check(items, item, &path.index(index), found);
            }
            duplicates(unique, list, path, found);
        }
        (Form::Word(words), Value::String(text)) => scalar::word(words, text, path, found),
        (Form::Text(limits), Value::String(text)) => scalar::text(limits, text, path, found),
        (Form::Integer { lowest, highest }, Value::Number(_)) => {
            scalar::integer(value, (*lowest, *highest), path, found);
        }
        (Form::Fact(limits), _) => scalar::fact(limits, value, path, found),
        (form, value) => scalar::wrong_type(form, value, path, found),
    }
}

fn properties_of(
    properties: &BTreeMap<String, Shape>,
    fields: &Map<String, Value>,
    path: &Path<'_>,
    found: &mut Findings,
) {
    for (name, field) in fields {
        let path = path.field(name);
        match properties.get(name) {
            Some(_) if field.is_null() => {}
            Some(property) => check(property, field, &path, found),
            None => found.add(
                "UnknownField",
                &path,
                format!("unknown field {name}"),
                suggestion(name, properties.keys().map(String::as_str)),
            ),
        }
    }
}

fn missing(
    required: &[String],
    fields: &Map<String, Value>,
    path: &Path<'_>,
    found: &mut Findings,
) {
    let is_missing = |name: &&String| fields.get(name.as_str()).is_none_or(Value::is_null);
    for name in required.iter().filter(is_missing) {
        found.add(
            "Required",
            &path.field(name),
            format!("{name} is missing"),
            format!("add {name}:"),
        );
    }
}

fn map(
    values: &Shape,
    most: Option<u64>,
    entries: &Map<String, Value>,
    path: &Path<'_>,
    found: &mut Findings,
) {
    let count = set(entries);
    if let Some(most) = most.filter(|most| count > *most) {
        let message = format!("the map has {count} entries");
        found.add("TooMany", path, message, format!("write at most {most}"));
    }
    let facts = matches!(values.form, Form::Fact(_));
    for (name, value) in entries.iter().filter(|(_, value)| !value.is_null()) {
        let path = path.field(name);
        if facts {
            scalar::fact_name(name, &path, found);
        }
        check(values, value, &path, found);
    }
}

fn list_length(
    length: u64,
    least: Option<u64>,
    most: Option<u64>,
    path: &Path<'_>,
    found: &mut Findings,
) {
    let items = if length == 1 { "item" } else { "items" };
    let message = format!("the list has {length} {items}");
    if let Some(most) = most.filter(|most| length > *most) {
        let help = format!("write at most {most}");
        found.add("TooMany", path, message, help);
    } else if let Some(least) = least.filter(|least| length < *least) {
        let help = format!("write at least {least}, or leave the list out");
        found.add("Invalid", path, message, help);
    }
}

fn duplicates(unique: &Unique, list: &[Value], path: &Path<'_>, found: &mut Findings) {
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, item) in list.iter().enumerate() {
        let identity = match unique {
            Unique::Not => return,
            Unique::Whole => item.as_str(),
            Unique::By(field) => item.get(field).and_then(Value::as_str),
        };
        let Some(identity) = identity else { continue };
        let times = times.entry(identity).or_default();
        *times += 1;
        // Why: an item that is listed a thousand times is one mistake, and one finding.
        if *times == 2 {
            let message = format!("{identity} is listed more than once");
            found.add("Duplicate", &path.index(index), message, "keep one of them");
        }
    }
}

fn check_rule(rule: &Rule, value: &Value, path: &Path<'_>, found: &mut Findings) {
    let NativeCheck::Fault(fault) = rule.check else {
        return;
    };
    let Some(message) = fault(value) else {
        return;
    };
    match rule.field {
        Some(field) => found.add("Invalid", &path.field(field), message, rule.message),
        None => found.add("Invalid", path, message, rule.message),
    }
}

/// How many fields are set. A null counts as left out, as it does for the API server.
fn set(fields: &Map<String, Value>) -> u64 {
    fields.values().filter(|field| !field.is_null()).count() as u64
}
