//! The CEL rules of the CRDs and their native checks agree: every rule over one object, evaluated by the `cel`
//! crate and natively, on every combination of the values that matter to it.
// See D-110.

mod documents;

use std::collections::{BTreeMap, BTreeSet};

use cel::{Context, Program};
use documents::{ASSESSMENT, ATTESTATION, CAPABILITY, MODEL, PROFILE, WAIVER, yaml};
use gradus_crds::schema::structural;
use gradus_crds::validate;
use gradus_engine::key::Kind;
use serde_json::{Value, json};

/// A rule where it stands: the schema's place, and the rule as the CRD carries it.
struct Placed<'a> {
    schema: &'a Value,
    place: String,
    rule: &'a Value,
}

/// The rules over one object; those that compare with the object before are the API server's.
fn rules<'a>(schema: &'a Value, place: &str, found: &mut Vec<Placed<'a>>) {
    for rule in schema["x-kubernetes-validations"]
        .as_array()
        .into_iter()
        .flatten()
    {
        if !rule["rule"].as_str().unwrap().contains("oldSelf") {
            found.push(Placed {
                schema,
                place: place.to_owned(),
                rule,
            });
        }
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        rules(property, &format!("{place}/{name}"), found);
    }
    if let Some(items) = schema.get("items") {
        rules(items, &format!("{place}/*"), found);
    }
}

/// The values at a place, each with its path as findings write it.
fn values<'a>(value: &'a Value, place: &str, path: &str) -> Vec<(String, &'a Value)> {
    let Some(rest) = place.strip_prefix('/') else {
        return vec![(path.to_owned(), value)];
    };
    let (step, rest) = rest.find('/').map_or((rest, ""), |end| rest.split_at(end));
    if step == "*" {
        let items = value.as_array().into_iter().flatten().enumerate();
        return items
            .flat_map(|(index, item)| values(item, rest, &format!("{path}[{index}]")))
            .collect();
    }
    let path = if path.is_empty() {
        step.to_owned()
    } else {
        format!("{path}.{step}")
    };
    value
        .get(step)
        .filter(|value| !value.is_null())
        .map_or(Vec::new(), |value| values(value, rest, &path))
}

/// A value as an API server gives it to CEL: days are timestamps, nulls are dropped.
fn given(schema: &Value, value: &Value) -> cel::Value {
    match value {
        Value::Object(fields) => {
            let fields: BTreeMap<String, cel::Value> = fields
                .iter()
                .filter(|(_, field)| !field.is_null())
                .map(|(name, field)| (name.clone(), given(&schema["properties"][name], field)))
                .collect();
            cel::Value::from(std::collections::HashMap::from_iter(fields))
        }
        Value::Array(items) => cel::Value::from(
            items
                .iter()
                .map(|item| given(&schema["items"], item))
                .collect::<Vec<_>>(),
        ),
        Value::String(day) if schema["format"] == "date" => {
            let text = format!("timestamp('{day}T00:00:00Z')");
            Program::compile(&text)
                .unwrap()
                .execute(&Context::default())
                .unwrap()
        }
        Value::String(text) => text.as_str().into(),
        Value::Number(number) => number.as_i64().unwrap().into(),
        Value::Bool(truth) => (*truth).into(),
        Value::Null => unreachable!("nulls are dropped"),
    }
}

/// What CEL says of a rule.
fn holds(placed: &Placed<'_>, value: &Value) -> bool {
    let mut context = Context::default();
    context.add_variable_from_value("self", given(placed.schema, value));
    let program = Program::compile(placed.rule["rule"].as_str().unwrap()).unwrap();
    match program.execute(&context) {
        Ok(cel::Value::Bool(truth)) => truth,
        other => panic!("{}: {other:?} on {value}", placed.rule),
    }
}

/// Every combination of values at pointers, in a good document.
fn combinations(text: &str, choices: &[(&str, Vec<Value>)]) -> Vec<Value> {
    choices
        .iter()
        .fold(vec![yaml(text)], |documents, (pointer, values)| {
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            documents
                .iter()
                .flat_map(|document| values.iter().map(move |value| (document.clone(), value)))
                .map(|(mut document, value)| {
                    let fields = document
                        .pointer_mut(parent)
                        .unwrap()
                        .as_object_mut()
                        .unwrap();
                    fields.insert(name.to_owned(), value.clone());
                    document
                })
                .collect()
        })
}

/// Compares CEL and native checks on documents that the schema accepts. Every rule must have been seen to
/// hold and to break.
fn agree(kind: Kind, documents: Vec<Value>) {
    let mut placed = Vec::new();
    rules(structural(kind), "", &mut placed);
    let mut seen = BTreeSet::new();
    for document in documents {
        let found = validate(&document);
        for placed in &placed {
            for (path, value) in values(&document, &placed.place, "") {
                let message = placed.rule["message"].as_str().unwrap();
                let blamed = format!(
                    "{path}{}",
                    placed.rule["fieldPath"].as_str().unwrap_or_default()
                );
                let broken = found
                    .iter()
                    .any(|one| one.help.as_deref() == Some(message) && one.path == blamed);
                assert_eq!(
                    holds(placed, value),
                    !broken,
                    "{} on {value}: {found:?}",
                    placed.rule
                );
                seen.insert((placed.rule["rule"].to_string(), broken));
            }
        }
    }
    for placed in &placed {
        for broken in [false, true] {
            assert!(
                seen.contains(&(placed.rule["rule"].to_string(), broken)),
                "{}: {broken}",
                placed.rule
            );
        }
    }
}

fn days() -> Vec<Value> {
    let days = [
        "2024-02-28",
        "2024-02-29",
        "2024-03-01",
        "2025-12-31",
        "2026-01-01",
        "2027-02-28",
        "2027-03-01",
        "2027-02-27",
        "2025-04-04",
        "2025-04-05",
        "2028-12-31",
        "2029-01-01",
    ];
    days.into_iter().map(Value::from).collect()
}

fn numbers() -> Vec<Value> {
    vec![json!(1), json!(2), json!(3)]
}

fn numbers_or_nothing() -> Vec<Value> {
    [numbers(), vec![Value::Null]].concat()
}

#[test]
fn rules_of_attestations_agree_with_native_checks() {
    agree(
        Kind::Attestation,
        combinations(
            ATTESTATION,
            &[("/spec/issued", days()), ("/spec/validUntil", days())],
        ),
    );
}

#[test]
fn rules_of_waivers_agree_with_native_checks() {
    let people = vec![
        json!("ada@example.org"),
        json!("grace@example.org"),
        Value::Null,
    ];
    let choices = [
        ("/spec/from", days()),
        ("/spec/until", days()),
        ("/spec/approvedBy", people),
    ];
    agree(Kind::Waiver, combinations(WAIVER, &choices));
}

#[test]
fn rules_of_capabilities_agree_with_native_checks() {
    let period = || vec![json!("5m"), Value::Null];
    let choices = [
        ("/spec/units/total", numbers()),
        ("/spec/units/covered", numbers()),
        ("/spec/evidence/0/every", period()),
        ("/spec/evidence/0/maxAge", period()),
    ];
    agree(Kind::Capability, combinations(CAPABILITY, &choices));
}

#[test]
fn rules_of_assessments_agree_with_native_checks() {
    let choices = [
        ("/spec/target/stage", numbers()),
        ("/spec/target/upTo", numbers_or_nothing()),
        (
            "/spec/engagement/since",
            [days(), vec![Value::Null]].concat(),
        ),
        (
            "/spec/engagement/until",
            [days(), vec![Value::Null]].concat(),
        ),
    ];
    agree(Kind::Assessment, combinations(ASSESSMENT, &choices));
}

#[test]
fn rules_of_profiles_agree_with_native_checks() {
    let choices = [
        ("/spec/requirements/0/minimum", numbers()),
        ("/spec/requirements/0/maximum", numbers_or_nothing()),
    ];
    agree(Kind::Profile, combinations(PROFILE, &choices));
}

#[test]
fn rules_of_models_agree_with_native_checks() {
    let share = |numerator: i64| json!({"threshold": {"numerator": numerator, "denominator": 2}});
    let items =
        |count: i64| json!({"atLeast": {"count": count, "of": [{"absent": "a"}, {"absent": "b"}]}});
    let words = |words: &[&str]| words.iter().map(|word| json!(word)).collect::<Vec<_>>();
    let choices = [
        (
            "/spec/scoring/walk",
            vec![share(1), share(2), share(3), Value::Null],
        ),
        (
            "/spec/scoring/leaf",
            [words(&["Walk", "Mean"]), vec![Value::Null]].concat(),
        ),
        ("/spec/scoring/overall/by", words(&["Walk", "Mean"])),
        (
            "/spec/criteria/0/requires",
            vec![items(1), items(2), items(3), Value::Null],
        ),
        (
            "/spec/criteria/0/kind",
            [words(&["Negative", "Standard"]), vec![Value::Null]].concat(),
        ),
        (
            "/spec/criteria/0/negates",
            vec![json!({"anyOf": ["second"]}), Value::Null],
        ),
    ];
    agree(Kind::MaturityModel, combinations(MODEL, &choices));
}
