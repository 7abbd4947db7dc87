//! Which fields go together: `oneOf`, `anyOf` and `not` over `required`, as the CRDs write them.

use serde_json::{Map, Value};

use super::shape::texts;

/// One clause over the presence of fields.
pub(super) enum Union {
    /// Exactly one branch holds.
    OneOf(Vec<Branch>),
    /// At least one branch holds.
    AnyOf(Vec<Branch>),
    /// Not all of these fields are there.
    Not(Vec<String>),
}

/// One branch of a clause.
pub(super) struct Branch {
    /// Fields that must be there.
    required: Vec<String>,
    /// Groups of fields that must not be there together.
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

    /// What is wrong with the fields that are there: a message and a way to mend it.
    pub(super) fn check(&self, fields: &Map<String, Value>) -> Option<(String, String)> {
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
                    (
                        format!("nothing is said of {}", heads(branches, " or ")),
                        "say at least one of them".to_owned(),
                    )
                })
            }
            Self::Not(together) => all_there(together, fields).then(|| {
                (
                    format!("{} do not go together", together.join(" and ")),
                    "leave one of them out".to_owned(),
                )
            }),
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
        all_there(&self.required, fields)
            && !self.excluded.iter().any(|group| all_there(group, fields))
    }

    /// The fields that name this branch, as a person reads them.
    fn head(&self) -> String {
        self.required.join(" with ")
    }
}

/// Why not exactly one branch holds.
fn explain(branches: &[Branch], fields: &Map<String, Value>) -> (String, String) {
    let named: Vec<&Branch> = branches
        .iter()
        .filter(|branch| branch.required.iter().any(|field| is_there(field, fields)))
        .collect();
    match named.as_slice() {
        [] => (
            "nothing is chosen here".to_owned(),
            format!("write exactly one of {}", heads(branches, ", ")),
        ),
        [branch] => {
            let absent: Vec<&str> = branch
                .required
                .iter()
                .filter(|field| !is_there(field, fields))
                .map(String::as_str)
                .collect();
            if !absent.is_empty() {
                return (
                    format!("{} is missing beside the others", absent.join(" and ")),
                    format!("write {} together", branch.required.join(", ")),
                );
            }
            let clash = branch
                .excluded
                .iter()
                .find(|group| all_there(group, fields));
            let clash = clash.map(Vec::as_slice).unwrap_or_default();
            match clash {
                [field] => (
                    format!("{field} does not go with {}", branch.head()),
                    format!("leave {field} out"),
                ),
                several => (
                    format!("{} do not go together", several.join(" and ")),
                    "keep one of them".to_owned(),
                ),
            }
        }
        several => {
            let heads: Vec<String> = several.iter().map(|branch| branch.head()).collect();
            (
                format!("{} do not go together", heads.join(" and ")),
                "keep one of them".to_owned(),
            )
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

fn all_there(names: &[String], fields: &Map<String, Value>) -> bool {
    names.iter().all(|name| is_there(name, fields))
}

/// Whether a field is there. A null is dropped before anything is held against it.
fn is_there(name: &str, fields: &Map<String, Value>) -> bool {
    fields.get(name).is_some_and(|field| !field.is_null())
}
