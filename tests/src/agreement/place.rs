//! Places in a schema, and the same places in an object.

use std::fmt;

use serde_json::Value;

/// The key that examples give the entries of a map.
pub const KEY: &str = "key";

/// A place in the schema of a kind: `spec.criteria[].requires`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(Vec<Step>);

/// One step into a schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// A field of an object.
    Field(String),
    /// The items of a list.
    Item,
    /// The values of a map with any keys.
    Entry,
}

impl Place {
    /// The place one step below.
    #[must_use]
    pub fn then(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// A field below.
    #[must_use]
    pub fn field(&self, name: &str) -> Self {
        self.then(Step::Field(name.to_owned()))
    }

    /// The steps from the root.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The schema of a step below a schema.
    pub fn below<'a>(schema: &'a Value, step: &Step) -> &'a Value {
        match step {
            Step::Field(name) => &schema["properties"][name],
            Step::Item => &schema["items"],
            Step::Entry => &schema["additionalProperties"],
        }
    }

    /// The first of these in an object, as findings write it: `spec.criteria[0].requires`.
    pub fn path(&self) -> String {
        self.written("[0]", &format!(".{KEY}"))
    }

    /// The first of these in an object, as a JSON pointer.
    pub fn pointer(&self) -> String {
        let steps = self.0.iter().map(|step| match step {
            Step::Field(name) => format!("/{name}"),
            Step::Item => "/0".to_owned(),
            Step::Entry => format!("/{KEY}"),
        });
        steps.collect()
    }

    fn written(&self, item: &str, entry: &str) -> String {
        let mut text = String::new();
        for step in &self.0 {
            match step {
                Step::Field(name) if text.is_empty() => text.push_str(name),
                Step::Field(name) => {
                    text.push('.');
                    text.push_str(name);
                }
                Step::Item => text.push_str(item),
                Step::Entry => text.push_str(entry),
            }
        }
        text
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.written("[]", "{}"))
    }
}
