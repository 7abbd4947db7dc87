//! Statuses are projections of what the engine says: whole scenes, from documents to status.

use gradus_crds::assessment_status::AssessmentStatus;
use gradus_crds::capability::ImpactStatus;
use gradus_crds::common::{Condition, ConditionStatus};
use gradus_crds::schema::structural;
use gradus_crds::status::{
    Previous, StatusContext, Transitions, assessment_status, attestation_status, capability_status,
    ledger_of, model_status, refused_status, waiver_status,
};
use gradus_crds::{decode, library};
use gradus_engine::delta::{Delta, Standing};
use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::fold::{FoldInput, Overall, fold};
use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::ledger::{Fall, Grounds, Ledger};
use gradus_engine::object::{Life, Object, OnModelChange, Regression};
use gradus_engine::verdict::Cause;
use gradus_engine::view::Snapshot;
use gradus_engine::world::World;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::Value;

const SITE: &str = include_str!("documents/site.yaml");

fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

/// The documents of the scene, and the model that they are scored against.
fn world() -> World {
    let mut world = World::new();
    let model = library::find("infram-2018").unwrap();
    let objects = SITE.split("\n---\n").map(|text| {
        let value: Value = serde_saphyr::from_str(text).unwrap();
        decode(&value)
            .unwrap_or_else(|wrong| panic!("{wrong:#?}"))
            .into_object()
            .unwrap()
    });
    let key = ObjectKey::new(Kind::MaturityModel, "", "infram-2018");
    let library = [(key, Some(Object::Model(model)))];
    for (number, (key, object)) in library.into_iter().chain(objects).enumerate() {
        let life = Life {
            uid: format!("uid-{number}").into(),
            generation: 1,
        };
        world.apply(Delta::Upsert {
            key,
            life,
            object: object.unwrap(),
        });
    }
    world.settle(now(), usize::MAX);
    world
}

fn snapshot() -> Snapshot {
    world().snapshot()
}

fn first() -> Previous<'static> {
    Previous::none(now())
}

fn key(kind: Kind, name: &str) -> ObjectKey {
    ObjectKey::new(kind, "north", name)
}

/// A status as JSON, which must keep to the schema that the CRD carries.
fn written(kind: Kind, status: &impl Serialize) -> Value {
    let value = serde_json::to_value(status).unwrap();
    keeps_to(
        &structural(kind)["properties"]["status"],
        &value,
        kind.as_str(),
    );
    value
}

/// Statuses as a golden file shows them.
fn pretty(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

/// The part of JSON Schema that statuses can break: types, names, limits of lists and texts.
fn keeps_to(schema: &Value, value: &Value, path: &str) {
    match value {
        Value::Object(fields) => {
            for required in schema["required"].as_array().into_iter().flatten() {
                assert!(
                    fields.contains_key(required.as_str().unwrap()),
                    "{path}: {required}"
                );
            }
            for (name, field) in fields {
                let path = format!("{path}.{name}");
                match (
                    schema["properties"].get(name),
                    schema.get("additionalProperties"),
                ) {
                    (Some(part), _) => keeps_to(part, field, &path),
                    (None, Some(_)) => {}
                    (None, None) => panic!("{path} is not in the schema"),
                }
            }
        }
        Value::Array(items) => {
            assert_eq!(schema["type"], "array", "{path}");
            assert!(
                items.len() as u64 <= schema["maxItems"].as_u64().unwrap(),
                "{path}"
            );
            for item in items {
                keeps_to(&schema["items"], item, path);
            }
        }
        Value::String(text) => {
            assert_eq!(schema["type"], "string", "{path}");
            let most = schema["maxLength"].as_u64().unwrap_or(u64::MAX);
            assert!(text.chars().count() as u64 <= most, "{path}");
            if let Some(words) = schema["enum"].as_array() {
                assert!(words.contains(value), "{path}: {text}");
            }
        }
        Value::Number(_) => assert_eq!(schema["type"], "integer", "{path}"),
        Value::Bool(_) => assert_eq!(schema["type"], "boolean", "{path}"),
        Value::Null => panic!("{path} is null"),
    }
}

#[test]
fn an_assessment_s_status_says_stage_gaps_and_conditions() {
    let snapshot = snapshot();
    let view = snapshot
        .assessments
        .get(&key(Kind::Assessment, "north"))
        .unwrap();
    let mut status = written(
        Kind::Assessment,
        &assessment_status(view, StatusContext::of(view), first()),
    );
    for digest in ["modelDigest", "inputsDigest"] {
        assert_eq!(status[digest].as_str().map(str::len), Some(64));
        status[digest] = "…".into();
    }
    insta::assert_snapshot!(pretty(&status));
}

#[test]
fn the_statuses_of_capabilities_say_what_is_believed() {
    let snapshot = snapshot();
    let statuses: Vec<Value> = snapshot
        .capabilities
        .iter()
        .map(|view| {
            let impacts = snapshot.impact_of(&view.key);
            let impact = ImpactStatus {
                primary: impacts
                    .iter()
                    .map(|(_, impact)| u64::from(impact.primary))
                    .sum(),
                secondary: impacts
                    .iter()
                    .map(|(_, impact)| u64::from(impact.secondary))
                    .sum(),
            };
            written(Kind::Capability, &capability_status(&view, impact, first()))
        })
        .collect();
    insta::assert_snapshot!(pretty(&statuses));
}

#[test]
fn the_statuses_of_statements_say_whether_they_count() {
    let snapshot = snapshot();
    let attestations = snapshot
        .attestations
        .values()
        .map(|view| written(Kind::Attestation, &attestation_status(view, first())));
    let waivers = snapshot
        .waivers
        .values()
        .map(|view| written(Kind::Waiver, &waiver_status(view, first())));
    let statuses: Vec<Value> = attestations.chain(waivers).collect();
    insta::assert_snapshot!(pretty(&statuses));
}

#[test]
fn a_model_s_status_counts_its_stages_and_criteria() {
    let snapshot = snapshot();
    let view = snapshot.models.get("infram-2018").unwrap();
    let status = model_status(view, first());
    written(Kind::MaturityModel, &status);
    assert_eq!((status.stages, status.criteria), (Some(8), Some(32)));
    assert_eq!(status.conditions[0].status, ConditionStatus::True);
}

#[test]
fn an_unchanged_view_gives_unchanged_bytes_later_on() {
    let mut world = world();
    let name = key(Kind::Assessment, "north");
    let snapshot = world.snapshot();
    let view = snapshot.assessments.get(&name).unwrap();
    let previous = assessment_status(view, StatusContext::of(view), first());
    let later = "2026-11-23T12:05:00Z".parse().unwrap();
    world.settle(later, usize::MAX);
    let again = Previous {
        conditions: &Transitions::of(&previous.conditions),
        now: later,
    };
    let snapshot = world.snapshot();
    let view = snapshot.assessments.get(&name).unwrap();
    let after = assessment_status(view, StatusContext::of(view), again);
    assert_eq!(
        serde_json::to_string(&previous).unwrap(),
        serde_json::to_string(&after).unwrap()
    );
}

fn condition<'a>(conditions: &'a [Condition], kind: &str) -> &'a Condition {
    conditions
        .iter()
        .find(|condition| condition.kind == kind)
        .unwrap()
}

#[test]
fn stale_source_shows_in_ready() {
    let mut world = world();
    let name = key(Kind::Assessment, "north");
    let standing = Standing::Stale {
        since: now(),
        source: "north/assessment.yaml".into(),
    };
    world.apply(Delta::Source {
        key: name.clone(),
        standing,
    });
    world.settle(now(), usize::MAX);
    let snapshot = world.snapshot();
    let view = snapshot.assessments.get(&name).unwrap();
    let status = assessment_status(view, StatusContext::of(view), first());
    let ready = condition(&status.conditions, "Ready");
    assert_eq!(
        (ready.status, ready.reason.as_str()),
        (ConditionStatus::False, "SourceStale")
    );
    assert!(
        ready.message.contains("north/assessment.yaml"),
        "{}",
        ready.message
    );
}

#[test]
fn assessment_without_its_model_has_a_reason_and_no_stage() {
    let snapshot = snapshot();
    let view = snapshot
        .assessments
        .get(&key(Kind::Assessment, "elsewhere"))
        .unwrap();
    let status = assessment_status(view, StatusContext::of(view), first());
    let ready = condition(&status.conditions, "Ready");
    assert_eq!(
        (ready.status, ready.reason.as_str()),
        (ConditionStatus::False, "ModelNotFound")
    );
    assert_eq!((status.assessed, status.stage), (Some(false), None));
}

/// A ledger that remembers something of everything, its history longer than a status keeps when it is cut.
fn full_ledger() -> Ledger {
    let mut ledger = Ledger::default();
    let regression = Regression {
        hold_for: SignedDuration::ZERO,
        on_model_change: OnModelChange::NewMark,
        acknowledge: Some(3),
    };
    let grounds = Grounds {
        scope: Some("5c09".repeat(16)),
        waived: vec!["backup".to_owned(), "vpn".to_owned()],
    };
    for (second, stage) in [5, 3, 5, 2, 4, 5, 1, 6, 2, 6].into_iter().enumerate() {
        let input = FoldInput {
            model: "infram-2018".into(),
            model_digest: "d1".into(),
            overall: Overall::Whole,
            stage: Some(stage),
            next_stage: Some(stage + 1),
            missing: 1,
            domains: Vec::new(),
            assessed: true,
            suspended: false,
            regression: regression.clone(),
            losses: Vec::new(),
            grounds: grounds.clone(),
        };
        let at = Timestamp::from_second(i64::try_from(second).unwrap()).unwrap();
        ledger = fold(&ledger, &input, at).ledger;
    }
    ledger.domain_high_water.insert("mobility".to_owned(), 4);
    ledger.below_since = Some(now());
    ledger
        .domain_below_since
        .insert("mobility".to_owned(), now());
    ledger.standing.push(Fall {
        sequence: 9,
        domain: Some("mobility".to_owned()),
        from: 4,
        to: 1,
        recovered: Some(2),
        since: now(),
        cause: Cause::AttestationExpired,
        capability: Some("a".to_owned()),
        evidence: Some("b".to_owned()),
    });
    ledger
}

#[test]
fn ledger_is_read_back_from_the_status_completely() {
    let snapshot = snapshot();
    let view = snapshot
        .assessments
        .get(&key(Kind::Assessment, "north"))
        .unwrap();
    let ledger = full_ledger();
    let context = StatusContext {
        ledger: &ledger,
        ..StatusContext::of(view)
    };
    let status = assessment_status(view, context, first());
    assert_eq!(ledger_of(&status), ledger);
    let json = written(Kind::Assessment, &status);
    let back: AssessmentStatus = serde_json::from_value(json).unwrap();
    assert_eq!(ledger_of(&back), ledger);
}

#[test]
fn a_status_cut_to_its_limit_loses_no_mark_no_fall_and_no_proof() {
    let snapshot = snapshot();
    let view = snapshot
        .assessments
        .get(&key(Kind::Assessment, "north"))
        .unwrap();
    let mut ledger = full_ledger();
    for entry in &mut ledger.history {
        entry.capability = Some("x".repeat(253));
    }
    for number in 0..190 {
        let domain = format!("domain-{number:03}-{}", "x".repeat(50));
        ledger.domain_high_water.insert(domain.clone(), 3);
        ledger.domain_below_since.insert(domain, now());
    }
    let context = StatusContext {
        ledger: &ledger,
        ..StatusContext::of(view)
    };
    let back = ledger_of(&assessment_status(view, context, first()));
    assert_eq!(back.history.len(), 5, "the history was cut");
    assert_eq!(back.sequence, ledger.sequence);
    assert_eq!(
        back.history_anchor.as_ref(),
        Some(&ledger.history[ledger.history.len() - 6].digest)
    );
    let whole = Ledger {
        history: ledger.history,
        history_anchor: ledger.history_anchor,
        ..back
    };
    assert_eq!(whole.standing, ledger.standing);
    assert_eq!(whole.domain_high_water, ledger.domain_high_water);
}

#[test]
fn refused_object_has_a_reason_and_an_assessment_keeps_its_ledger() {
    let ledger = full_ledger();
    let wrong = [Diagnostic::error(
        "InvalidFact",
        "spec.facts.Mode",
        "no fact name",
    )];
    for kind in Kind::ALL {
        let status = refused_status(kind, 7, &wrong, &ledger, first());
        keeps_to(
            &structural(kind)["properties"]["status"],
            &status,
            kind.as_str(),
        );
        let ready = &status["conditions"][0];
        assert_eq!(
            (&ready["type"], &ready["status"]),
            (&"Ready".into(), &"False".into())
        );
        assert_eq!(ready["reason"], "InvalidFact");
        assert_eq!(ready["message"], "spec.facts.Mode: no fact name");
        assert_eq!(status["observedGeneration"], 7);
    }
    let status = refused_status(Kind::Assessment, 7, &wrong, &ledger, first());
    let status: AssessmentStatus = serde_json::from_value(status).unwrap();
    assert_eq!(ledger_of(&status), ledger);
    assert_eq!((status.assessed, status.stage), (Some(false), ledger.stage));
}
