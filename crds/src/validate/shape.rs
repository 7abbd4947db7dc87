//! A structural schema, compiled once: what a value is compared with.

use std::collections::{BTreeMap, BTreeSet};

use gradus_engine::key::Kind;
use regex::Regex;
use serde_json::Value;

use super::keyword::{count, integer, texts};
use super::union::Union;
use crate::rules::{self, Rule};

/// What is allowed at one place of a document.
pub(super) struct Shape {
    /// The type, with its limits.
    pub(super) form: Form,
    /// Which fields can be combined.
    pub(super) unions: Vec<Union>,
    /// The rules over several fields.
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
    Text(TextLimits),
    /// One of a closed list of words.
    Word(BTreeSet<String>),
    /// A whole number.
    Integer { lowest: i64, highest: i64 },
    /// `true` or `false`.
    Boolean,
    /// The value of a fact: text, a whole number, `true` or `false`.
    Fact(FactLimits),
    /// Any value: the schema does not restrict it.
    Anything,
}

/// The limits of the value of a fact.
pub(super) struct FactLimits {
    /// The longest text, in characters.
    pub(super) longest: u64,
    /// The lowest number.
    pub(super) lowest: i64,
    /// The highest number.
    pub(super) highest: i64,
}

/// The limits of a text.
pub(super) struct TextLimits {
    /// The shortest, in characters.
    pub(super) least: Option<u64>,
    /// The longest, in characters.
    pub(super) most: Option<u64>,
    /// What the whole text must match.
    pub(super) pattern: Option<Regex>,
    /// What the text means.
    pub(super) format: Format,
}

/// What makes an item of a list unique.
pub(super) enum Unique {
    /// Nothing: items may repeat.
    Not,
    /// The item itself.
    Whole,
    /// One of its fields.
    By(String),
}

/// What a text means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Any text.
    Plain,
    /// A calendar day.
    Day,
}

impl Shape {
    /// The shape of a place that the schema does not restrict.
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
        return Form::Fact(FactLimits {
            longest: count(schema, "maxLength").unwrap_or(u64::MAX),
            lowest: integer(schema, "minimum", i64::MIN),
            highest: integer(schema, "maximum", i64::MAX),
        });
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
            most: count(schema, "maxProperties"),
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
        least: count(schema, "minProperties"),
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
        least: count(schema, "minItems"),
        most: count(schema, "maxItems"),
        unique,
    }
}

fn text(schema: &Value) -> Form {
    if schema.get("enum").is_some() {
        return Form::Word(texts(schema, "enum").collect());
    }
    Form::Text(TextLimits {
        least: count(schema, "minLength"),
        most: count(schema, "maxLength"),
        // A test holds that every pattern of the schemas compiles.
        pattern: schema
            .get("pattern")
            .and_then(Value::as_str)
            .and_then(|pattern| Regex::new(pattern).ok()),
        format: match schema.get("format").and_then(Value::as_str) {
            Some("date") => Format::Day,
            _ => Format::Plain,
        },
    })
}
