//! Which fields can be combined: `oneOf`, `anyOf` and `not` over `required`, as the CRDs write them.

use serde_json::{Map, Value};

use super::keyword::texts;

/// One clause over the presence of fields.
pub(super) enum Union {
    /// Exactly one branch holds.
    OneOf(Vec<Branch>),
    /// At least one branch holds.
    AnyOf(Vec<Branch>),
    /// Not all of these fields are set.
    Not(Vec<String>),
}

/// One branch of a clause.
pub(super) struct Branch {
    /// Fields that must be set.
    required: Vec<String>,
    /// Groups of fields that must not be set together.
    excluded: Vec<Vec<String>>,
}

impl Union {
    /// Every clause of a schema.
    pub(super) fn all(schema: &Value) -> Vec<Self> {
        let mut unions = Vec::new();
        if let Some(branches) = schema.get("oneOf") {
            unions.push(Self::OneOf(Branch::all(branches)));
        }
        if let Some(branches) = schema.get("anyOf") {
            unions.push(Self::AnyOf(Branch::all(branches)));
        }
        if let Some(not) = schema.get("not") {
            unions.push(Self::Not(texts(not, "required").collect()));
        }
        unions
    }

    /// What is wrong with the fields that are set; none when the clause holds.
    pub(super) fn check(&self, fields: &Map<String, Value>) -> Option<Clash> {
        match self {
            Self::OneOf(branches) => {
                let holding = branches
                    .iter()
                    .filter(|branch| branch.holds(fields))
                    .count();
                (holding != 1).then(|| explain(branches, fields))
            }
            Self::AnyOf(branches) => {
                let holding = branches.iter().any(|branch| branch.holds(fields));
                (!holding).then(|| {
                    Clash::new(
                        "none of the alternatives is set",
                        format!("write at least one of {}", heads(branches, ", ")),
                    )
                })
            }
            Self::Not(together) => {
                all_set(together, fields).then(|| Clash::of(&together.join(" and ")))
            }
        }
    }
}

impl Branch {
    fn all(branches: &Value) -> Vec<Self> {
        branches
            .as_array()
            .into_iter()
            .flatten()
            .map(Self::of)
            .collect()
    }

    fn of(branch: &Value) -> Self {
        let excluded = branch.pointer("/not/anyOf").and_then(Value::as_array);
        Self {
            required: texts(branch, "required").collect(),
            excluded: excluded
                .into_iter()
                .flatten()
                .map(|group| texts(group, "required").collect())
                .collect(),
        }
    }

    fn holds(&self, fields: &Map<String, Value>) -> bool {
        all_set(&self.required, fields) && !self.excluded.iter().any(|group| all_set(group, fields))
    }

    /// The fields that name this branch, as a person reads them.
    fn head(&self) -> String {
        self.required.join(" with ")
    }
}

/// Fields that cannot be set as they are.
pub(super) struct Clash {
    /// What is wrong.
    pub(super) message: String,
    /// What to do about it.
    pub(super) help: String,
}

impl Clash {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: help.into(),
        }
    }

    /// Of fields that exclude each other.
    fn of(fields: &str) -> Self {
        Self::new(
            format!("{fields} cannot be combined"),
            "keep only one of them",
        )
    }
}

/// Why not exactly one branch holds.
fn explain(branches: &[Branch], fields: &Map<String, Value>) -> Clash {
    let named: Vec<&Branch> = branches
        .iter()
        .filter(|branch| branch.required.iter().any(|field| is_set(field, fields)))
        .collect();
    match named.as_slice() {
        [] => Clash::new(
            "none of the alternatives is set",
            format!("write exactly one of {}", heads(branches, ", ")),
        ),
        [branch] => {
            let absent: Vec<&str> = branch
                .required
                .iter()
                .filter(|field| !is_set(field, fields))
                .map(String::as_str)
                .collect();
            if !absent.is_empty() {
                let verb = if absent.len() == 1 { "is" } else { "are" };
                return Clash::new(
                    format!("{} {verb} missing", absent.join(" and ")),
                    format!("write {} together", branch.required.join(" and ")),
                );
            }
            let clash = branch.excluded.iter().find(|group| all_set(group, fields));
            let clash = clash.map(Vec::as_slice).unwrap_or_default();
            match clash {
                [field] => Clash::new(
                    format!("{field} cannot be combined with {}", branch.head()),
                    format!("remove {field}"),
                ),
                several => Clash::of(&several.join(" and ")),
            }
        }
        several => {
            let heads: Vec<String> = several.iter().map(|branch| branch.head()).collect();
            Clash::of(&heads.join(" and "))
        }
    }
}

fn heads(branches: &[Branch], joint: &str) -> String {
    branches
        .iter()
        .map(Branch::head)
        .collect::<Vec<_>>()
        .join(joint)
}

fn all_set(names: &[String], fields: &Map<String, Value>) -> bool {
    names.iter().all(|name| is_set(name, fields))
}

/// Whether a field is set. A null counts as left out, as it does for the API server.
fn is_set(name: &str, fields: &Map<String, Value>) -> bool {
    fields.get(name).is_some_and(|field| !field.is_null())
}
