//! Reads the keywords of a schema.

use serde_json::Value;

/// The texts of a list at a key.
pub(super) fn texts(schema: &Value, key: &str) -> impl Iterator<Item = String> {
    let list = schema.get(key).and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
}

/// The count at a key.
pub(super) fn count(schema: &Value, key: &str) -> Option<u64> {
    schema.get(key).and_then(Value::as_u64)
}

/// The whole number at a key; `otherwise` when there is none.
pub(super) fn integer(schema: &Value, key: &str, otherwise: i64) -> i64 {
    schema.get(key).and_then(Value::as_i64).unwrap_or(otherwise)
}
