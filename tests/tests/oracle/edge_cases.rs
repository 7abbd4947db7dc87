//! Edge cases of the rules: each is a small site, with similar sites beside it.

use std::collections::BTreeMap;
use std::sync::Arc;

use gradus_engine::delta::Delta;
use gradus_engine::fact::FactValue;
use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::model::{
    Aggregate, Criterion, CriterionKind, EmptyStage, Model, Over, Scale, Scoring, StageGate,
    Strength, Test, UnknownPoints,
};
use gradus_engine::object::{
    Attestation, Capability, Claim, EvidenceItem, EvidenceKind, Life, Object, Subject, Target,
};
use gradus_engine::query::roadmap;
use gradus_engine::verdict::{Cause, EvidenceClass, Verdict};
use gradus_engine::view::{AssessmentView, TargetRisk};
use gradus_tests::compare::{snapshot, world};
use gradus_tests::random::noon;
use gradus_tests::scene::Scene;
use gradus_tests::site::{Site, asks, capability, criterion, model, stating, walked};
use gradus_tests::story::Story;
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Span, Timestamp};

fn key(kind: Kind, name: &str) -> ObjectKey {
    ObjectKey::new(kind, "default", name)
}

fn put(scene: &mut Scene, kind: Kind, name: &str, object: Object) {
    scene.apply(&upsert(scene, kind, name, object));
}

fn upsert(scene: &Scene, kind: Kind, name: &str, object: Object) -> Delta {
    let key = key(kind, name);
    let generation = scene
        .objects
        .get(&key)
        .map_or(0, |placed| placed.life.generation);
    let life = Life {
        uid: key.to_string().into(),
        generation: generation + 1,
    };
    Delta::Upsert { key, life, object }
}

fn removal(kind: Kind, name: &str) -> Delta {
    let key = key(kind, name);
    let uid = key.to_string().into();
    Delta::Remove { key, uid }
}

fn attestation(subject: Subject, from: Date, until: Date) -> Object {
    Object::Attestation(Attestation {
        subject,
        statement: String::new(),
        facts: BTreeMap::default(),
        attested_by: "anna".into(),
        external: Some("auditors".into()),
        issued: from,
        valid_until: until,
        created: None,
    })
}

fn attest(scene: &mut Scene, name: &str, of: &str, from: Date, until: Date) {
    let object = attestation(Subject::Capability(of.into()), from, until);
    put(scene, Kind::Attestation, name, object);
}

/// A capability whose only evidence is an attestation.
fn attested(name: &str) -> Capability {
    Capability {
        evidence: vec![EvidenceItem {
            name: "who".into(),
            digest: "who".into(),
            max_age: SignedDuration::ZERO,
            grace: SignedDuration::ZERO,
            kind: EvidenceKind::Attestation {
                minimum: 1,
                external: false,
            },
        }],
        ..capability(name)
    }
}

fn needing(name: &str, needed: &str) -> Capability {
    Capability {
        depends_on: vec![(needed.into(), Strength::Gate)],
        ..capability(name)
    }
}

fn every(criteria: Vec<Criterion>, last: u32) -> Model {
    let mut scoring = walked();
    (scoring.walk.numerator, scoring.walk.denominator) = (1, 1);
    model(last, Vec::new(), criteria, scoring)
}

/// One answer between 1 and 3, which is the level.
fn levelled() -> Model {
    let grade = Test::Grade {
        fact: "level".into(),
        min: 1,
        max: 3,
    };
    let asking = Criterion {
        requires: asks("vpn", grade),
        ..criterion("vpn", None)
    };
    let scoring = Scoring {
        leaf: Aggregate::Mean,
        inner: Aggregate::Mean,
        over: Over::Criteria,
        by: Aggregate::Mean,
        levels: vec![(1, 1, 1), (2, 2, 1), (3, 3, 1)],
        ..walked()
    };
    model(3, Vec::new(), vec![asking], scoring)
}

fn asking_for_vpn() -> Site {
    Site::of(every(vec![criterion("vpn", Some(1))], 1))
}

fn view(scene: &Scene, now: Timestamp) -> Arc<AssessmentView> {
    let snapshot = snapshot(scene, now);
    snapshot.assessments[&key(Kind::Assessment, "site")].clone()
}

fn midnight(day: Date) -> Timestamp {
    let zoned = day.to_zoned(jiff::tz::TimeZone::UTC);
    zoned.expect("a day of our time").timestamp()
}

/// The stage and the day that are forecast.
fn forecast(scene: &Scene) -> Option<(u32, Timestamp)> {
    let told = view(scene, noon());
    let told = told.forecast.as_ref()?;
    Some((told.stage, told.at))
}

#[test]
fn forecast_sees_the_end_of_what_a_capability_depends_on() {
    let mut site = asking_for_vpn().declares("vpn", needing("vpn", "directory"));
    site = site.declares("directory", attested("directory"));
    attest(
        &mut site.scene,
        "audit",
        "directory",
        date(2026, 1, 1),
        date(2026, 6, 30),
    );
    assert_eq!(view(&site.scene, noon()).stage, Some(1));
    assert_eq!(forecast(&site.scene), Some((0, midnight(date(2026, 7, 1)))));
}

#[test]
fn forecast_sees_the_end_of_a_dependency_of_a_dependency() {
    let mut site = asking_for_vpn()
        .declares("vpn", needing("vpn", "directory"))
        .declares("directory", needing("directory", "power"))
        .declares("power", attested("power"));
    attest(
        &mut site.scene,
        "audit",
        "power",
        date(2026, 1, 1),
        date(2026, 6, 30),
    );
    assert_eq!(forecast(&site.scene), Some((0, midnight(date(2026, 7, 1)))));
}

fn asking_for_attested_vpn() -> Site {
    let asking = Criterion {
        at_least: EvidenceClass::Attested,
        ..criterion("vpn", Some(1))
    };
    Site::of(every(vec![asking], 1)).has(["vpn"])
}

#[test]
fn forecast_sees_the_last_of_a_hundred_ends() {
    for count in [64, 65, 100] {
        let mut site = asking_for_attested_vpn();
        let first = date(2026, 7, 1);
        for number in 0..count {
            let until = first + Span::new().days(number);
            let name = format!("audit-{number}");
            attest(&mut site.scene, &name, "vpn", date(2026, 1, 1), until);
        }
        let end = first + Span::new().days(count);
        assert_eq!(forecast(&site.scene), Some((0, midnight(end))), "{count}");
    }
}

#[test]
fn forecast_sees_the_end_of_a_renewal_that_begins_later() {
    let mut site = asking_for_attested_vpn();
    attest(
        &mut site.scene,
        "first",
        "vpn",
        date(2026, 1, 1),
        date(2026, 6, 30),
    );
    attest(
        &mut site.scene,
        "renewal",
        "vpn",
        date(2026, 6, 25),
        date(2026, 12, 31),
    );
    assert_eq!(forecast(&site.scene), Some((0, midnight(date(2027, 1, 1)))));
}

#[test]
fn forecast_sees_the_end_of_a_renewed_award() {
    let mut gated = every(vec![criterion("vpn", Some(1))], 1);
    gated.stages[1].gate = Some(StageGate { valid_for: None });
    let mut site = Site::of(gated).has(["vpn"]);
    for (name, from, until) in [
        ("first", date(2026, 1, 1), date(2026, 6, 30)),
        ("renewal", date(2026, 6, 25), date(2026, 12, 31)),
    ] {
        let subject = Subject::Award {
            assessment: "site".into(),
            model: "fixture".into(),
            stage: 1,
        };
        let award = attestation(subject, from, until);
        put(&mut site.scene, Kind::Attestation, name, award);
    }
    assert_eq!(forecast(&site.scene), Some((0, midnight(date(2027, 1, 1)))));
}

/// The one fall of the next commit: its cause, capability and evidence.
fn fall(story: &mut Story) -> (Cause, Option<String>, Option<String>) {
    story.pause(SignedDuration::from_secs(1));
    let told = story.commit();
    assert_eq!(told.len(), 1, "{told:?}");
    let entry = &told[0].entry;
    let cause = entry.cause.expect("a fall has a cause");
    (cause, entry.capability.clone(), told[0].evidence.clone())
}

fn begun(scene: Scene) -> Story {
    let mut story = Story::begin(scene, noon());
    let told = story.commit();
    assert_eq!(told.len(), 1, "the first stage: {told:?}");
    story
}

#[test]
fn expired_attestation_of_a_dependency_is_named_expired() {
    let mut site = asking_for_vpn()
        .declares("vpn", needing("vpn", "directory"))
        .declares("directory", attested("directory"));
    attest(
        &mut site.scene,
        "audit",
        "directory",
        date(2026, 1, 1),
        date(2026, 6, 30),
    );
    let mut story = begun(site.scene);
    story.pause(SignedDuration::from_hours(24 * 30));
    let (cause, capability, evidence) = fall(&mut story);
    assert_eq!(cause, Cause::AttestationExpired);
    assert!(["directory", "vpn"].contains(&&*capability.expect("a capability")));
    assert_eq!(evidence.as_deref(), Some("audit"));
}

/// Attested until next year; an attestation of last year is still on file.
fn renewed() -> Story {
    let mut site = asking_for_vpn().declares("vpn", attested("vpn"));
    attest(
        &mut site.scene,
        "old",
        "vpn",
        date(2024, 7, 1),
        date(2025, 6, 30),
    );
    attest(
        &mut site.scene,
        "new",
        "vpn",
        date(2025, 7, 1),
        date(2027, 6, 30),
    );
    begun(site.scene)
}

#[test]
fn deleted_attestation_is_named_withdrawn_despite_earlier_ends() {
    let mut story = renewed();
    story.change(removal(Kind::Attestation, "new"));
    let (cause, _, evidence) = fall(&mut story);
    assert_eq!(cause, Cause::AttestationWithdrawn);
    assert_ne!(evidence.as_deref(), Some("old"));
}

#[test]
fn claim_that_became_unknown_is_named_lost_despite_earlier_ends() {
    let mut story = renewed();
    let unknown = Capability {
        claim: Claim::Unknown,
        ..attested("vpn")
    };
    story.change(upsert(
        &story.scene,
        Kind::Capability,
        "vpn",
        Object::Capability(unknown),
    ));
    assert_eq!(fall(&mut story).0, Cause::CapabilityLost);
}

#[test]
fn unattested_evidence_item_is_not_named_withdrawn() {
    let mut story = begun(asking_for_vpn().has(["vpn"]).scene);
    let item = Object::Capability(attested("vpn"));
    story.change(upsert(&story.scene, Kind::Capability, "vpn", item));
    let cause = fall(&mut story).0;
    assert!(
        matches!(cause, Cause::EvidenceLost | Cause::CapabilityLost),
        "{cause}"
    );
}

#[test]
fn lost_lesser_state_is_not_named_after_a_successor_never_met() {
    let lesser = Criterion {
        kind: CriterionKind::Interim,
        superseded_by: vec!["better".into()],
        ..criterion("lesser", Some(1))
    };
    let mut unscored = criterion("better", None);
    unscored.scored = false;
    let undecided = Capability {
        claim: Claim::Unknown,
        ..capability("better")
    };
    let site = Site::of(every(vec![lesser, unscored], 1))
        .has(["lesser"])
        .declares("better", undecided);
    let mut story = begun(site.scene);
    let absent = Capability {
        claim: Claim::Absent,
        ..capability("lesser")
    };
    story.change(upsert(
        &story.scene,
        Kind::Capability,
        "lesser",
        Object::Capability(absent),
    ));
    let (cause, capability, _) = fall(&mut story);
    assert_eq!(
        (cause, capability.as_deref()),
        (Cause::CapabilityLost, Some("lesser"))
    );
}

fn superseded(requires_better: Test) -> Model {
    let lesser = Criterion {
        kind: CriterionKind::Interim,
        superseded_by: vec!["better".into()],
        ..criterion("lesser", Some(1))
    };
    let better = Criterion {
        requires: asks("better", requires_better),
        ..criterion("better", Some(2))
    };
    every(vec![lesser, better], 2)
}

#[test]
fn lost_evidence_of_a_successor_that_did_not_hold_raises_nothing() {
    let predicate = Test::Where("facts.mode == \"active\"".to_owned());
    let standby = |evidence| Capability {
        facts: [("mode".into(), FactValue::Text("standby".into()))].into(),
        evidence,
        ..capability("better")
    };
    let site = Site::of(superseded(predicate));
    let before = site.clone().declares("better", standby(Vec::new())).scene;
    let after = site
        .declares("better", standby(attested("better").evidence))
        .scene;
    assert_eq!(view(&before, noon()).stage, Some(0));
    assert_eq!(view(&after, noon()).stage, Some(0));
}

#[test]
fn lost_evidence_of_a_successor_that_held_leaves_the_lesser_state() {
    let site = Site::of(superseded(Test::Exists)).declares("better", attested("better"));
    let view = view(&site.scene, noon());
    assert_eq!(
        (view.stage, view.criteria[0].verdict),
        (Some(1), Verdict::Held)
    );
}

/// One question with a better state beside it, in points: 10 for low, 100 for high.
fn graded(kind: CriterionKind, lesser: Capability) -> Site {
    let choice = Test::Choice {
        fact: "answer".into(),
        scale: "scale".into(),
    };
    let lesser_asks = Criterion {
        kind,
        superseded_by: vec!["better".into()],
        requires: asks("lesser", choice),
        ..criterion("lesser", None)
    };
    let mut better = criterion("better", None);
    better.scored = false;
    let scoring = Scoring {
        leaf: Aggregate::Mean,
        inner: Aggregate::Mean,
        over: Over::Criteria,
        by: Aggregate::Mean,
        levels: vec![(0, 0, 1), (1, 20, 1), (2, 90, 1)],
        ..walked()
    };
    let mut graded = model(2, Vec::new(), vec![lesser_asks, better], scoring);
    graded.scales = vec![Scale {
        name: "scale".into(),
        answers: vec![("low".into(), None, 10), ("high".into(), None, 100)],
        ranges: Vec::new(),
    }];
    Site::of(graded).declares("lesser", lesser)
}

fn answering(needed: &str) -> Capability {
    Capability {
        facts: [("answer".into(), FactValue::Text("low".into()))].into(),
        ..needing("lesser", needed)
    }
}

fn points(scene: &Scene) -> Option<String> {
    let view = view(scene, noon());
    view.score.as_ref().map(|score| score.numerator.clone())
}

#[test]
fn lost_answer_whose_successor_is_met_has_the_points_that_it_had() {
    for kind in [CriterionKind::Interim, CriterionKind::Standard] {
        let site = graded(kind, answering("power")).has(["better"]);
        assert_eq!(
            points(&site.clone().has(["power"]).scene).as_deref(),
            Some("10")
        );
        assert_eq!(points(&site.lacks(["power"]).scene).as_deref(), Some("10"));
    }
}

#[test]
fn question_never_answered_whose_successor_is_met_has_the_highest_points() {
    let site = graded(CriterionKind::Standard, capability("lesser")).has(["better"]);
    assert_eq!(points(&site.scene).as_deref(), Some("100"));
}

#[test]
fn held_question_has_the_points_that_it_had() {
    let site = graded(CriterionKind::Interim, answering("power"))
        .lacks(["power"])
        .declares("better", attested("better"));
    assert_eq!(points(&site.scene).as_deref(), Some("10"));
}

#[test]
fn award_ends_by_the_gate_of_the_stage_that_it_grants() {
    let gate = |years| {
        Some(StageGate {
            valid_for: Some(Span::new().years(years)),
        })
    };
    let criteria = vec![criterion("one", Some(1)), criterion("two", Some(2))];
    for (lower, stage) in [(1, Some(2)), (3, Some(2))] {
        let mut gated = every(criteria.clone(), 2);
        gated.stages[1].gate = gate(lower);
        gated.stages[2].gate = gate(3);
        let mut site = Site::of(gated).has(["one", "two"]);
        let subject = Subject::Award {
            assessment: "site".into(),
            model: "fixture".into(),
            stage: 2,
        };
        let award = attestation(subject, date(2025, 1, 1), date(2027, 12, 31));
        put(&mut site.scene, Kind::Attestation, "award", award);
        let view = view(&site.scene, noon());
        assert_eq!(view.stage, stage, "lower gate of {lower} years");
        assert_eq!(view.awarded.as_ref().map(|award| award.stage), Some(2));
    }
}

#[test]
fn least_way_counts_that_a_successor_meets_the_lesser_state() {
    let lesser = Criterion {
        superseded_by: vec!["better".into()],
        effort_days: Some(15),
        ..criterion("lesser", Some(1))
    };
    let better = Criterion {
        effort_days: Some(60),
        ..criterion("better", Some(2))
    };
    let site = Site::of(every(vec![lesser, better], 2)).lacks(["lesser", "better"]);
    let world = world(site.scene.deltas(), noon());
    let way = roadmap(&world, &key(Kind::Assessment, "site"), 2).expect("a way");
    let steps: Vec<&str> = way.steps.iter().map(|step| &*step.criterion).collect();
    assert_eq!(
        (steps, way.effort_days, way.effort_at_least),
        (vec!["better"], 60, 60)
    );
}

#[test]
fn stage_above_an_empty_one_that_fails_cannot_be_reached() {
    let mut holed = every(vec![criterion("two", Some(2))], 2);
    holed.scoring.walk.empty_stage = EmptyStage::Fail;
    let site = Site::of(holed).lacks(["two"]);
    let world = world(site.scene.deltas(), noon());
    for to in [1, 2] {
        assert!(
            roadmap(&world, &key(Kind::Assessment, "site"), to).is_none(),
            "{to}"
        );
    }
}

#[test]
fn undetermined_score_is_not_assessed_and_its_stage_does_not_vanish_in_silence() {
    let mut propagating = levelled();
    propagating.scoring.unknown = UnknownPoints::Propagate;
    let vpn = Capability {
        evidence: attested("vpn").evidence,
        ..stating("vpn", [("level", 3)])
    };
    let mut site = Site::of(propagating).declares("vpn", vpn);
    attest(
        &mut site.scene,
        "audit",
        "vpn",
        date(2026, 1, 1),
        date(2027, 6, 30),
    );
    let mut story = begun(site.scene);
    story.change(removal(Kind::Attestation, "audit"));
    story.pause(SignedDuration::from_secs(1));
    assert!(story.commit().is_empty(), "what cannot be told is no fall");
    let view = view(&story.scene, story.now);
    assert!(!view.assessed);
    assert_eq!(view.ledger.stage, Some(3), "the last committed stage stays");
}

#[test]
fn answer_that_is_worth_less_is_told_with_its_capability() {
    let site = Site::of(levelled()).declares("vpn", stating("vpn", [("level", 3)]));
    let mut story = begun(site.scene);
    let less = Object::Capability(stating("vpn", [("level", 1)]));
    story.change(upsert(&story.scene, Kind::Capability, "vpn", less));
    let (cause, capability, _) = fall(&mut story);
    assert_eq!(
        (cause, capability.as_deref()),
        (Cause::CapabilityLost, Some("vpn"))
    );
}

#[test]
fn fall_below_a_target_leaves_it_at_risk_and_says_why() {
    let mut site = asking_for_vpn().has(["vpn"]);
    let placed = site.scene.objects[&key(Kind::Assessment, "site")]
        .object
        .clone();
    let Object::Assessment(spec) = placed else {
        panic!("an assessment");
    };
    let mut aiming = (*spec).clone();
    aiming.target = Some(Target {
        stage: 1,
        up_to: None,
        by: Some(date(2027, 6, 30)),
    });
    put(
        &mut site.scene,
        Kind::Assessment,
        "site",
        Object::Assessment(aiming.into()),
    );
    let mut story = begun(site.scene);
    assert_eq!(view(&story.scene, story.now).target_risk, None);
    let absent = Capability {
        claim: Claim::Absent,
        ..capability("vpn")
    };
    story.change(upsert(
        &story.scene,
        Kind::Capability,
        "vpn",
        Object::Capability(absent),
    ));
    fall(&mut story);
    let told = view(&story.scene, story.now);
    assert_eq!(told.target_risk, Some(TargetRisk::Fell(0)));
    assert_eq!(&*told.next_steps[0].criterion, "vpn");
}
