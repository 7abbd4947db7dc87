//! Every rule that a schema holds objects to, found by walking it: a rule that is added is a rule
//! without a case, and a keyword that is new is one that somebody must think about.

use gradus_crds::schema::structural;
use gradus_engine::key::Kind;
use serde_json::Value;

use super::place::{Place, Step};

/// The part of an object that is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What its author states: name and spec.
    Stated,
    /// What Gradus says of it.
    Status,
}

/// One rule at one place.
#[derive(Debug, Clone)]
pub struct Constraint {
    /// The kind.
    pub kind: Kind,
    /// Where it stands.
    pub place: Place,
    /// What is held to.
    pub rule: Rule,
    /// The schema that says it.
    pub schema: &'static Value,
}

/// What is held to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// A keyword of the schema that speaks of one value: `maxLength`.
    Keyword(&'static str),
    /// A field that must be there.
    Required(String),
    /// A clause over the presence of fields: `oneOf`, `anyOf`, `not`.
    Union(&'static str),
    /// A rule in CEL.
    Cel(String),
}

/// Keywords that are rules of their own.
const KEYWORDS: [&str; 15] = [
    "type",
    "properties",
    "enum",
    "format",
    "minimum",
    "maximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "x-kubernetes-list-type",
];
const UNIONS: [&str; 3] = ["oneOf", "anyOf", "not"];
/// Keywords that refuse nothing themselves, or are walked into.
const OTHERS: [&str; 8] = [
    "description",
    "items",
    "additionalProperties",
    "required",
    "x-kubernetes-validations",
    "x-kubernetes-map-type",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-preserve-unknown-fields",
];

impl Constraint {
    /// A text that names the rule among all others.
    pub fn name(&self) -> String {
        let Self { kind, place, .. } = self;
        match &self.rule {
            Rule::Keyword(keyword) | Rule::Union(keyword) => format!("{kind} {place} {keyword}"),
            Rule::Required(field) => format!("{kind} {place} required {field}"),
            Rule::Cel(rule) => format!("{kind} {place} {rule}"),
        }
    }

    /// The bound that the keyword states.
    pub fn bound(&self) -> i64 {
        match &self.rule {
            Rule::Keyword(keyword) => self.schema[*keyword].as_i64().unwrap_or_default(),
            _ => 0,
        }
    }
}

/// Every rule of a part of a kind.
///
/// # Panics
///
/// When a schema says something that is not known here.
pub fn constraints(kind: Kind, part: Part) -> Vec<Constraint> {
    let root = structural(kind);
    let mut found = Vec::new();
    let place = Place::default();
    match part {
        Part::Stated => {
            found.push(Constraint {
                kind,
                place: place.clone(),
                rule: Rule::Required("spec".to_owned()),
                schema: root,
            });
            // The rest of metadata is every kind's, and the address of a request says the envelope.
            let name = place.field("metadata").field("name");
            let metadata = &root["properties"]["metadata"];
            for rule in rules(&metadata["properties"]["name"]) {
                found.push(Constraint {
                    kind,
                    place: name.clone(),
                    rule,
                    schema: &metadata["properties"]["name"],
                });
            }
            // An object whose name is no text is not an object at all.
            found.retain(|one| one.place != name || one.rule != Rule::Keyword("type"));
            walk(
                kind,
                &place.field("spec"),
                &root["properties"]["spec"],
                &mut found,
            );
        }
        Part::Status => walk(
            kind,
            &place.field("status"),
            &root["properties"]["status"],
            &mut found,
        ),
    }
    found
}

fn walk(kind: Kind, place: &Place, schema: &'static Value, found: &mut Vec<Constraint>) {
    for rule in rules(schema) {
        found.push(Constraint {
            kind,
            place: place.clone(),
            rule,
            schema,
        });
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        walk(kind, &place.field(name), property, found);
    }
    for (keyword, step) in [("items", Step::Item), ("additionalProperties", Step::Entry)] {
        if let Some(below) = schema.get(keyword) {
            walk(kind, &place.then(step), below, found);
        }
    }
}

/// The rules that one schema states, those of its parts left out.
fn rules(schema: &Value) -> Vec<Rule> {
    let fields = schema.as_object().expect("a schema is a map");
    let mut found = Vec::new();
    for (key, value) in fields {
        let keyword = KEYWORDS.into_iter().find(|keyword| keyword == key);
        let union = UNIONS.into_iter().find(|union| union == key);
        match (keyword, union) {
            (Some(keyword), _) if !says_nothing(keyword, value) => {
                found.push(Rule::Keyword(keyword));
            }
            (_, Some(union)) => found.push(Rule::Union(union)),
            (Some(_), _) => {}
            (None, None) => assert!(OTHERS.contains(&key.as_str()), "nobody thought of {key}"),
        }
    }
    for field in texts(&schema["required"]) {
        found.push(Rule::Required(field.to_owned()));
    }
    for rule in schema["x-kubernetes-validations"]
        .as_array()
        .into_iter()
        .flatten()
    {
        found.push(Rule::Cel(
            rule["rule"].as_str().expect("a rule is text").to_owned(),
        ));
    }
    found
}

/// Whether a keyword with this value refuses nothing.
fn says_nothing(keyword: &str, value: &Value) -> bool {
    match keyword {
        // A whole number's format only repeats its bounds.
        "format" => value == "int64",
        "x-kubernetes-list-type" => value == "atomic",
        "minLength" | "minItems" | "minProperties" => value == 0,
        _ => false,
    }
}

/// The texts of a list.
pub(super) fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}
