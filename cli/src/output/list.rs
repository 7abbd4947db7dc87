//! Objects as Kubernetes tools read them.

use serde_json::{Value, json};

/// A `List` of whole objects.
pub(crate) fn list(items: impl IntoIterator<Item = Value>) -> Value {
    let items: Vec<Value> = items.into_iter().collect();
    json!({"apiVersion": "v1", "kind": "List", "items": items})
}
