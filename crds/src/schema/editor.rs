//! JSON Schema for editors: the same limits, and stricter where a cluster prunes: an editor marks an unknown field
//! while it is typed.

use gradus_engine::key::Kind;
use serde_json::{Map, Value, json};

use super::structural::structural;
use crate::api::API_VERSION;

/// The dialect that most editors support.
const DIALECT: &str = "http://json-schema.org/draft-07/schema#";

/// The schema of one kind.
pub fn editor_schema(kind: Kind) -> Value {
    let mut schema = document(kind);
    if let Some(fields) = schema.as_object_mut() {
        fields.insert("$schema".to_owned(), DIALECT.into());
        fields.insert("title".to_owned(), kind.as_str().into());
    }
    schema
}

/// One schema for every kind, chosen by `kind`.
pub fn combined() -> Value {
    let definitions: Map<String, Value> = Kind::ALL
        .iter()
        .map(|kind| (kind.as_str().to_owned(), document(*kind)))
        .collect();
    let choices: Vec<Value> = Kind::ALL
        .iter()
        .map(|kind| {
            json!({
                "if": {"required": ["kind"], "properties": {"kind": {"const": kind.as_str()}}},
                "then": {"$ref": format!("#/definitions/{kind}")},
            })
        })
        .collect();
    json!({
        "$schema": DIALECT,
        "title": "Gradus",
        "type": "object",
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "properties": {
            "apiVersion": {"const": API_VERSION},
            "kind": {"enum": Kind::ALL.map(Kind::as_str)},
        },
        "allOf": choices,
        "definitions": definitions,
    })
}

/// A whole document of one kind.
fn document(kind: Kind) -> Value {
    let mut schema = strict(structural(kind));
    if let Some(fields) = schema.as_object_mut() {
        fields.insert(
            "required".to_owned(),
            json!(["apiVersion", "kind", "metadata", "spec"]),
        );
    }
    if let Some(properties) = schema
        .pointer_mut("/properties")
        .and_then(Value::as_object_mut)
    {
        properties.insert("apiVersion".to_owned(), json!({"const": API_VERSION}));
        properties.insert("kind".to_owned(), json!({"const": kind.as_str()}));
        // Status is the operator's to write; a document that was read from a cluster carries it.
        properties.insert("status".to_owned(), json!({"type": "object"}));
    }
    if let Some(metadata) = schema
        .pointer_mut("/properties/metadata")
        .and_then(Value::as_object_mut)
    {
        metadata.insert("required".to_owned(), json!(["name"]));
        metadata.remove("additionalProperties");
    }
    schema
}

/// A structural schema without what only an API server reads, and with unknown fields refused.
fn strict(schema: &Value) -> Value {
    let Value::Object(fields) = schema else {
        return schema.clone();
    };
    if fields.contains_key("x-kubernetes-preserve-unknown-fields") {
        return fact(fields);
    }
    let is_text = fields.get("type") == Some(&json!("string"));
    let mut out: Map<String, Value> = fields
        .iter()
        .filter(|(key, _)| !key.starts_with("x-kubernetes-"))
        // What refuses a list in place of a text, which an editor refuses by type.
        .filter(|(key, _)| !(is_text && key.ends_with("Items")))
        .map(|(key, value)| match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                let properties = properties
                    .iter()
                    .map(|(name, property)| (name.clone(), strict(property)));
                (key.clone(), Value::Object(properties.collect()))
            }
            ("items" | "additionalProperties", part) => (key.clone(), strict(part)),
            _ => (key.clone(), value.clone()),
        })
        .collect();
    if out.contains_key("properties") {
        out.insert("additionalProperties".to_owned(), false.into());
    }
    Value::Object(out)
}

/// The value of a fact, said by type: an editor has no need of contradictions.
fn fact(fields: &Map<String, Value>) -> Value {
    let mut out: Map<String, Value> = ["maxLength", "minimum", "maximum"]
        .iter()
        .filter_map(|key| {
            fields
                .get(*key)
                .map(|value| ((*key).to_owned(), value.clone()))
        })
        .collect();
    out.insert("type".to_owned(), json!(["string", "integer", "boolean"]));
    Value::Object(out)
}
