//! Cases for what a schema says of one value: the last one that is taken, and the first that is not.

use serde_json::{Value, json};

use super::case::{Case, fields, set};
use super::constraint::Constraint;
use super::example::Examples;
use super::finding::Code;
use super::place::{KEY, Step};
use super::text;

/// The cases of one keyword at one place.
pub(super) fn cases(examples: &Examples, constraint: &Constraint, keyword: &str) -> Vec<Case> {
    let base = examples.with(&constraint.place);
    let pointer = constraint.place.pointer();
    let place = Spot {
        examples,
        constraint,
        path: constraint.place.path(),
        pointer,
        base,
    };
    match keyword {
        "type" => place.types(),
        "properties" => place.unknown_fields(),
        "enum" => place.words(),
        "format" => place.formats(),
        "minimum" => place.number(-1),
        "maximum" => place.number(1),
        "multipleOf" => place.values(&[json!(4), json!(4.0)], &[json!(3.5), json!(1e300)]),
        "minLength" => place.shortest(),
        "maxLength" => place.longest(),
        "pattern" => place.patterns(),
        "minItems" if place.is_fact() => place.values(&[json!(true)], &[json!([])]),
        "maxItems" if place.is_fact() => place.values(&[json!(false)], &[json!(["a"])]),
        "minItems" if place.is_text() => place.no_list(json!([])),
        "maxItems" if place.is_text() => place.no_list(json!(["a"])),
        "minProperties" if place.is_fact() => place.values(&[json!("")], &[json!({})]),
        "maxProperties" if place.is_fact() => place.values(&[json!(null)], &[json!({"a": 1})]),
        "minItems" => place.items(-1),
        "maxItems" => place.items(1),
        "minProperties" => place.values(&[], &[json!({})]),
        "maxProperties" => place.entries(),
        "x-kubernetes-list-type" => place.twins(),
        _ => panic!("nobody thought of {keyword}"),
    }
}

/// The cases of a field that must be there: it is not, or it is null, which is the same.
pub(super) fn required(examples: &Examples, constraint: &Constraint, field: &str) -> Vec<Case> {
    let base = examples.with(&constraint.place);
    let pointer = constraint.place.pointer();
    let path = constraint.place.field(field).path();
    let mut without = base.clone();
    fields(&mut without, &pointer).remove(field);
    let null = set(base.clone(), &format!("{pointer}/{field}"), Value::Null);
    vec![
        Case::accepted(constraint, base),
        Case::refused(constraint, &path, Code::Required, without),
        Case::refused(constraint, &path, Code::Required, null),
    ]
}

/// A place in a good object, to be spoilt.
struct Spot<'a> {
    examples: &'a Examples,
    constraint: &'a Constraint,
    path: String,
    pointer: String,
    base: Value,
}

impl Spot<'_> {
    fn is_fact(&self) -> bool {
        let key = "x-kubernetes-preserve-unknown-fields";
        self.constraint.schema.get(key).is_some()
    }

    fn is_text(&self) -> bool {
        self.constraint.schema["type"] == "string"
    }

    /// A text with a format, and a list in its place.
    fn no_list(&self, list: Value) -> Vec<Case> {
        let there = Case::accepted(self.constraint, self.base.clone());
        vec![there, self.refused(Code::TypeInvalid, list)]
    }

    fn accepted(&self, value: Value) -> Case {
        Case::accepted(
            self.constraint,
            set(self.base.clone(), &self.pointer, value),
        )
    }

    fn refused(&self, code: Code, value: Value) -> Case {
        let object = set(self.base.clone(), &self.pointer, value);
        let code = match code {
            Code::Invalid | Code::TypeInvalid if self.is_fact() => Code::InvalidFact,
            code => code,
        };
        Case::refused(self.constraint, &self.path, code, object)
    }

    /// Good values, beside the one that is there, and bad ones.
    fn values(&self, good: &[Value], bad: &[Value]) -> Vec<Case> {
        let good = good.iter().cloned().map(|value| self.accepted(value));
        let bad = bad
            .iter()
            .cloned()
            .map(|value| self.refused(Code::Invalid, value));
        let there = Case::accepted(self.constraint, self.base.clone());
        good.chain(bad).chain([there]).collect()
    }

    fn types(&self) -> Vec<Case> {
        let wrong = match self.constraint.schema["type"].as_str() {
            Some("object") => vec![json!([]), json!("text")],
            Some("array") => vec![json!({}), json!("text")],
            Some("string") => vec![json!(7), json!(["text"])],
            Some("integer") => vec![json!("7"), json!(7.5), json!(1e300), json!(u64::MAX)],
            _ => vec![json!("true"), json!(1)],
        };
        let mut cases: Vec<Case> = wrong
            .into_iter()
            .map(|value| self.refused(Code::TypeInvalid, value))
            .collect();
        // A null is a field that is left out; an item cannot be left out.
        if self.constraint.place.steps().last() == Some(&Step::Item) {
            cases.push(self.refused(Code::TypeInvalid, Value::Null));
        }
        if self.constraint.schema["type"] == "boolean" {
            cases.push(self.accepted(json!(false)));
        }
        cases.push(Case::accepted(self.constraint, self.base.clone()));
        cases
    }

    fn unknown_fields(&self) -> Vec<Case> {
        let with = |value: Value| {
            let mut object = self.base.clone();
            fields(&mut object, &self.pointer).insert("colour".to_owned(), value);
            let path = self.constraint.place.field("colour").path();
            Case::refused(self.constraint, &path, Code::UnknownField, object)
        };
        let there = Case::accepted(self.constraint, self.base.clone());
        vec![there, with(json!("red")), with(Value::Null)]
    }

    fn words(&self) -> Vec<Case> {
        let words = self.constraint.schema["enum"]
            .as_array()
            .into_iter()
            .flatten();
        let lower = self.constraint.schema["enum"][0]
            .as_str()
            .unwrap_or_default()
            .to_lowercase();
        let wrong = [json!("Perhaps"), json!(""), json!(lower)];
        let wrong = wrong.map(|value| self.refused(Code::NotSupported, value));
        let good = words.map(|word| self.accepted(word.clone()));
        good.chain(wrong).collect()
    }

    fn formats(&self) -> Vec<Case> {
        let (good, bad): (&[&str], &[&str]) = match self.constraint.schema["format"].as_str() {
            Some("date") => (
                &[],
                &[
                    "",
                    "2024-02-30",
                    "2023-02-29",
                    "2026-13-01",
                    "2026-1-1",
                    "20261123",
                    "20261123T1",
                    "2026-W48-1",
                    "-026-11-23",
                    "2026-11-2３",
                ],
            ),
            Some("date-time") => (&["2026-11-23T12:00:00+01:00"], &["", "2026-11-23", "noon"]),
            format => panic!("nobody thought of {format:?}"),
        };
        let good = good.iter().map(|text| self.accepted(json!(text)));
        let bad = bad
            .iter()
            .map(|text| self.refused(Code::TypeInvalid, json!(text)));
        good.chain(bad)
            .chain([Case::accepted(self.constraint, self.base.clone())])
            .collect()
    }

    /// The bound itself, and one step beyond it.
    fn number(&self, beyond: i64) -> Vec<Case> {
        let bound = self.constraint.bound();
        vec![
            self.accepted(bound.into()),
            self.refused(Code::Invalid, (bound + beyond).into()),
        ]
    }

    fn shortest(&self) -> Vec<Case> {
        let schema = self.constraint.schema;
        let least = schema["minLength"].as_u64().unwrap_or(0);
        vec![
            self.accepted(text::short(schema).into()),
            self.refused(
                Code::Invalid,
                text::of_length(schema, least.saturating_sub(1)).into(),
            ),
        ]
    }

    fn longest(&self) -> Vec<Case> {
        let schema = self.constraint.schema;
        let most = schema["maxLength"].as_u64().unwrap_or(0);
        let code = if schema.get("format").is_some() {
            Code::TypeInvalid
        } else {
            Code::TooLong
        };
        vec![
            self.accepted(text::long(schema).into()),
            self.refused(code, text::of_length(schema, most + 1).into()),
        ]
    }

    fn patterns(&self) -> Vec<Case> {
        let schema = self.constraint.schema;
        let short = text::short(schema);
        let wrong = if text::any_but_blanks(schema) {
            vec![" ".to_owned(), "\t \n".to_owned()]
        } else {
            vec![
                "XXX".to_owned(),
                format!("{short}\n"),
                format!(" {short}"),
                "ü12".to_owned(),
            ]
        };
        let wrong = wrong
            .into_iter()
            .map(|text| self.refused(Code::Invalid, text.into()));
        wrong
            .chain([Case::accepted(self.constraint, self.base.clone())])
            .collect()
    }

    /// As many items as are allowed, and one beyond.
    fn items(&self, beyond: i64) -> Vec<Case> {
        let Constraint { place, schema, .. } = self.constraint;
        let bound = self.constraint.bound();
        let code = if beyond > 0 {
            Code::TooMany
        } else {
            Code::Invalid
        };
        let items = |count: i64| self.examples.items(schema, place, count.unsigned_abs());
        vec![
            self.accepted(items(bound)),
            self.refused(code, items(bound + beyond)),
        ]
    }

    fn entries(&self) -> Vec<Case> {
        let Constraint { place, schema, .. } = self.constraint;
        let bound = self.constraint.bound();
        let below = place.then(Step::Entry);
        let value = self.examples.value(&schema["additionalProperties"], &below);
        let entries = |count: i64, others: &[Value]| -> Value {
            let values = (0..count).map(|_| &value).chain(others);
            let entry =
                |(number, value): (usize, &Value)| (format!("{KEY}{number}"), value.clone());
            Value::Object(values.enumerate().map(entry).collect())
        };
        vec![
            self.accepted(entries(bound, &[])),
            // A null is dropped before anything is counted.
            self.accepted(entries(bound, &[Value::Null])),
            self.refused(Code::TooMany, entries(bound + 1, &[])),
        ]
    }

    /// Items that are alike, and items that are not.
    fn twins(&self) -> Vec<Case> {
        let Constraint { place, schema, .. } = self.constraint;
        let items = |numbers: &[u64]| -> Value {
            let items = numbers
                .iter()
                .map(|number| self.examples.item(schema, place, *number));
            items.collect()
        };
        let path = format!("{}[1]", self.path);
        let alike = |numbers: &[u64]| {
            let object = set(self.base.clone(), &self.pointer, items(numbers));
            Case::refused(self.constraint, &path, Code::Duplicate, object)
        };
        vec![
            self.accepted(items(&[1, 2])),
            alike(&[1, 1]),
            alike(&[1, 1, 2, 1, 2]),
        ]
    }
}
