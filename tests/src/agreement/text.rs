//! Texts of a wished length that keep to a schema.

use serde_json::Value;

/// What is known of a pattern: a short text that keeps to it, and its longest.
struct Known {
    pattern: &'static str,
    short: &'static str,
    long: &'static str,
}

/// Patterns whose texts cannot be made by repeating a letter.
const KNOWN: [Known; 2] = [
    Known {
        pattern: "^([0-9]{1,5}h)?([0-9]{1,6}m)?([0-9]{1,8}s)?$",
        short: "5m",
        long: "99999h999999m99999999s",
    },
    Known {
        pattern: "^P([0-9]{1,2}Y)?([0-9]{1,3}M)?([0-9]{1,5}D)?$",
        short: "P3Y",
        long: "P99Y999M99999D",
    },
];

/// Whether the pattern takes everything that is not blank.
pub(super) fn any_but_blanks(schema: &Value) -> bool {
    schema["pattern"] == r"[^ \t\n\f\r]"
}

/// The shortest text, or one like it.
pub(super) fn short(schema: &Value) -> String {
    match schema["format"].as_str() {
        Some("date") => "2026-11-23".to_owned(),
        Some("date-time") => "2026-11-23T12:00:00Z".to_owned(),
        _ => match known(schema) {
            Some(known) => known.short.to_owned(),
            None => of_length(schema, schema["minLength"].as_u64().unwrap_or(1).max(1)),
        },
    }
}

/// The longest text that the schema takes. Characters count, not bytes: where any will do, they are of two.
pub(super) fn long(schema: &Value) -> String {
    match schema["format"].as_str() {
        Some("date") => short(schema),
        Some("date-time") => "2026-11-23T12:00:00.123456789+00:00".to_owned(),
        _ => match known(schema) {
            Some(known) => known.long.to_owned(),
            None => of_length(schema, schema["maxLength"].as_u64().unwrap_or(1)),
        },
    }
}

/// A text of a length, by characters.
pub(super) fn of_length(schema: &Value, length: u64) -> String {
    let letter = if schema.get("pattern").is_some() && !any_but_blanks(schema) {
        "a"
    } else {
        "ü"
    };
    letter.repeat(usize::try_from(length).unwrap_or_default())
}

fn known(schema: &Value) -> Option<&'static Known> {
    KNOWN
        .iter()
        .find(|known| schema["pattern"] == known.pattern)
}
