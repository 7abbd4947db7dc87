//! Holds a value against a shape. Every finding has its path; one wrong field hides no other.

use std::collections::BTreeMap;

use gradus_engine::diagnostic::Diagnostic;
use regex::Regex;
use serde_json::{Map, Value};

use super::nearest::instead;
use super::path::Path;
use super::shape::{Form, Format, Shape, Unique};
use crate::rules::{Rule, Twin, day, integer};
use crate::words::{DURATION, FACT_NAME, KEBAB, PERIOD, SUBDOMAIN};

/// Codes after which an API server does not look at rules: what they would read may not be there.
const BLOCKING: [&str; 8] = [
    "Required",
    "TypeInvalid",
    "NotSupported",
    "TooLong",
    "TooMany",
    "Duplicate",
    "InvalidFact",
    "InvalidFormat",
];

/// Everything that is wrong with a value.
pub(super) fn check(shape: &Shape, value: &Value, path: &Path<'_>, found: &mut Vec<Diagnostic>) {
    let mut walk = Walk {
        found: Vec::new(),
        broken: Vec::new(),
    };
    walk.value(shape, value, path);
    let blocked = walk
        .found
        .iter()
        .any(|diagnostic| BLOCKING.contains(&diagnostic.code));
    found.append(&mut walk.found);
    if !blocked {
        found.append(&mut walk.broken);
    }
}

struct Walk {
    /// What the schema finds.
    found: Vec<Diagnostic>,
    /// Rules that do not hold.
    broken: Vec<Diagnostic>,
}

impl Walk {
    fn value(&mut self, shape: &Shape, value: &Value, path: &Path<'_>) {
        match (&shape.form, value) {
            (Form::Anything, _) | (Form::Boolean, Value::Bool(_)) => {}
            (
                Form::Object {
                    properties,
                    required,
                    least,
                },
                Value::Object(fields),
            ) => {
                for (name, field) in fields {
                    match properties.get(name) {
                        Some(_) if field.is_null() => {}
                        Some(property) => self.value(property, field, &path.field(name)),
                        None => self.unknown(name, properties.keys().map(String::as_str), path),
                    }
                }
                self.required(required, fields, path);
                if least.is_some_and(|least| stated(fields) < least) {
                    self.find(
                        "Invalid",
                        path,
                        "this is empty",
                        "say something, or leave it out",
                    );
                }
            }
            (Form::Map { values, most }, Value::Object(entries)) => {
                self.map(values, *most, entries, path);
            }
            (
                Form::List {
                    items,
                    least,
                    most,
                    unique,
                },
                Value::Array(list),
            ) => {
                self.list_length(list.len() as u64, *least, *most, path);
                for (index, item) in list.iter().enumerate() {
                    self.value(items, item, &path.index(index));
                }
                self.unique(unique, list, path);
            }
            (Form::Text { .. } | Form::Word(_), Value::String(text)) => {
                self.text(&shape.form, text, path);
            }
            (Form::Integer { lowest, highest }, Value::Number(_)) => {
                self.integer(value, *lowest, *highest, path);
            }
            (
                Form::Fact {
                    longest,
                    lowest,
                    highest,
                },
                _,
            ) => self.fact(value, *longest, *lowest, *highest, path),
            (form, value) => self.wrong_type(form, value, path),
        }
        if let Value::Object(fields) = value {
            for union in &shape.unions {
                if let Some((message, help)) = union.check(fields) {
                    self.find("Invalid", path, message, help);
                }
            }
        }
        for rule in &shape.rules {
            self.rule(rule, value, path);
        }
    }

    fn rule(&mut self, rule: &Rule, value: &Value, path: &Path<'_>) {
        let Twin::Holds(holds) = rule.twin else {
            return;
        };
        if holds(value) {
            return;
        }
        let path = match rule.field {
            Some(field) => path.field(field).to_string(),
            None => path.to_string(),
        };
        self.broken
            .push(Diagnostic::error("Invalid", path, rule.message));
    }

    fn find(
        &mut self,
        code: &'static str,
        path: &Path<'_>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.found
            .push(Diagnostic::error(code, path.to_string(), message).with_help(help));
    }

    fn unknown<'a>(
        &mut self,
        name: &str,
        known: impl Iterator<Item = &'a str> + Clone,
        path: &Path<'_>,
    ) {
        self.find(
            "UnknownField",
            &path.field(name),
            format!("there is no field {name} here"),
            instead(name, known),
        );
    }

    fn required(&mut self, required: &[String], fields: &Map<String, Value>, path: &Path<'_>) {
        for name in required
            .iter()
            .filter(|name| fields.get(name.as_str()).is_none_or(Value::is_null))
        {
            self.find(
                "Required",
                &path.field(name),
                format!("{name} is missing"),
                format!("add {name}:"),
            );
        }
    }

    fn map(
        &mut self,
        values: &Shape,
        most: Option<u64>,
        entries: &Map<String, Value>,
        path: &Path<'_>,
    ) {
        let stated = stated(entries);
        if let Some(most) = most.filter(|most| stated > *most) {
            let message = format!("{stated} entries are too many");
            self.find("TooMany", path, message, format!("keep to {most}"));
        }
        let facts = matches!(values.form, Form::Fact { .. });
        for (name, value) in entries.iter().filter(|(_, value)| !value.is_null()) {
            let path = path.field(name);
            if facts && !is_fact_name(name) {
                self.find(
                    "InvalidFact",
                    &path,
                    format!("{name:?} cannot be the name of a fact"),
                    "a fact's name begins with a lower-case letter and goes on with letters and digits, such as zoneCount",
                );
            }
            self.value(values, value, &path);
        }
    }

    fn list_length(&mut self, length: u64, least: Option<u64>, most: Option<u64>, path: &Path<'_>) {
        if let Some(most) = most.filter(|most| length > *most) {
            self.find(
                "TooMany",
                path,
                format!("{length} items are too many"),
                format!("keep to {most}"),
            );
        }
        if let Some(least) = least.filter(|least| length < *least) {
            self.find(
                "Invalid",
                path,
                format!("{length} items are too few"),
                format!("write at least {least}, or leave it out"),
            );
        }
    }

    fn unique(&mut self, unique: &Unique, list: &[Value], path: &Path<'_>) {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for (index, item) in list.iter().enumerate() {
            let identity = match unique {
                Unique::Not => return,
                Unique::Whole => item.as_str(),
                Unique::By(field) => item.get(field).and_then(Value::as_str),
            };
            let Some(identity) = identity else { continue };
            let times = seen.entry(identity).or_default();
            *times += 1;
            // However often it comes again, it is said once.
            if *times == 2 {
                let message = format!("{identity} is here twice");
                self.find("Duplicate", &path.index(index), message, "keep one of them");
            }
        }
    }

    fn text(&mut self, form: &Form, text: &str, path: &Path<'_>) {
        match form {
            Form::Word(words) if !words.contains(text) => {
                let help = instead(text, words.iter().map(String::as_str));
                self.find(
                    "NotSupported",
                    path,
                    format!("{text:?} is not a word of this list"),
                    help,
                );
            }
            Form::Text {
                least,
                most,
                pattern,
                format,
            } => {
                let fits = self.length(text, *least, *most, path);
                if *format == Format::Day && day(&Value::from(text)).is_none() {
                    self.find(
                        "InvalidFormat",
                        path,
                        format!("{text:?} is no day"),
                        "write year, month and day, such as 2027-03-31",
                    );
                }
                // Of a text of a wrong length, a server says nothing more.
                let pattern = pattern.as_ref().filter(|_| fits);
                if let Some(pattern) = pattern.filter(|pattern| !pattern.is_match(text)) {
                    self.find(
                        "Invalid",
                        path,
                        format!("{text:?} does not have the form that is asked for"),
                        form_help(pattern),
                    );
                }
            }
            _ => {}
        }
    }

    /// Whether the text has a length that is allowed.
    fn length(
        &mut self,
        text: &str,
        least: Option<u64>,
        most: Option<u64>,
        path: &Path<'_>,
    ) -> bool {
        // Characters are never more than bytes: most texts need no counting.
        let most = most.filter(|most| text.len() as u64 > *most);
        let length = match (least, most) {
            (None | Some(0), None) => return true,
            (Some(1), None) => u64::from(!text.is_empty()),
            _ => text.chars().count() as u64,
        };
        if let Some(most) = most.filter(|most| length > *most) {
            self.find(
                "TooLong",
                path,
                format!("{length} characters are too many"),
                format!("keep to {most}"),
            );
            return false;
        }
        if least.is_some_and(|least| length < least) {
            self.find(
                "Invalid",
                path,
                "the text is too short",
                "write it out, or leave the field out",
            );
            return false;
        }
        true
    }

    fn integer(&mut self, value: &Value, lowest: i64, highest: i64, path: &Path<'_>) {
        match integer(value) {
            Some(number) if (lowest..=highest).contains(&number) => {}
            Some(number) => {
                let message = format!("{number} is out of range");
                self.find(
                    "Invalid",
                    path,
                    message,
                    format!("write a whole number from {lowest} to {highest}"),
                );
            }
            None => self.find(
                "TypeInvalid",
                path,
                format!("{value} is no whole number"),
                "there are no fractions here",
            ),
        }
    }

    fn fact(&mut self, value: &Value, longest: u64, lowest: i64, highest: i64, path: &Path<'_>) {
        match value {
            Value::Bool(_) => {}
            Value::String(text) => {
                self.length(text, None, Some(longest), path);
            }
            Value::Number(_)
                if integer(value).is_some_and(|number| (lowest..=highest).contains(&number)) => {}
            _ => self.find(
                "InvalidFact",
                path,
                format!("{} cannot be a fact", shown(value)),
                "a fact is text, a whole number within ±(2^53 − 1), true or false",
            ),
        }
    }

    fn wrong_type(&mut self, form: &Form, value: &Value, path: &Path<'_>) {
        let (asked, help) = match form {
            Form::Object { .. } | Form::Map { .. } => ("a map", "write fields below it, indented"),
            Form::List { .. } => ("a list", "write items below it, each with a hyphen"),
            Form::Text { .. } | Form::Word(_) => ("text", "put it in quotes"),
            Form::Integer { .. } => ("a whole number", "write digits without quotes"),
            _ => ("true or false", "write true or false without quotes"),
        };
        self.find(
            "TypeInvalid",
            path,
            format!("{} stands where {asked} is asked for", shown(value)),
            help,
        );
    }
}

/// How many fields say something: a null is dropped by the server, and leaves nothing behind.
fn stated(fields: &Map<String, Value>) -> u64 {
    fields.values().filter(|field| !field.is_null()).count() as u64
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

/// Whether a fact may have this name. CEL and schemas cannot see the keys of a map of any values.
fn is_fact_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_alphanumeric())
        && name.len() <= 63
}

/// What a pattern asks for, in words.
fn form_help(pattern: &Regex) -> &'static str {
    match pattern.as_str() {
        KEBAB => "write lower-case letters, digits and hyphens, such as remote-access-vpn",
        SUBDOMAIN => "write lower-case letters, digits, hyphens and dots, such as infram-2018",
        DURATION => "write hours, minutes and seconds, such as 5m, 1h30m or 0s",
        PERIOD => "write years, months and days, such as P3Y or P18M",
        FACT_NAME => {
            "begin with a lower-case letter and go on with letters and digits, such as zoneCount"
        }
        _ => "see the field's description",
    }
}
