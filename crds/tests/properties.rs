//! What validation lets through decodes, whatever the document looks like; and nothing panics.

mod documents;

use documents::{ASSESSMENT, ATTESTATION, CAPABILITY, MODEL, PROFILE, WAIVER, yaml};
use gradus_crds::{decode, validate};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Any JSON, small, with scalars that are near to what fields take.
fn any_value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-3_i64..1000).prop_map(Value::from),
        (-3_i32..1000).prop_map(|number| json!(f64::from(number))),
        any::<f64>().prop_map(|number| json!(number)),
        "[a-z.-]{0,8}".prop_map(Value::from),
        prop::sample::select(vec![
            "2026-11-23",
            "2024-02-30",
            "5m",
            "P3Y",
            "Present",
            "Met",
            "Gate"
        ])
        .prop_map(Value::from),
        "\\PC{0,300}".prop_map(Value::from),
    ];
    scalar.prop_recursive(3, 12, 4, |inner| {
        let name = prop::sample::select(vec![
            "name",
            "capability",
            "where",
            "anyOf",
            "stage",
            "x.y",
            "kind",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name, inner), 0..4).prop_map(|entries| {
                let fields: Map<String, Value> = entries
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect();
                Value::from(fields)
            }),
        ]
    })
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

fn spoiled() -> impl Strategy<Value = Value> {
    let texts = vec![CAPABILITY, ATTESTATION, WAIVER, MODEL, ASSESSMENT, PROFILE];
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any_value()), 1..4);
    (prop::sample::select(texts), changes).prop_map(|(text, changes)| {
        let mut document = yaml(text);
        for (index, value) in changes {
            let mut found = Vec::new();
            places(&document, "", &mut found);
            let place = index.get(&found);
            if let Some(target) = document.pointer_mut(place) {
                *target = value;
            }
        }
        document
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn valid_documents_decode_and_convert(document in spoiled()) {
        let wrong = validate(&document);
        match decode(&document) {
            Ok(resource) => {
                prop_assert!(wrong.is_empty());
                prop_assert_eq!(&decode(&resource.document()).unwrap(), &resource);
                if let Err(wrong) = resource.into_object() {
                    // Only what no schema can hold: the text of a predicate.
                    prop_assert!(wrong.iter().all(|one| one.code == "InvalidWhere"), "{:?}", wrong);
                }
            }
            Err(found) => {
                prop_assert_eq!(&found, &wrong);
                prop_assert!(found.iter().all(|one| one.code != "Undecodable"), "{:?}", found);
            }
        }
    }

    #[test]
    fn nothing_panics_on_any_value(value in any_value()) {
        let _ = decode(&value);
    }
}
