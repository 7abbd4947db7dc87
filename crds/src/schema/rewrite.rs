//! Rewrites the schema that the derive of a type generates into the structural form that an API server accepts:
//! one type everywhere, no nulls, no defaults, no references, every list with its type, every whole number with
//! its bounds, and the CEL rules in their places.

use gradus_engine::key::Kind;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::rules;
use crate::words::MAX_INTEGER;

/// The keywords that a structural schema keeps, besides those with schemas below them.
const KEPT: [&str; 22] = [
    "type",
    "format",
    "description",
    "required",
    "enum",
    "minimum",
    "maximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "oneOf",
    "anyOf",
    "not",
    "x-kubernetes-map-type",
    "x-kubernetes-list-type",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-preserve-unknown-fields",
];

/// The structural schema of a type, with the CEL rules of a kind when it is at a `place` of it.
pub(super) fn schema_of<T: JsonSchema>(place: Option<(Kind, &str)>) -> Value {
    let mut settings = SchemaSettings::draft2020_12();
    settings.inline_subschemas = true;
    let schema = settings.into_generator().into_root_schema_for::<T>();
    rewrite(schema.to_value(), place)
}

fn rewrite(schema: Value, place: Option<(Kind, &str)>) -> Value {
    let Value::Object(mut fields) = schema else {
        return Value::Object(Map::new());
    };
    unwrap_optional(&mut fields);
    flatten_words(&mut fields);
    let mut out: Map<String, Value> = KEPT
        .iter()
        .filter_map(|key| {
            fields
                .get(*key)
                .map(|value| ((*key).to_owned(), value.clone()))
        })
        .collect();
    bound_integer(&mut out);
    describe(&mut out);
    if out.get("type") == Some(&json!("array")) {
        out.entry("x-kubernetes-list-type")
            .or_insert_with(|| json!("atomic"));
    }
    rewrite_parts(&mut fields, &mut out, place);
    if let Some((kind, place)) = place {
        let rules: Vec<Value> = rules::at(kind, place)
            .map(rules::Rule::validation)
            .collect();
        if !rules.is_empty() {
            out.insert("x-kubernetes-validations".to_owned(), Value::Array(rules));
        }
    }
    Value::Object(out)
}

fn rewrite_parts(
    fields: &mut Map<String, Value>,
    out: &mut Map<String, Value>,
    place: Option<(Kind, &str)>,
) {
    if let Some(Value::Object(properties)) = fields.remove("properties") {
        let properties = properties
            .into_iter()
            .map(|(name, property)| {
                let below = place.map(|(kind, place)| (kind, format!("{place}.{name}")));
                let below = below.as_ref().map(|(kind, place)| (*kind, place.as_str()));
                (name, rewrite(property, below))
            })
            .collect();
        out.insert("properties".to_owned(), Value::Object(properties));
    }
    if let Some(items) = fields.remove("items") {
        let below = place.map(|(kind, place)| (kind, format!("{place}[]")));
        let below = below.as_ref().map(|(kind, place)| (*kind, place.as_str()));
        out.insert("items".to_owned(), rewrite(items, below));
    }
    if let Some(values @ Value::Object(_)) = fields.remove("additionalProperties") {
        out.insert("additionalProperties".to_owned(), rewrite(values, None));
    }
}

/// An optional field is one that is not required; it is never null.
fn unwrap_optional(fields: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = fields.get("type") {
        let kept = types.iter().find(|name| **name != json!("null")).cloned();
        fields.insert("type".to_owned(), kept.unwrap_or_default());
    }
    if let Some(Value::Array(words)) = fields.get_mut("enum") {
        words.retain(|word| !word.is_null());
    }
    let Some(Value::Array(branches)) = fields.get("anyOf") else {
        return;
    };
    let null = json!({"type": "null"});
    if !branches.contains(&null) {
        return;
    }
    let inner = branches.iter().find(|branch| **branch != null).cloned();
    fields.remove("anyOf");
    if let Some(Value::Object(inner)) = inner {
        for (key, value) in inner {
            fields.entry(key).or_insert(value);
        }
    }
}

/// A closed list whose words are documented comes as branches of one word each.
fn flatten_words(fields: &mut Map<String, Value>) {
    let Some(Value::Array(branches)) = fields.get("oneOf") else {
        return;
    };
    let words: Option<Vec<(Value, String)>> = branches
        .iter()
        .map(|branch| {
            let word = branch.get("const")?.clone();
            let about = branch
                .get("description")
                .and_then(Value::as_str)
                .unwrap_or_default();
            Some((word, about.to_owned()))
        })
        .collect();
    let Some(words) = words else { return };
    let about = fields
        .get("description")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let list: Vec<String> = words
        .iter()
        .map(|(word, about)| format!("`{}`: {about}", word.as_str().unwrap_or_default()))
        .collect();
    let description = format!("{about}\n\n{}", list.join("\n\n"));
    fields.remove("oneOf");
    fields.insert("type".to_owned(), json!("string"));
    fields.insert(
        "enum".to_owned(),
        words.into_iter().map(|(word, _)| word).collect(),
    );
    fields.insert("description".to_owned(), description.into());
}

/// Bounds whole numbers to what JSON carries exactly, and to the type that they are decoded into.
fn bound_integer(out: &mut Map<String, Value>) {
    if out.get("type") != Some(&json!("integer")) {
        return;
    }
    let (lowest, highest) = match out.get("format").and_then(Value::as_str) {
        Some("uint32") => (0, i64::from(u32::MAX)),
        Some("uint64") => (0, MAX_INTEGER),
        _ => (-MAX_INTEGER, MAX_INTEGER),
    };
    out.insert("format".to_owned(), json!("int64"));
    out.entry("minimum").or_insert(json!(lowest));
    out.entry("maximum").or_insert(json!(highest));
}

/// Joins the lines of a doc comment into paragraphs; an empty line begins another one.
fn describe(out: &mut Map<String, Value>) {
    let Some(Value::String(text)) = out.get("description") else {
        return;
    };
    let paragraphs: Vec<String> = text
        .split("\n\n")
        .map(|paragraph| {
            paragraph
                .lines()
                .map(str::trim)
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    out.insert("description".to_owned(), paragraphs.join("\n").into());
}
