//! One thing that is wrong with an object, in the words that both sides are brought to.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

/// What is wrong, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// A field is missing.
    Required,
    /// A value is out of its bounds or form, or fields do not go together.
    Invalid,
    /// A value has another type, or is no day.
    TypeInvalid,
    /// A word is not of the list.
    NotSupported,
    /// A text is too long.
    TooLong,
    /// A list or a map is too long.
    TooMany,
    /// An item is there twice.
    Duplicate,
    /// A field is not known.
    UnknownField,
    /// A value cannot be a fact.
    InvalidFact,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Where it is.
    pub path: String,
    /// What it is.
    pub code: Code,
}

impl Finding {
    /// A finding at a path.
    pub fn new(path: &str, code: Code) -> Self {
        Self {
            path: path.replace("[\"", ".").replace("\"]", ""),
            code,
        }
    }

    /// Whether it is about something within what the other one is about.
    pub fn is_below(&self, other: &Self) -> bool {
        let rest = self.path.strip_prefix(&other.path);
        rest.is_some_and(|rest| rest.starts_with(['.', '[']))
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {:?}", self.path, self.code)
    }
}

/// The code of a reason of the server.
///
/// # Panics
///
/// When the reason is not known here.
pub fn code(reason: &str) -> Code {
    match reason {
        "FieldValueRequired" => Code::Required,
        "FieldValueInvalid" => Code::Invalid,
        "FieldValueTypeInvalid" => Code::TypeInvalid,
        "FieldValueNotSupported" => Code::NotSupported,
        "FieldValueTooLong" => Code::TooLong,
        "FieldValueTooMany" => Code::TooMany,
        "FieldValueDuplicate" => Code::Duplicate,
        _ => panic!("nobody thought of {reason}"),
    }
}

/// Every row of a status, as it stands: what is said of an update.
///
/// # Panics
///
/// When the status is no judgement.
pub fn rows(status: &Value) -> BTreeSet<Finding> {
    let causes = status["details"]["causes"].as_array();
    let causes = causes.unwrap_or_else(|| panic!("this is no judgement: {status}"));
    let row = |cause: &Value| {
        Some(Finding::new(
            cause["field"].as_str()?,
            code(cause["reason"].as_str()?),
        ))
    };
    causes.iter().filter_map(row).collect()
}
