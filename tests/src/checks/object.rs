//! Reading objects as plain JSON, as lenient as the tools that read them.

use serde_json::Value;

/// The text at a JSON pointer.
pub(super) fn text<'a>(object: &'a Value, pointer: &str) -> Option<&'a str> {
    object.pointer(pointer)?.as_str()
}

/// The whole number at a JSON pointer, when it is there and none is negative.
pub(super) fn count(object: &Value, pointer: &str) -> Option<u64> {
    object.pointer(pointer)?.as_u64()
}

/// The list at a JSON pointer; empty when there is none.
pub(super) fn list<'a>(object: &'a Value, pointer: &str) -> &'a [Value] {
    object
        .pointer(pointer)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// The conditions of an object.
pub(super) fn conditions(object: &Value) -> &[Value] {
    list(object, "/status/conditions")
}

/// The condition of a type.
pub(super) fn condition<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    conditions(object)
        .iter()
        .find(|condition| condition["type"] == kind)
}

/// The object in a sentence: kind, namespace and name.
pub(super) fn title(object: &Value) -> String {
    let kind = text(object, "/kind").unwrap_or("object");
    let name = text(object, "/metadata/name").unwrap_or("without a name");
    match text(object, "/metadata/namespace") {
        Some(namespace) => format!("{kind} {namespace}/{name}"),
        None => format!("{kind} {name}"),
    }
}
