//! What every definition has in common.

use std::collections::BTreeSet;

use gradus_crds::schema::{definition, structural};
use gradus_engine::key::Kind;
use serde_json::Value;

/// Every schema below a schema, itself included, with its path; clauses of unions left out, since
/// they only speak of presence.
fn walk<'a>(schema: &'a Value, path: &str, visit: &mut dyn FnMut(&str, &'a Value)) {
    visit(path, schema);
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        walk(property, &format!("{path}.{name}"), visit);
    }
    if let Some(items) = schema.get("items") {
        walk(items, &format!("{path}[]"), visit);
    }
    if let Some(values) = schema.get("additionalProperties") {
        walk(values, &format!("{path}{{}}"), visit);
    }
}

fn everywhere(mut visit: impl FnMut(&str, &Value)) {
    for kind in Kind::ALL {
        walk(structural(kind), kind.as_str(), &mut |path, schema| {
            visit(path, schema);
        });
    }
}

fn is_fact(schema: &Value) -> bool {
    schema.get("x-kubernetes-preserve-unknown-fields").is_some()
}

#[test]
fn every_kind_has_a_status_subresource_a_category_and_columns() {
    for kind in Kind::ALL {
        let spec = &definition(kind)["spec"];
        assert_eq!(
            spec["names"]["categories"],
            serde_json::json!(["gradus"]),
            "{kind}"
        );
        let version = &spec["versions"][0];
        assert!(version["subresources"]["status"].is_object(), "{kind}");
        assert!(
            version["additionalPrinterColumns"]
                .as_array()
                .unwrap()
                .len()
                >= 3,
            "{kind}"
        );
        assert!(
            structural(kind)
                .pointer("/properties/status/properties/conditions")
                .is_some(),
            "{kind}"
        );
        assert!(
            structural(kind)
                .pointer("/properties/status/properties/observedGeneration")
                .is_some(),
            "{kind}"
        );
    }
}

#[test]
fn scopes_and_short_names_are_as_designed_and_clash_with_nothing() {
    let names: Vec<(String, String, String)> = Kind::ALL
        .iter()
        .map(|kind| {
            let spec = definition(*kind)["spec"].clone();
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            (
                text(&spec["names"]["plural"]),
                text(&spec["names"]["shortNames"][0]),
                text(&spec["scope"]),
            )
        })
        .collect();
    let expected = [
        ("maturitymodels", "mmodel", "Cluster"),
        ("profiles", "mprofile", "Cluster"),
        ("capabilities", "capb", "Namespaced"),
        ("attestations", "attest", "Namespaced"),
        ("waivers", "mwaiver", "Namespaced"),
        ("assessments", "assess", "Namespaced"),
    ];
    for (name, expected) in names.iter().zip(expected) {
        assert_eq!(
            (name.0.as_str(), name.1.as_str(), name.2.as_str()),
            expected
        );
    }
}

#[test]
fn every_string_list_and_map_has_a_limit() {
    everywhere(|path, schema| match schema["type"].as_str() {
        Some("string") => {
            assert!(
                schema.get("maxLength").is_some() || schema.get("enum").is_some(),
                "{path} has no maxLength"
            );
        }
        Some("array") => assert!(schema.get("maxItems").is_some(), "{path} has no maxItems"),
        Some("object") if schema.get("additionalProperties").is_some() => {
            assert!(
                schema.get("maxProperties").is_some(),
                "{path} has no maxProperties"
            );
        }
        _ => {}
    });
}

#[test]
fn every_schema_is_structural() {
    let clauses = ["required", "not", "anyOf"];
    everywhere(|path, schema| {
        assert!(
            schema["type"].is_string() || is_fact(schema),
            "{path} has no type"
        );
        for clause in ["oneOf", "anyOf"] {
            for branch in schema[clause].as_array().into_iter().flatten() {
                for key in branch.as_object().unwrap().keys() {
                    assert!(
                        clauses.contains(&key.as_str()),
                        "{path}: {clause} says {key}"
                    );
                }
            }
        }
        assert!(
            !(schema.get("properties").is_some() && schema.get("additionalProperties").is_some()),
            "{path}"
        );
    });
}

#[test]
fn the_server_fills_nothing_in() {
    everywhere(|path, schema| {
        assert!(schema.get("default").is_none(), "{path} has a default");
        assert!(schema.get("nullable").is_none(), "{path} is nullable");
    });
}

#[test]
fn there_are_no_floats_and_whole_numbers_have_bounds() {
    everywhere(|path, schema| {
        assert_ne!(schema["type"], "number", "{path}");
        if schema["type"] == "integer" {
            assert!(
                schema["minimum"].is_i64() && schema["maximum"].is_i64(),
                "{path} has no bounds"
            );
        }
    });
}

#[test]
fn every_field_says_what_it_is() {
    everywhere(|path, schema| {
        let below = path.split_once('.').map_or("", |(_, below)| below);
        let envelope = ["", "apiVersion", "kind", "metadata", "metadata.name"].contains(&below);
        let element = path.ends_with("[]") || path.ends_with("{}");
        if !envelope && !element {
            assert!(
                schema["description"]
                    .as_str()
                    .is_some_and(|text| !text.is_empty()),
                "{path}"
            );
        }
    });
}

#[test]
fn lists_in_status_are_atomic_conditions_excepted() {
    everywhere(|path, schema| {
        if schema["type"] == "array" && path.contains(".status") {
            let expected = if path.rsplit('.').next() == Some("conditions") {
                "map"
            } else {
                "atomic"
            };
            assert_eq!(schema["x-kubernetes-list-type"], expected, "{path}");
        }
    });
}

#[test]
fn keys_of_list_maps_are_required() {
    everywhere(|path, schema| {
        for key in schema["x-kubernetes-list-map-keys"]
            .as_array()
            .into_iter()
            .flatten()
        {
            assert!(
                schema["items"]["required"]
                    .as_array()
                    .unwrap()
                    .contains(key),
                "{path}"
            );
        }
    });
}

#[test]
fn facts_are_an_atomic_map_that_refuses_lists_and_maps() {
    let mut seen = 0;
    everywhere(|path, schema| {
        if path.rsplit('.').next() == Some("facts") && is_fact(&schema["additionalProperties"]) {
            seen += 1;
            assert_eq!(schema["x-kubernetes-map-type"], "atomic", "{path}");
            assert_eq!(schema["maxProperties"], 64, "{path}");
            let value = &schema["additionalProperties"];
            assert_eq!(
                (&value["minItems"], &value["maxItems"]),
                (&1.into(), &0.into()),
                "{path}"
            );
            assert_eq!(
                (&value["minProperties"], &value["maxProperties"]),
                (&1.into(), &0.into()),
                "{path}"
            );
            assert!(value.get("type").is_none(), "{path}");
        }
    });
    assert_eq!(
        seen, 4,
        "capability spec and status, its evidence, attestation"
    );
}

#[test]
fn ends_that_people_set_are_days() {
    let days = [
        "Attestation.spec.issued",
        "Attestation.spec.validUntil",
        "Waiver.spec.from",
        "Waiver.spec.until",
        "Assessment.spec.target.by",
        "Assessment.spec.respondedAt",
        "Assessment.spec.engagement.since",
        "Assessment.spec.engagement.until",
    ];
    let mut found = BTreeSet::new();
    everywhere(|path, schema| {
        if schema["format"] == "date" {
            assert_eq!(schema["maxLength"], 10, "{path}");
            found.insert(path.to_owned());
        }
    });
    assert_eq!(found, days.into_iter().map(str::to_owned).collect());
}

#[test]
fn a_text_with_a_format_refuses_the_list_that_an_api_server_would_take_for_it() {
    everywhere(|path, schema| {
        if schema["type"] == "string" && schema.get("format").is_some() {
            assert_eq!(
                (&schema["minItems"], &schema["maxItems"]),
                (&1.into(), &0.into()),
                "{path}"
            );
        }
    });
}

#[test]
fn words_of_closed_lists_are_pascal_case() {
    everywhere(|path, schema| {
        for word in schema["enum"].as_array().into_iter().flatten() {
            let word = word.as_str().unwrap();
            assert!(
                word.starts_with(|c: char| c.is_ascii_uppercase()),
                "{path}: {word}"
            );
            assert!(
                word.chars().all(|c| c.is_ascii_alphanumeric()),
                "{path}: {word}"
            );
        }
    });
}

#[test]
fn no_field_has_a_name_that_yaml_1_1_reads_as_a_boolean() {
    let ambiguous = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    everywhere(|path, schema| {
        for name in schema["properties"]
            .as_object()
            .into_iter()
            .flat_map(|fields| fields.keys())
        {
            assert!(
                !ambiguous.contains(&name.to_lowercase().as_str()),
                "{path}.{name}"
            );
            assert!(
                name.chars().all(|c| c.is_ascii_alphanumeric()),
                "{path}.{name}"
            );
            assert!(
                name.starts_with(|c: char| c.is_ascii_lowercase()),
                "{path}.{name}"
            );
        }
    });
}

#[test]
fn every_rule_has_a_message_and_says_has_for_what_is_optional() {
    let mut rules = 0;
    everywhere(|path, schema| {
        let required: Vec<&str> = schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        for rule in schema["x-kubernetes-validations"]
            .as_array()
            .into_iter()
            .flatten()
        {
            rules += 1;
            assert!(
                rule["message"]
                    .as_str()
                    .is_some_and(|message| message.len() < 2048),
                "{path}"
            );
            let text = rule["rule"].as_str().unwrap();
            for name in schema["properties"]
                .as_object()
                .into_iter()
                .flat_map(|fields| fields.keys())
            {
                if text.contains(&format!("self.{name}")) && !required.contains(&name.as_str()) {
                    assert!(
                        text.contains(&format!("has(self.{name})")),
                        "{path}: {text} reads {name}"
                    );
                }
            }
            if let Some(field) = rule["fieldPath"].as_str() {
                assert!(
                    schema["properties"]
                        .get(field.trim_start_matches('.'))
                        .is_some(),
                    "{path}: {field}"
                );
            }
        }
    });
    assert!(rules >= 20, "the rules are in their places: {rules}");
}

#[test]
fn attestations_are_immutable_and_waivers_change_only_by_approval() {
    let rules = |schema: &Value| -> Vec<String> {
        let rules = schema["x-kubernetes-validations"]
            .as_array()
            .into_iter()
            .flatten();
        rules
            .map(|rule| rule["rule"].as_str().unwrap().to_owned())
            .collect()
    };
    let attestation = &structural(Kind::Attestation)["properties"]["spec"];
    assert!(rules(attestation).contains(&"self == oldSelf".to_owned()));
    let waiver = &structural(Kind::Waiver)["properties"]["spec"];
    for (name, field) in waiver["properties"].as_object().unwrap() {
        assert!(
            rules(field).contains(&"self == oldSelf".to_owned()),
            "{name} may change"
        );
    }
    assert!(rules(waiver).contains(&"oldSelf.hasValue() || !has(self.approvedBy)".to_owned()));
}
