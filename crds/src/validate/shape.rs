//! A structural schema, compiled once for walking: what [`super::walk`] holds a value against.

use std::collections::{BTreeMap, BTreeSet};

use gradus_engine::key::Kind;
use regex::Regex;
use serde_json::Value;

use super::union::Union;
use crate::rules::{self, Rule};

/// What is allowed at one place.
pub(super) struct Shape {
    /// The type's own part.
    pub(super) form: Form,
    /// Which fields go together.
    pub(super) unions: Vec<Union>,
    /// The rules that are held here.
    pub(super) rules: Vec<&'static Rule>,
}

/// A type, with its limits.
pub(super) enum Form {
    /// A map with known fields.
    Object {
        properties: BTreeMap<String, Shape>,
        required: Vec<String>,
        least: Option<u64>,
    },
    /// A map with any keys.
    Map {
        values: Box<Shape>,
        most: Option<u64>,
    },
    /// A list.
    List {
        items: Box<Shape>,
        least: Option<u64>,
        most: Option<u64>,
        unique: Unique,
    },
    /// Text.
    Text {
        least: Option<u64>,
        most: Option<u64>,
        pattern: Option<Regex>,
        format: Format,
    },
    /// One of a closed list of words.
    Word(BTreeSet<String>),
    /// A whole number.
    Integer { lowest: i64, highest: i64 },
    /// Yes or no.
    Boolean,
    /// A fact: text, a whole number, or yes and no.
    Fact {
        longest: u64,
        lowest: i64,
        highest: i64,
    },
    /// Anything: the schema says nothing here.
    Anything,
}

/// What makes the items of a list one of a kind.
pub(super) enum Unique {
    /// Nothing: items may repeat.
    Not,
    /// The item itself.
    Whole,
    /// One of its fields.
    By(String),
}

/// What the text stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Only itself.
    Plain,
    /// A calendar day.
    Day,
}

impl Shape {
    /// Where nothing is asked.
    pub(super) const fn nothing() -> Self {
        Self {
            form: Form::Anything,
            unions: Vec::new(),
            rules: Vec::new(),
        }
    }

    /// Compiles the schema at a place of a kind.
    pub(super) fn compile(schema: &Value, kind: Kind, place: &str) -> Self {
        Self {
            form: form(schema, kind, place),
            unions: Union::all(schema),
            rules: rules::at(kind, place).collect(),
        }
    }
}

fn form(schema: &Value, kind: Kind, place: &str) -> Form {
    if schema.get("x-kubernetes-preserve-unknown-fields").is_some() {
        return Form::Fact {
            longest: number(schema, "maxLength").unwrap_or(u64::MAX),
            lowest: integer(schema, "minimum", i64::MIN),
            highest: integer(schema, "maximum", i64::MAX),
        };
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("object") => object(schema, kind, place),
        Some("array") => list(schema, kind, place),
        Some("string") => text(schema),
        Some("integer") => Form::Integer {
            lowest: integer(schema, "minimum", i64::MIN),
            highest: integer(schema, "maximum", i64::MAX),
        },
        Some("boolean") => Form::Boolean,
        _ => Form::Anything,
    }
}

fn object(schema: &Value, kind: Kind, place: &str) -> Form {
    if let Some(values) = schema.get("additionalProperties") {
        return Form::Map {
            values: Box::new(Shape::compile(values, kind, &format!("{place}{{}}"))),
            most: number(schema, "maxProperties"),
        };
    }
    let properties = schema.get("properties").and_then(Value::as_object);
    Form::Object {
        properties: properties
            .into_iter()
            .flatten()
            .map(|(name, property)| {
                (
                    name.clone(),
                    Shape::compile(property, kind, &format!("{place}.{name}")),
                )
            })
            .collect(),
        required: texts(schema, "required").collect(),
        least: number(schema, "minProperties"),
    }
}

fn list(schema: &Value, kind: Kind, place: &str) -> Form {
    let unique = match schema.get("x-kubernetes-list-type").and_then(Value::as_str) {
        Some("set") => Unique::Whole,
        Some("map") => texts(schema, "x-kubernetes-list-map-keys")
            .next()
            .map_or(Unique::Not, Unique::By),
        _ => Unique::Not,
    };
    let items = schema.get("items").unwrap_or(&Value::Null);
    Form::List {
        items: Box::new(Shape::compile(items, kind, &format!("{place}[]"))),
        least: number(schema, "minItems"),
        most: number(schema, "maxItems"),
        unique,
    }
}

fn text(schema: &Value) -> Form {
    if schema.get("enum").is_some() {
        return Form::Word(texts(schema, "enum").collect());
    }
    Form::Text {
        least: number(schema, "minLength"),
        most: number(schema, "maxLength"),
        // A test holds that every pattern of the schemas compiles.
        pattern: schema
            .get("pattern")
            .and_then(Value::as_str)
            .and_then(|pattern| Regex::new(pattern).ok()),
        format: match schema.get("format").and_then(Value::as_str) {
            Some("date") => Format::Day,
            _ => Format::Plain,
        },
    }
}

/// The texts of a list at a key.
pub(super) fn texts(schema: &Value, key: &str) -> impl Iterator<Item = String> {
    let list = schema.get(key).and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
}

fn number(schema: &Value, key: &str) -> Option<u64> {
    schema.get(key).and_then(Value::as_u64)
}

fn integer(schema: &Value, key: &str, otherwise: i64) -> i64 {
    schema.get(key).and_then(Value::as_i64).unwrap_or(otherwise)
}
