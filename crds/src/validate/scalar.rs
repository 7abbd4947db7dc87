//! Compares single values with their limits: texts, words of a list, whole numbers, facts.

use std::collections::BTreeSet;

use regex::Regex;
use serde_json::Value;

use super::findings::Findings;
use super::nearest::suggestion;
use super::path::Path;
use super::shape::{FactLimits, Form, Format, TextLimits};
use crate::rules::{day, integer as whole_number};
use crate::words::{DURATION, FACT_NAME, KEBAB, NOT_BLANK, PERIOD, SUBDOMAIN};

/// A word of a closed list.
pub(super) fn word(words: &BTreeSet<String>, text: &str, path: &Path<'_>, found: &mut Findings) {
    if words.contains(text) {
        return;
    }
    let help = suggestion(text, words.iter().map(String::as_str));
    found.add(
        "NotSupported",
        path,
        format!("{text:?} is not a valid value"),
        help,
    );
}

/// A text with its limits.
pub(super) fn text(limits: &TextLimits, text: &str, path: &Path<'_>, found: &mut Findings) {
    let is_short = |least| !text.is_empty() && (text.chars().count() as u64) < least;
    if let Some(pattern) = &limits.pattern
        && limits.least.is_some_and(is_short)
    {
        let (noun, help) = meaning(pattern);
        found.add("Invalid", path, format!("{text:?} is not {noun}"), help);
        return;
    }
    let fits = length(text, limits.least, limits.most, path, found);
    if limits.format == Format::Day && day(&Value::from(text)).is_none() {
        found.add(
            "InvalidFormat",
            path,
            format!("{text:?} is not a date"),
            "write year, month and day, such as 2027-03-31",
        );
    }
    // An API server does not apply the pattern to a text of a wrong length.
    let pattern = limits.pattern.as_ref().filter(|_| fits);
    if let Some(pattern) = pattern.filter(|pattern| !pattern.is_match(text)) {
        if pattern.as_str() == NOT_BLANK {
            let help = "write it out, or leave the field out";
            found.add("Invalid", path, "the text is blank", help);
            return;
        }
        let (noun, help) = meaning(pattern);
        found.add("Invalid", path, format!("{text:?} is not {noun}"), help);
    }
}

/// Whether the text has an allowed length; a finding when it does not.
fn length(
    text: &str,
    least: Option<u64>,
    most: Option<u64>,
    path: &Path<'_>,
    found: &mut Findings,
) -> bool {
    // A text never has more characters than bytes, so that most texts need no counting.
    let most = most.filter(|most| text.len() as u64 > *most);
    let length = match (least, most) {
        (None | Some(0), None) => return true,
        (Some(1), None) => u64::from(!text.is_empty()),
        _ => text.chars().count() as u64,
    };
    if let Some(most) = most.filter(|most| length > *most) {
        let message = format!("the text has {length} characters");
        found.add("TooLong", path, message, format!("write at most {most}"));
        return false;
    }
    if least.is_some_and(|least| length < least) {
        let message = if text.is_empty() {
            "the text is empty".to_owned()
        } else {
            format!("{text:?} is too short")
        };
        found.add(
            "Invalid",
            path,
            message,
            "write it out, or leave the field out",
        );
        return false;
    }
    true
}

/// A whole number within its bounds, both inclusive.
pub(super) fn integer(
    value: &Value,
    (lowest, highest): (i64, i64),
    path: &Path<'_>,
    found: &mut Findings,
) {
    let (code, message) = match whole_number(value) {
        Some(number) if (lowest..=highest).contains(&number) => return,
        Some(number) => ("Invalid", format!("{number} is out of range")),
        None => ("TypeInvalid", format!("{value} is not a whole number")),
    };
    let help = format!("write a whole number from {lowest} to {highest}");
    found.add(code, path, message, help);
}

/// The value of a fact.
pub(super) fn fact(limits: &FactLimits, value: &Value, path: &Path<'_>, found: &mut Findings) {
    let range = limits.lowest..=limits.highest;
    match value {
        Value::Bool(_) => {}
        Value::String(text) => {
            length(text, None, Some(limits.longest), path, found);
        }
        Value::Number(_) if whole_number(value).is_some_and(|number| range.contains(&number)) => {}
        _ => found.add(
            "InvalidFact",
            path,
            format!("{} is not a valid value of a fact", shown(value)),
            "write text, a whole number within ±(2^53 − 1), true or false",
        ),
    }
}

/// The name of a fact. CEL and schemas cannot see the keys of a map of any values.
pub(super) fn fact_name(name: &str, path: &Path<'_>, found: &mut Findings) {
    let mut bytes = name.bytes();
    let valid = bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_alphanumeric())
        && name.len() <= 63;
    if !valid {
        found.add(
            "InvalidFact",
            path,
            format!("{name:?} is not a valid name of a fact"),
            "begin with a lower-case letter and go on with letters and digits, such as zoneCount",
        );
    }
}

/// A value of another type than its form's.
pub(super) fn wrong_type(form: &Form, value: &Value, path: &Path<'_>, found: &mut Findings) {
    let (expected, help) = match form {
        Form::Object { .. } | Form::Map { .. } => ("a map", "write its fields below it, indented"),
        Form::List { .. } => ("a list", "write its items below it, each with a hyphen"),
        Form::Text(_) | Form::Word(_) => ("text", "put it in quotes"),
        Form::Integer { .. } => ("a whole number", "write digits without quotes"),
        Form::Boolean | Form::Fact(_) | Form::Anything => {
            ("true or false", "write true or false without quotes")
        }
    };
    let message = format!("expected {expected}, found {}", shown(value));
    found.add("TypeInvalid", path, message, help);
}

/// A value in a few words.
fn shown(value: &Value) -> String {
    match value {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a map".to_owned(),
        Value::Null => "nothing".to_owned(),
        Value::String(text) => format!("{:?}", text.chars().take(40).collect::<String>()),
        scalar => scalar.to_string(),
    }
}

/// What a text of a pattern is, and how to write it.
fn meaning(pattern: &Regex) -> (&'static str, &'static str) {
    match pattern.as_str() {
        KEBAB => (
            "a valid name",
            "write lower-case letters, digits and hyphens, such as remote-access-vpn",
        ),
        SUBDOMAIN => (
            "a valid name",
            "write lower-case letters, digits, hyphens and dots, such as infram-2018",
        ),
        DURATION => (
            "a duration",
            "write hours, minutes and seconds, such as 5m, 1h30m or 0s",
        ),
        PERIOD => (
            "a period",
            "write years, months and days, such as P3Y or P18M",
        ),
        FACT_NAME => (
            "a valid name of a fact",
            "begin with a lower-case letter and go on with letters and digits, such as zoneCount",
        ),
        _ => ("valid here", "see the description of the field"),
    }
}
