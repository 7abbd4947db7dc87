//! Good objects, spoilt at random: the same seed, the same object.

use std::collections::BTreeSet;

use gradus_crds::schema::structural;
use gradus_engine::key::Kind;
use serde_json::{Value, json};

use crate::random::Rng;

/// Spoils objects of one kind.
pub struct Spoiler {
    /// The names of all fields of the kind.
    names: Vec<String>,
    /// The words of all its closed lists.
    words: Vec<String>,
}

impl Spoiler {
    /// That of a kind.
    pub fn of(kind: Kind) -> Self {
        let mut names = BTreeSet::new();
        let mut words = BTreeSet::from(["Perhaps".to_owned()]);
        collect(
            &structural(kind)["properties"]["spec"],
            &mut names,
            &mut words,
        );
        Self {
            names: names.into_iter().collect(),
            words: words.into_iter().collect(),
        }
    }

    /// The object after one to four changes to its spec, some of which do no harm.
    pub fn spoilt(&self, rng: &mut Rng, mut object: Value) -> Value {
        for _ in 0..=rng.below(4) {
            let mut found = Vec::new();
            places(&object["spec"], "/spec", &mut found);
            let place = rng.pick(&found).clone();
            self.change(rng, &mut object, &place, &found);
        }
        object
    }

    fn change(&self, rng: &mut Rng, object: &mut Value, place: &str, places: &[String]) {
        let elsewhere = object
            .pointer(rng.pick::<String>(places))
            .cloned()
            .unwrap_or_default();
        let Some(there) = object.pointer_mut(place) else {
            return;
        };
        match (rng.below(8), &mut *there) {
            (0 | 1, Value::Array(items)) if !items.is_empty() => {
                let item = rng.pick(items).clone();
                items.push(item);
            }
            (2, Value::Array(items)) => items.push(self.value(rng, 2)),
            (3, Value::Array(items)) => drop(items.pop()),
            (0..=3, Value::Object(fields)) => {
                let name = rng.pick(&self.names).clone();
                let value = if rng.chance(50) {
                    elsewhere
                } else {
                    self.value(rng, 2)
                };
                fields.insert(name, value);
            }
            (4, Value::Object(fields)) => {
                let names: Vec<String> = fields.keys().cloned().collect();
                if !names.is_empty() {
                    fields.remove(rng.pick(&names));
                }
            }
            (0..=5, Value::String(text)) => match rng.below(4) {
                0 => text.push_str(rng.pick::<&str>(&["-", "ü", "x", " ", "\n", "0"])),
                1 => drop(text.pop()),
                2 => *text = text.repeat(rng.below(40) as usize),
                _ => text.make_ascii_uppercase(),
            },
            (0..=3, Value::Number(number)) => {
                let number = number.as_i64().unwrap_or(0);
                *there = json!(number.saturating_add(i64::from(rng.below(5)) - 2));
            }
            (6, _) => *there = elsewhere,
            _ => *there = self.value(rng, 3),
        }
    }

    /// Any value, near to what fields take.
    fn value(&self, rng: &mut Rng, depth: u32) -> Value {
        let choices = if depth == 0 { 9 } else { 11 };
        match rng.below(choices) {
            0 => Value::Null,
            1 => rng.chance(50).into(),
            2 => (i64::from(rng.below(200)) - 50).into(),
            3 => rng
                .pick(&[
                    json!(9_007_199_254_740_991_i64),
                    json!(9_007_199_254_740_992_i64),
                    json!(-9_007_199_254_740_992_i64),
                    json!(u64::MAX),
                    json!(i64::MIN),
                    json!(9_007_199_254_740_992.0),
                    json!(1e300),
                    json!(0.5),
                    json!(-0.0),
                    json!(3.0),
                ])
                .clone(),
            4 => rng
                .pick(&[
                    "2026-11-23",
                    "2024-02-30",
                    "5m",
                    "P3Y",
                    "a",
                    "",
                    "A",
                    "a.b",
                    "é",
                    "facts.mode == 1",
                ])
                .to_owned()
                .into(),
            5 => rng.pick(&self.words).clone().into(),
            6 => "a".repeat(rng.below(600) as usize).into(),
            7 => "ü".repeat(rng.below(300) as usize).into(),
            8 => rng.pick(&self.names).clone().into(),
            9 => (0..rng.below(4))
                .map(|_| self.value(rng, depth - 1))
                .collect(),
            _ => {
                let entry =
                    |rng: &mut Rng| (rng.pick(&self.names).clone(), self.value(rng, depth - 1));
                Value::Object((0..rng.below(4)).map(|_| entry(rng)).collect())
            }
        }
    }
}

/// Every place in a value.
fn places(value: &Value, path: &str, found: &mut Vec<String>) {
    found.push(path.to_owned());
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                places(item, &format!("{path}/{index}"), found);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                places(field, &format!("{path}/{name}"), found);
            }
        }
        _ => {}
    }
}

fn collect(schema: &Value, names: &mut BTreeSet<String>, words: &mut BTreeSet<String>) {
    for word in schema["enum"].as_array().into_iter().flatten() {
        words.extend(word.as_str().map(str::to_owned));
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        names.insert(name.clone());
        collect(property, names, words);
    }
    for below in ["items", "additionalProperties"] {
        if let Some(below) = schema.get(below) {
            collect(below, names, words);
        }
    }
}
