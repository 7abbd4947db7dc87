//! What was said of an object, brought to one form whoever said it: a set of paths with codes.
//!
//! Some of what is said has no counterpart, and is left out by these rules alone:
//!
//! 1. A row of the server without a path says nothing by itself, a union's excepted: its path stands
//!    in the text. Below a union that does not hold, the server also lists fields of the branch that
//!    came nearest as required: `Required` right below such a path is left out.
//! 2. A value of a wrong type has only that said of it.
//! 3. Rules in CEL are compared where the schema has no finding: the server skips them after some.
//! 4. Unknown fields are found by the server's decoder, which then looks no further. It knows no field
//!    of a value of a wrong type either.
//! 5. The value of a fact is refused by contradictions; whichever of them is named is `InvalidFact`. So
//!    is a list in place of a text with a format, which is then of a wrong type.
//! 6. The name of a fact is not seen by the server.
//! 7. Metadata is refused by several parts of the server, each in its own words: only the path counts.
//! 8. In a list with an item of a wrong type, or without its key, duplicates are not compared.
//! 9. A rule that compares with the object before has no native twin.

use std::collections::BTreeSet;
use std::fmt;

use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::key::Kind;
use serde_json::Value;

use super::constraint::{Part, Rule, constraints};
use super::rules::compares;

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
    path: String,
    code: Code,
}

impl Finding {
    /// A finding at a path.
    pub fn new(path: &str, code: Code) -> Self {
        Self {
            path: path.replace("[\"", ".").replace("\"]", ""),
            code,
        }
    }
}

impl Finding {
    /// Whether it is about something within what the other one is about.
    fn is_below(&self, other: &Self) -> bool {
        let rest = self.path.strip_prefix(&other.path);
        rest.is_some_and(|rest| rest.starts_with(['.', '[']))
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {:?}", self.path, self.code)
    }
}

/// Everything that was said of an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judgement {
    /// What the schema finds.
    schema: BTreeSet<Finding>,
    /// Paths of unions that do not hold.
    unions: BTreeSet<String>,
    /// Rules in CEL that do not hold.
    rules: BTreeSet<Finding>,
}

impl Judgement {
    /// Whether the object is good.
    pub fn accepts(&self) -> bool {
        self.schema.is_empty() && self.rules.is_empty()
    }

    /// Whether another judgement says the same.
    ///
    /// # Errors
    ///
    /// The two, side by side.
    pub fn agrees(&self, other: &Self) -> Result<(), String> {
        if self.compared(other) == other.compared(self) {
            return Ok(());
        }
        Err(format!("{self}\n  against {other}"))
    }

    /// What counts of it beside another one.
    fn compared(&self, other: &Self) -> BTreeSet<&Finding> {
        let both = || self.schema.iter().chain(&other.schema);
        if both().any(|finding| finding.code == Code::UnknownField) {
            let decoded = self.schema.iter();
            let decoded = decoded.filter(|finding| finding.code == Code::UnknownField);
            return decoded
                .filter(|finding| {
                    !both().any(|one| one.code == Code::TypeInvalid && finding.is_below(one))
                })
                .collect();
        }
        if self.schema.is_empty() && other.schema.is_empty() {
            return self.rules.iter().collect();
        }
        let counts = |finding: &&Finding| match finding.code {
            Code::Required => {
                let above = finding.path.rsplit_once('.').map_or("", |(above, _)| above);
                !self.unions.contains(above) && !other.unions.contains(above)
            }
            Code::Duplicate => {
                let list = finding.path.rsplit_once('[').map_or("", |(list, _)| list);
                let item = format!("{list}[");
                !both().any(|one| {
                    matches!(one.code, Code::Required | Code::TypeInvalid)
                        && one.path.starts_with(&item)
                })
            }
            _ => true,
        };
        self.schema.iter().filter(counts).collect()
    }
}

impl fmt::Display for Judgement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let schema = self.schema.iter().map(Finding::to_string);
        let rules = self.rules.iter().map(|finding| format!("{finding} (rule)"));
        let all: Vec<String> = schema.chain(rules).collect();
        write!(formatter, "[{}]", all.join(", "))
    }
}

/// Brings what is said of objects of one kind to one form.
pub struct Judge {
    /// Places of facts.
    facts: BTreeSet<String>,
    /// Places of texts with a format.
    formatted: BTreeSet<String>,
    /// The messages of the rules in CEL that look at one object.
    rules: BTreeSet<&'static str>,
    /// The messages of those that compare with the object before.
    transitions: BTreeSet<&'static str>,
}

impl Judge {
    /// The judge of a kind.
    pub fn of(kind: Kind) -> Self {
        let all = [
            constraints(kind, Part::Stated),
            constraints(kind, Part::Status),
        ]
        .concat();
        let mut facts = BTreeSet::new();
        let mut formatted = BTreeSet::new();
        let mut rules = BTreeSet::new();
        let mut transitions = BTreeSet::new();
        for constraint in all {
            let place = constraint.place.to_string();
            if constraint.rule == Rule::Keyword("multipleOf") {
                facts.insert(place.clone());
            }
            if constraint.rule == Rule::Keyword("format") {
                formatted.insert(place);
            }
            let Rule::Cel(text) = &constraint.rule else {
                continue;
            };
            let message = message_of(constraint.schema, text);
            let messages = if compares(text) {
                &mut transitions
            } else {
                &mut rules
            };
            messages.insert(message);
        }
        Self {
            facts,
            formatted,
            rules,
            transitions,
        }
    }

    /// What our own validation says.
    ///
    /// # Panics
    ///
    /// When it says something that is not known here.
    pub fn native(&self, object: &Value) -> Judgement {
        let mut judgement = Judgement::default();
        for Diagnostic {
            code,
            path,
            message,
            ..
        } in gradus_crds::validate(object)
        {
            if message.ends_with("cannot be the name of a fact") {
                continue;
            }
            if self.rules.contains(message.as_str()) {
                judgement.rules.insert(Finding::new(&path, Code::Invalid));
                continue;
            }
            let code = match code {
                "Required" => Code::Required,
                "Invalid" | "InvalidName" => Code::Invalid,
                "TypeInvalid" | "InvalidFormat" => Code::TypeInvalid,
                "NotSupported" => Code::NotSupported,
                "TooLong" => Code::TooLong,
                "TooMany" => Code::TooMany,
                "Duplicate" => Code::Duplicate,
                "UnknownField" => Code::UnknownField,
                "InvalidFact" => Code::InvalidFact,
                _ => panic!("nobody thought of {code} at {path}: {message}"),
            };
            judgement
                .schema
                .insert(self.settled(Finding::new(&path, code)));
        }
        only_types(judgement)
    }

    /// What the server says, by the status that it answered with.
    ///
    /// # Panics
    ///
    /// When it answered with something else than a judgement.
    pub fn server(&self, status: &Value) -> Judgement {
        let mut judgement = Judgement::default();
        let message = status["message"].as_str().unwrap_or_default();
        if let Some((_, fields)) = message.split_once("strict decoding error: ") {
            for field in fields.split(", ") {
                let path = field
                    .strip_prefix("unknown field ")
                    .unwrap_or_else(|| panic!("{message}"));
                let path = path.trim_matches('"');
                judgement
                    .schema
                    .insert(Finding::new(path, Code::UnknownField));
            }
            return judgement;
        }
        let causes = status["details"]["causes"].as_array();
        let causes = causes.unwrap_or_else(|| panic!("this is no judgement: {status}"));
        for cause in causes {
            self.cause(cause, &mut judgement);
        }
        only_types(judgement)
    }

    fn cause(&self, cause: &Value, judgement: &mut Judgement) {
        let text = |key: &str| cause[key].as_str().unwrap_or_default();
        let (path, message) = (text("field"), text("message"));
        let of = |messages: &BTreeSet<&str>| messages.iter().any(|one| message.ends_with(one));
        if of(&self.transitions) {
            return;
        }
        if of(&self.rules) {
            judgement.rules.insert(Finding::new(path, Code::Invalid));
            return;
        }
        if path == "<nil>" {
            if let Some(path) = union(message) {
                judgement.unions.insert(path.to_owned());
                judgement.schema.insert(Finding::new(path, Code::Invalid));
            }
            return;
        }
        let finding = Finding::new(path, code(text("reason")));
        judgement.schema.insert(self.settled(finding));
    }

    /// Whether a judgement has this finding.
    pub fn finds(&self, judgement: &Judgement, finding: &Finding) -> bool {
        let settled = self.settled(finding.clone());
        judgement.rules.contains(finding) || judgement.schema.contains(&settled)
    }

    /// A finding of the schema as it is compared.
    fn settled(&self, finding: Finding) -> Finding {
        let place = place_of(&finding.path);
        let code = match finding.code {
            Code::Invalid | Code::TypeInvalid | Code::TooMany if among(&self.facts, &place) => {
                Code::InvalidFact
            }
            Code::Invalid | Code::TooMany if among(&self.formatted, &place) => Code::TypeInvalid,
            _ if place.starts_with("metadata.") => Code::Invalid,
            code => code,
        };
        Finding {
            path: finding.path,
            code,
        }
    }
}

/// Whether a place is one of these, or the entry of a map among them.
fn among(places: &BTreeSet<String>, place: &str) -> bool {
    let entry = |map: &str| {
        place
            .strip_prefix(map)
            .is_some_and(|rest| rest.starts_with('.'))
    };
    places.iter().any(|one| match one.strip_suffix("{}") {
        Some(map) => entry(map),
        None => one == place,
    })
}

/// The code of a reason of the server.
fn code(reason: &str) -> Code {
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

/// The message of a rule.
pub(super) fn message_of(schema: &'static Value, rule: &str) -> &'static str {
    let rules = schema["x-kubernetes-validations"]
        .as_array()
        .into_iter()
        .flatten();
    let mut found = rules.filter(|one| one["rule"] == rule);
    let message = found.next().and_then(|one| one["message"].as_str());
    message.expect("every rule has a message")
}

/// The path of a union that does not hold, out of the server's text.
fn union(message: &str) -> Option<&str> {
    let (before, _) = message
        .split_once("\" must validate ")
        .or_else(|| message.split_once("\" must not validate "))?;
    before.rsplit_once('"').map(|(_, path)| path)
}

/// A path without its numbers: `spec.criteria[].requires`.
fn place_of(path: &str) -> String {
    let mut within = false;
    let kept = path.chars().filter(|letter| {
        within = *letter == '[' || (within && *letter != ']');
        !within || *letter == '['
    });
    kept.collect()
}

/// Nothing more is said of a value of a wrong type.
fn only_types(mut judgement: Judgement) -> Judgement {
    let wrong: BTreeSet<String> = judgement
        .schema
        .iter()
        .filter(|finding| finding.code == Code::TypeInvalid)
        .map(|finding| finding.path.clone())
        .collect();
    let kept =
        |finding: &Finding| finding.code == Code::TypeInvalid || !wrong.contains(&finding.path);
    judgement.schema.retain(kept);
    judgement
}
