//! The form: a JSON Schema made from Grafana's published types, in which an unknown option is a mistake.

use std::sync::OnceLock;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use crate::support::promql::Mistake;

fn validator() -> &'static Validator {
    static VALIDATOR: OnceLock<Validator> = OnceLock::new();
    VALIDATOR.get_or_init(|| {
        let schema: Value =
            serde_json::from_str(include_str!("../../../schema/dashboard.schema.json")).unwrap();
        jsonschema::validator_for(&schema).unwrap()
    })
}

pub(super) fn check(dashboard: &Value) -> Vec<Mistake> {
    let errors = validator().iter_errors(dashboard);
    errors
        .map(|error| Mistake::new("form", innermost(&error)))
        .collect()
}

/// Of the alternatives that were tried, the one that got furthest says what is wrong.
fn innermost(error: &ValidationError<'_>) -> String {
    let alternatives = match error.kind() {
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
            context
        }
        _ => return format!("{} at {}", error, error.instance_path()),
    };
    let fewest = alternatives.iter().min_by_key(|tried| tried.len());
    let fewest = fewest.into_iter().flatten().map(innermost);
    fewest.collect::<Vec<_>>().join("; ")
}
