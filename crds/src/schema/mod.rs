//! The schemas: generated from the types, contained in the CRDs, printed for editors, and walked by the native
//! validation.

mod chart;
mod definition;
mod editor;
mod rewrite;
mod structural;

use gradus_engine::key::Kind;
use serde_json::Value;

pub use definition::{definition, plural};
pub use editor::{combined, editor_schema};
pub use structural::structural;

/// Every generated file: its path from the repository's root, and its text.
pub fn generated() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for kind in Kind::ALL {
        let (name, plural) = (kind.as_str().to_lowercase(), plural(kind));
        let definition = yaml(&definition(kind));
        files.push((
            format!("charts/gradus/templates/crds/{plural}.yaml"),
            chart::template(&definition),
        ));
        files.push((
            format!("crds/generated/gradus.dev_{plural}.yaml"),
            definition,
        ));
        files.push((
            format!("crds/schemas/{name}.json"),
            pretty(&editor_schema(kind)),
        ));
    }
    files.push(("crds/schemas/gradus.json".to_owned(), pretty(&combined())));
    files.sort();
    files
}

fn yaml(value: &Value) -> String {
    let text = serde_saphyr::to_string(value).unwrap_or_default();
    format!("# Generated from the types of gradus-crds; do not edit.\n{text}")
}

fn pretty(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
