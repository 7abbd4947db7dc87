//! The largest legal object of every kind: every limit of its schema reached at once, so that a rule in
//! CEL walks as far as it ever will.

use std::collections::BTreeSet;

use gradus_crds::schema::structural;
use gradus_engine::key::Kind;
use serde_json::{Map, Value, json};

use super::constraint::{Part, texts};
use super::example::{Examples, good_choices, spoken_of};
use super::place::{KEY, Place, Step};
use super::text;

/// A model holds at most this many criteria.
const CRITERIA: u64 = 1000;

/// The largest objects of a kind. A model has two: no model can be at all its limits at once, since it
/// would be larger than what a request may be.
pub fn largest(kind: Kind) -> Vec<Value> {
    if kind == Kind::MaturityModel {
        return vec![with_most_criteria(), with_the_fullest_criterion()];
    }
    let mut object = Examples::of(kind).smallest();
    object["spec"] = filled(kind, Part::Stated, true);
    if let Some(spec) = object["spec"]
        .as_object_mut()
        .filter(|_| kind == Kind::Waiver)
    {
        // A waiver is created without it.
        spec.remove("approvedBy");
    }
    vec![object]
}

/// The largest status of a kind.
pub fn largest_status(kind: Kind) -> Value {
    filled(kind, Part::Status, true)
}

/// Every list of a model as long as it may be, with short texts, and criteria that every rule walks over.
fn with_most_criteria() -> Value {
    let mut model = Examples::of(Kind::MaturityModel).smallest();
    let items: Vec<Value> = (0..20).map(|_| json!({"absent": "a"})).collect();
    let criterion = |number: u64| {
        json!({
            "name": format!("a{number}"),
            "title": "a",
            "kind": "Negative",
            "negates": {"anyOf": ["a"]},
            "requires": {"atLeast": {"count": 20, "of": items}},
        })
    };
    model["spec"] = filled(Kind::MaturityModel, Part::Stated, false);
    model["spec"]["criteria"] = (0..CRITERIA).map(criterion).collect();
    model
}

/// A model of one criterion that says everything there is to say. Its names are short: with long ones it
/// would be larger than a model may be.
fn with_the_fullest_criterion() -> Value {
    let kind = Kind::MaturityModel;
    let mut model = Examples::of(kind).smallest();
    let criteria = Place::default().field("spec").field("criteria");
    let schema = &structural(kind)["properties"]["spec"]["properties"]["criteria"]["items"];
    let full = |long| Full { kind, long }.value(schema, &criteria.then(Step::Item));
    let mut criterion = full(true);
    criterion["requires"] = full(false)["requires"].clone();
    model["spec"]["criteria"] = json!([criterion]);
    model
}

fn filled(kind: Kind, part: Part, long: bool) -> Value {
    let name = if part == Part::Stated {
        "spec"
    } else {
        "status"
    };
    let schema = &structural(kind)["properties"][name];
    Full { kind, long }.value(schema, &Place::default().field(name))
}

/// Fills values to their limits.
struct Full {
    kind: Kind,
    /// Whether texts are as long as they may be.
    long: bool,
}

impl Full {
    fn value(&self, schema: &Value, place: &Place) -> Value {
        let count = |limit: &str| schema[limit].as_u64().unwrap_or(0);
        match schema["type"].as_str() {
            Some("object") if schema.get("additionalProperties").is_some() => {
                let value = self.value(&schema["additionalProperties"], &place.then(Step::Entry));
                let entry = |number| (format!("{KEY}{number}"), value.clone());
                Value::Object((0..count("maxProperties")).map(entry).collect())
            }
            Some("object") => self.fields(schema, place).into(),
            // The criteria of a model are filled apart.
            Some("array")
                if place.to_string() == "spec.criteria" && self.kind == Kind::MaturityModel =>
            {
                json!([])
            }
            Some("array") => {
                let item = self.value(&schema["items"], &place.then(Step::Item));
                (0..count("maxItems"))
                    .map(|number| numbered(schema, &item, number))
                    .collect()
            }
            Some("string") => match schema["enum"].as_array() {
                Some(words) => words
                    .iter()
                    .max_by_key(|word| word.to_string().len())
                    .cloned()
                    .unwrap_or_default(),
                None if self.long => text::long(schema).into(),
                None => text::short(schema).into(),
            },
            Some("integer") => schema["maximum"].clone(),
            Some("boolean") => false.into(),
            _ => "ü"
                .repeat(
                    schema["maxLength"]
                        .as_u64()
                        .and_then(|most| most.try_into().ok())
                        .unwrap_or(0),
                )
                .into(),
        }
    }

    /// Every field; where not all of them go together, the choice that takes the most room.
    fn fields(&self, schema: &Value, place: &Place) -> Map<String, Value> {
        let known = schema["properties"].as_object().into_iter().flatten();
        let mut fields: Map<String, Value> = known
            .map(|(name, property)| (name.clone(), self.value(property, &place.field(name))))
            .collect();
        let room = |choice: &BTreeSet<&str>| -> usize {
            choice
                .iter()
                .map(|name| fields[*name].to_string().len())
                .sum()
        };
        let choices = good_choices(schema);
        if let Some(choice) = choices.iter().max_by_key(|choice| room(choice)) {
            let spoken = spoken_of(schema);
            fields.retain(|name, _| {
                choice.contains(name.as_str()) || !spoken.contains(name.as_str())
            });
        }
        self.mend(place, &mut fields);
        fields
    }

    /// Where every field at its limit would break a rule over several of them.
    fn mend(&self, place: &Place, fields: &mut Map<String, Value>) {
        let (name, value) = match (self.kind, place.to_string().as_str()) {
            (Kind::MaturityModel, "spec.criteria[]") => ("kind", "Negative"),
            (Kind::Attestation, "spec") => ("validUntil", "2029-11-23"),
            (Kind::Waiver, "spec") => ("until", "2027-12-28"),
            _ => return,
        };
        fields.insert(name.to_owned(), value.into());
    }
}

/// An item unlike those of other numbers, and no shorter.
fn numbered(schema: &Value, item: &Value, number: u64) -> Value {
    let unlike = |value: &Value| {
        let text = value.as_str().unwrap_or_default();
        let number = format!("{number:04}");
        let kept = text.chars().count().saturating_sub(number.len());
        Value::from(
            text.chars()
                .take(kept)
                .chain(number.chars())
                .collect::<String>(),
        )
    };
    let mut item = item.clone();
    match schema["x-kubernetes-list-type"].as_str() {
        Some("set") => item = unlike(&item),
        Some("map") => {
            for key in texts(&schema["x-kubernetes-list-map-keys"]) {
                item[key] = unlike(&item[key]);
            }
        }
        _ => {}
    }
    item
}
