//! Good objects out of a schema: the smallest one that has something at a place.

use std::collections::BTreeSet;

use gradus_crds::API_VERSION;
use gradus_crds::schema::structural;
use gradus_engine::key::Kind;
use serde_json::{Map, Value, json};

use super::constraint::texts;
use super::place::{KEY, Place, Step};
use super::text;

/// The name of every object that is asked about: nothing is stored.
pub const NAME: &str = "example";

/// Makes examples of one kind.
pub struct Examples {
    kind: Kind,
}

impl Examples {
    /// Those of a kind.
    pub fn of(kind: Kind) -> Self {
        Self { kind }
    }

    /// The smallest good object.
    pub fn smallest(&self) -> Value {
        let schema = &structural(self.kind)["properties"]["spec"];
        json!({
            "apiVersion": API_VERSION,
            "kind": self.kind.as_str(),
            "metadata": {"name": NAME},
            "spec": self.value(schema, &Place::default().field("spec")),
        })
    }

    /// The smallest good object that has something at a place.
    ///
    /// # Panics
    ///
    /// When the schema has no such place.
    pub fn with(&self, place: &Place) -> Value {
        let mut object = self.smallest();
        let mut schema = structural(self.kind);
        let mut above = Place::default();
        let mut value = &mut object;
        for step in place.steps() {
            let below = Place::below(schema, step);
            let here = above.then(step.clone());
            value = match (step, value) {
                (Step::Field(name), Value::Object(fields)) => {
                    if !fields.contains_key(name) {
                        self.admit(schema, &above, name, fields);
                    }
                    &mut fields[name]
                }
                (Step::Item, Value::Array(items)) => {
                    if items.is_empty() {
                        items.push(self.value(below, &here));
                    }
                    &mut items[0]
                }
                (Step::Entry, Value::Object(entries)) => entries
                    .entry(KEY)
                    .or_insert_with(|| self.value(below, &here)),
                (step, value) => panic!("{place}: {step:?} does not lead into {value}"),
            };
            schema = below;
            above = here;
        }
        object
    }

    /// The smallest good value of a schema.
    pub fn value(&self, schema: &Value, place: &Place) -> Value {
        if let Some(value) = self.chosen(place) {
            return value;
        }
        match schema["type"].as_str() {
            Some("object") if schema.get("additionalProperties").is_some() => json!({}),
            Some("object") => self.fields(schema, place, &[]).into(),
            Some("array") => self.items(schema, place, schema["minItems"].as_u64().unwrap_or(0)),
            Some("string") => match schema["enum"].get(0) {
                Some(word) => word.clone(),
                None => text::short(schema).into(),
            },
            Some("integer") => schema["minimum"]
                .as_i64()
                .map_or(0, |least| least.max(0))
                .into(),
            Some("boolean") => true.into(),
            _ => "stated".into(),
        }
    }

    /// So many good items of a list, no two of them alike.
    pub fn items(&self, schema: &Value, place: &Place, count: u64) -> Value {
        let items = (0..count).map(|number| self.item(schema, place, number));
        items.collect()
    }

    /// A good item of a list, unlike those of other numbers.
    pub fn item(&self, schema: &Value, place: &Place, number: u64) -> Value {
        let mut item = self.value(&schema["items"], &place.then(Step::Item));
        match schema["x-kubernetes-list-type"].as_str() {
            Some("set") => item = format!("a{number}").into(),
            Some("map") => {
                for key in texts(&schema["x-kubernetes-list-map-keys"]) {
                    item[key] = format!("a{number}").into();
                }
            }
            _ => {}
        }
        item
    }

    /// The fields of an object: those that it needs beside the wanted ones.
    pub fn fields(&self, schema: &Value, place: &Place, wanted: &[&str]) -> Map<String, Value> {
        let mut names: BTreeSet<&str> = texts(&schema["required"]).collect();
        names.extend(wanted);
        names.extend(self.companions(place));
        let mut names = completed(schema, names);
        let least = schema["minProperties"].as_u64().unwrap_or(0);
        let known = schema["properties"].as_object().into_iter().flatten();
        for (name, _) in known {
            if (names.len() as u64) < least {
                names.insert(name);
            }
        }
        let field = |name: &str| {
            let place = place.field(name);
            let value = self.value(&schema["properties"][name], &place);
            (name.to_owned(), value)
        };
        names.into_iter().map(field).collect()
    }

    /// Lets a field into an object: what it does not go with gives way, what it needs comes along.
    fn admit(&self, schema: &Value, place: &Place, name: &str, fields: &mut Map<String, Value>) {
        let fresh = self.fields(schema, place, &[name]);
        let spoken = spoken_of(schema);
        fields.retain(|field, _| fresh.contains_key(field) || !spoken.contains(field.as_str()));
        for (field, value) in fresh {
            fields.entry(field).or_insert(value);
        }
        // What a rule asks of a neighbour is asked of one that was there before, too.
        for (field, value) in self.demanded(place, name) {
            fields.insert(field.to_owned(), value);
        }
    }

    /// Values where the smallest would break a rule over several fields.
    fn chosen(&self, place: &Place) -> Option<Value> {
        Some(match (self.kind, place.to_string().as_str()) {
            (Kind::MaturityModel, "spec.scoring.walk.threshold") => {
                json!({"numerator": 1, "denominator": 1_000_000})
            }
            (Kind::MaturityModel, "spec.criteria[].requires.atLeast.of") => {
                (0..20).map(|_| json!({"absent": "a"})).collect()
            }
            (Kind::Waiver, "spec.requestedBy") => json!("ada"),
            (Kind::Waiver, "spec.until") => json!("2026-12-31"),
            (Kind::Capability, "spec.units.total") => json!(9_007_199_254_740_991_i64),
            _ => return None,
        })
    }

    /// Fields that a rule asks for beside others.
    fn companions(&self, place: &Place) -> &'static [&'static str] {
        match (self.kind, place.to_string().as_str()) {
            (Kind::MaturityModel, "spec.scoring") => &["walk"],
            (Kind::Capability, "spec.evidence[]") => &["every", "maxAge"],
            _ => &[],
        }
    }

    /// What a rule asks of the neighbours of a field.
    fn demanded(&self, place: &Place, name: &str) -> Vec<(&'static str, Value)> {
        match (self.kind, place.to_string().as_str(), name) {
            (Kind::MaturityModel, "spec.criteria[]", "negates") => {
                vec![("kind", json!("Negative"))]
            }
            _ => Vec::new(),
        }
    }
}

/// The fewest fields that hold the unions of a schema, these among them.
fn completed<'a>(schema: &'a Value, names: BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let spoken: Vec<&str> = spoken_of(schema).into_iter().collect();
    for size in 0..=spoken.len() {
        for more in subsets(&spoken, size) {
            let all: BTreeSet<&str> = names.iter().copied().chain(more).collect();
            if unions_hold(schema, &all) {
                return all;
            }
        }
    }
    names
}

/// Every choice of fields that holds the unions of a schema; of none, where it has no unions.
pub(super) fn good_choices(schema: &Value) -> Vec<BTreeSet<&str>> {
    let spoken: Vec<&str> = spoken_of(schema).into_iter().collect();
    let all = (0..=spoken.len()).flat_map(|size| subsets(&spoken, size));
    let all = all.map(|choice| choice.into_iter().collect());
    all.filter(|choice| unions_hold(schema, choice)).collect()
}

/// Every choice of so many of these.
pub(super) fn subsets<'a>(names: &[&'a str], size: usize) -> Vec<Vec<&'a str>> {
    let Some((first, rest)) = names.split_first().filter(|_| size > 0) else {
        return if size == 0 {
            vec![Vec::new()]
        } else {
            Vec::new()
        };
    };
    let with = subsets(rest, size - 1).into_iter().map(|mut chosen| {
        chosen.insert(0, first);
        chosen
    });
    with.chain(subsets(rest, size)).collect()
}

/// The fields that the unions of a schema speak of.
pub(super) fn spoken_of(schema: &Value) -> BTreeSet<&str> {
    fn collect<'a>(clause: &'a Value, found: &mut BTreeSet<&'a str>) {
        found.extend(texts(&clause["required"]));
        for key in ["oneOf", "anyOf"] {
            for branch in clause[key].as_array().into_iter().flatten() {
                collect(branch, found);
            }
        }
        if let Some(not) = clause.get("not") {
            collect(not, found);
        }
    }
    let mut found = BTreeSet::new();
    for key in ["oneOf", "anyOf"] {
        for branch in schema[key].as_array().into_iter().flatten() {
            collect(branch, &mut found);
        }
    }
    if let Some(not) = schema.get("not") {
        collect(not, &mut found);
    }
    found
}

/// Whether the unions of a schema hold of an object with these fields.
fn unions_hold(clause: &Value, names: &BTreeSet<&str>) -> bool {
    let branches = |key: &str| clause[key].as_array().into_iter().flatten();
    let holding = |key: &str| branches(key).filter(|one| holds(one, names)).count();
    (clause.get("oneOf").is_none() || holding("oneOf") == 1)
        && (clause.get("anyOf").is_none() || holding("anyOf") > 0)
        && clause.get("not").is_none_or(|not| !holds(not, names))
}

/// Whether a clause over presence holds.
fn holds(clause: &Value, names: &BTreeSet<&str>) -> bool {
    texts(&clause["required"]).all(|field| names.contains(field)) && unions_hold(clause, names)
}
