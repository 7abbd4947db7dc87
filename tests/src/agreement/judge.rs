//! Reads what our own validation says, and what a status of the server says.

use std::collections::BTreeSet;

use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::key::Kind;
use serde_json::Value;

use super::constraint::{Part, Rule, constraints};
use super::finding::{Code, Finding, code};
use super::judgement::Judgement;
use super::rules::{compares, message_of};

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
            help,
            ..
        } in gradus_crds::validate(object)
        {
            // Why: the server checks the text of a `fact` field, and not the keys of a map of facts.
            let is_key = path.rsplit('.').next() != Some("fact");
            if is_key && message.ends_with("is not a valid name of a fact") {
                continue;
            }
            if help.is_some_and(|help| self.rules.contains(help.as_str())) {
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
        judgement.with_types_alone()
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
        judgement.with_types_alone()
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
