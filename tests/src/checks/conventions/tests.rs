//! The checks find what is wrong, and only that.

use serde_json::json;

use super::*;

fn said(kind: &str, status: &str, reason: &str) -> Value {
    json!({
        "type": kind,
        "status": status,
        "reason": reason,
        "message": "a sentence",
        "lastTransitionTime": "2026-01-01T00:00:00Z",
        "observedGeneration": 1,
    })
}

/// A regressed assessment of the lowest stage: as ready as any.
fn assessment() -> Value {
    json!({
        "kind": "Assessment",
        "metadata": {"name": "site", "namespace": "north", "generation": 1},
        "status": {
            "assessed": true,
            "stage": 0,
            "conditions": [
                said("Ready", "True", "Scored"),
                said("Regressed", "True", "CapabilityLost"),
                said("TargetAtRisk", "False", "NoTarget"),
                said("Paused", "False", "NotPaused"),
                said("EvidenceStale", "False", "Fresh"),
            ],
            "observedGeneration": 1,
        },
    })
}

/// The complaints about an assessment after a change of it.
fn after(change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut changed = assessment();
    change(&mut changed);
    check_conventions(&changed)
}

fn only(complaints: &[String], words: &str) {
    assert_eq!(complaints.len(), 1, "{complaints:?}");
    assert!(complaints[0].contains(words), "{complaints:?}");
    assert!(complaints[0].starts_with("Assessment north/site: "));
}

#[test]
fn a_regressed_assessment_of_the_lowest_stage_keeps_every_promise() {
    assert_eq!(check_conventions(&assessment()), Vec::<String>::new());
}

#[test]
fn every_kind_has_its_own_conditions_always() {
    for (kind, own) in CONDITIONS {
        let conditions: Vec<Value> = own.iter().map(|own| said(own, "False", "Why")).collect();
        let mut object = json!({
            "kind": kind,
            "metadata": {"name": "a", "generation": 1},
            "status": {"observedGeneration": 1, "conditions": conditions},
        });
        assert_eq!(check_conventions(&object), Vec::<String>::new(), "{kind}");
        object["status"]["conditions"] = json!([]);
        assert_eq!(check_conventions(&object).len(), own.len(), "{kind}");
    }
    only(
        &after(|object| {
            let conditions = object["status"]["conditions"].as_array_mut().unwrap();
            conditions.retain(|condition| condition["type"] != "EvidenceStale");
        }),
        "condition EvidenceStale is missing",
    );
}

#[test]
fn an_object_without_a_status_and_a_foreign_kind_are_complaints() {
    only(
        &after(|object| drop(object.as_object_mut().unwrap().remove("status"))),
        "there is no status",
    );
    let foreign = after(|object| object["kind"] = json!("Pod"));
    assert_eq!(foreign, ["Pod north/site: \"Pod\" is none of our kinds"]);
}

#[test]
fn a_condition_has_every_field_in_its_form() {
    for (field, wrong) in [
        ("status", json!("Maybe")),
        ("reason", json!("not pascal case")),
        ("reason", json!("lowerCamel")),
        ("reason", json!("")),
        ("message", json!("")),
        ("message", Value::Null),
        ("lastTransitionTime", json!("2026-01-01 00:00:00Z")),
        ("lastTransitionTime", json!("yesterday")),
        ("lastTransitionTime", json!("2026-01-01T00:00:00")),
        ("observedGeneration", Value::Null),
    ] {
        only(
            &after(|object| object["status"]["conditions"][1][field] = wrong),
            &format!("condition Regressed: {field} is"),
        );
    }
}

#[test]
fn no_condition_is_there_twice() {
    only(
        &after(|object| {
            let conditions = object["status"]["conditions"].as_array_mut().unwrap();
            conditions.push(said("Paused", "False", "NotPaused"));
        }),
        "condition Paused is there twice",
    );
}

#[test]
fn reconciling_and_stalled_are_there_only_while_true() {
    for kind in ABNORMAL {
        let push = |status: &str| {
            after(|object| {
                let conditions = object["status"]["conditions"].as_array_mut().unwrap();
                conditions.push(said(kind, status, "Why"));
            })
        };
        assert_eq!(push("True"), Vec::<String>::new());
        only(
            &push("False"),
            &format!("condition {kind} is there and not true"),
        );
    }
}

#[test]
fn ready_never_waits_for_maturity() {
    let ready = |status: &str, reason: &str| {
        after(|object| object["status"]["conditions"][0] = said("Ready", status, reason))
    };
    for (status, reason) in [
        ("True", "NotAssessed"),
        ("False", "ModelNotFound"),
        ("False", "SourceUnavailable"),
    ] {
        assert_eq!(ready(status, reason), Vec::<String>::new(), "{reason}");
    }
    for (status, reason) in [
        ("False", "NotAssessed"),
        ("False", "CapabilityLost"),
        ("Unknown", "ModelChanged"),
        ("False", "AtRisk"),
        ("False", "Refuted"),
    ] {
        only(&ready(status, reason), reason);
    }
}

#[test]
fn status_names_its_generation_and_no_later_one() {
    only(
        &after(|object| object["status"]["observedGeneration"] = Value::Null),
        "status.observedGeneration is missing",
    );
    only(
        &after(|object| object["status"]["observedGeneration"] = json!(2)),
        "ahead of metadata.generation",
    );
    only(
        &after(|object| object["status"]["conditions"][0]["observedGeneration"] = json!(2)),
        "a condition is ahead",
    );
    let older = after(|object| object["metadata"]["generation"] = json!(2));
    assert_eq!(older, Vec::<String>::new(), "not observed yet is no breach");
}

#[test]
fn a_status_has_at_most_32_kib() {
    let fill = |bytes: usize| {
        after(|object| {
            object["status"]["stageName"] = json!("");
            let rest = bytes - object["status"].to_string().len();
            object["status"]["stageName"] = json!("x".repeat(rest));
        })
    };
    assert_eq!(fill(LARGEST), Vec::<String>::new());
    only(&fill(LARGEST + 1), "has 32769 bytes");
}

#[test]
fn there_is_no_float_anywhere() {
    only(
        &after(|object| object["status"]["domains"] = json!([{"score": 2.5}])),
        ".status.domains[0].score is the float 2.5",
    );
    only(
        &after(|object| object["spec"] = json!({"weight": 1.0})),
        ".spec.weight is the float 1.0",
    );
}

#[test]
fn lists_and_maps_stay_within_their_limits() {
    let items = |count: usize| Value::Array(vec![json!({}); count]);
    for (path, most) in LIMITS.into_iter().skip(1) {
        let put = |count: usize| {
            after(|object| match path.split_once(".*.") {
                Some((outer, inner)) => {
                    object["status"][outer] = json!([{}, {inner: items(count)}]);
                }
                None => object["status"][path] = items(count),
            })
        };
        assert_eq!(put(most), Vec::<String>::new(), "{path}");
        only(
            &put(most + 1),
            &format!("{path} has {} items, and {most} are the most", most + 1),
        );
    }
    let facts: serde_json::Map<String, Value> =
        (0..65).map(|n| (format!("f{n}"), json!(n))).collect();
    only(
        &after(|object| object["status"]["facts"] = Value::Object(facts)),
        "facts has 65 items",
    );
}
