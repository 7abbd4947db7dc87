//! One object to ask about, and what must be said of it.

use gradus_engine::key::Kind;
use serde_json::{Map, Value};

use super::constraint::{Constraint, Part, Rule, constraints};
use super::example::Examples;
use super::finding::{Code, Finding};
use super::{limits, rules, unions};

/// One object, made for the sake of one rule.
#[derive(Debug, Clone)]
pub struct Case {
    /// The rule, by its name.
    pub rule: String,
    /// What must be among the findings; nothing when the object is good; no word on it when only the
    /// answers are compared.
    pub expected: Expected,
    /// The object.
    pub object: Value,
}

/// What must be said of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// The object is good.
    Accepted,
    /// This is found.
    Refused(Finding),
    /// Whatever one side says, the other says too.
    Alike,
}

impl Case {
    /// A good object.
    pub fn accepted(constraint: &Constraint, object: Value) -> Self {
        Self {
            rule: constraint.name(),
            expected: Expected::Accepted,
            object,
        }
    }

    /// An object that breaks the rule.
    pub fn refused(constraint: &Constraint, path: &str, code: Code, object: Value) -> Self {
        Self {
            rule: constraint.name(),
            expected: Expected::Refused(Finding::new(path, code)),
            object,
        }
    }
}

/// Every case of a part of a kind, for every rule of its schema.
pub fn cases(kind: Kind, part: Part) -> Vec<Case> {
    let examples = Examples::of(kind);
    let all = constraints(kind, part)
        .into_iter()
        .flat_map(|constraint| match &constraint.rule {
            Rule::Keyword(keyword) => limits::cases(&examples, &constraint, keyword),
            Rule::Required(field) => limits::required(&examples, &constraint, field),
            Rule::Union(_) => unions::cases(&examples, &constraint),
            Rule::Cel(rule) => rules::cases(&examples, &constraint, rule),
        });
    all.collect()
}

/// The object with another value at a pointer.
///
/// # Panics
///
/// When the pointer leads nowhere.
pub(super) fn set(mut object: Value, pointer: &str, value: Value) -> Value {
    *object
        .pointer_mut(pointer)
        .unwrap_or_else(|| panic!("{pointer} leads nowhere")) = value;
    object
}

/// The fields of the object at a pointer.
///
/// # Panics
///
/// When there is no object at the pointer.
pub(super) fn fields<'a>(object: &'a mut Value, pointer: &str) -> &'a mut Map<String, Value> {
    let there = object.pointer_mut(pointer).and_then(Value::as_object_mut);
    there.unwrap_or_else(|| panic!("{pointer} is no object"))
}
