//! The properties that `docs/reference/scoring.md` promises, over random scenes.

use std::collections::BTreeMap;
use std::sync::Arc;

use gradus_engine::delta::{Delta, Observation};
use gradus_engine::fact::Facts;
use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::model::{CriterionKind, Leaf, Quantifier, Requires, UnknownPoints};
use gradus_engine::object::{
    Capability, EvidenceItem, EvidenceKind, Life, Object, ProbeSource, TreatAs,
};
use gradus_engine::verdict::{Reason, Truth, Verdict};
use gradus_engine::view::{AssessmentView, Snapshot};
use gradus_tests::compare::{described, shrink, snapshot};
use gradus_tests::oracle::judge;
use gradus_tests::random::{self, Rng, instant};
use gradus_tests::scene::Scene;
use gradus_tests::site::{Site, asks, capability, criterion, model, walked};
use jiff::SignedDuration;

const SCENES: u64 = 400;

fn scenes() -> impl Iterator<Item = (u64, Scene, jiff::Timestamp)> {
    (0..SCENES).map(|seed| {
        let mut rng = Rng::new(2_000_000 + seed);
        let scene = random::scene(&mut rng);
        let now = instant(&mut rng);
        (seed, scene, now)
    })
}

fn views(snapshot: &Snapshot) -> BTreeMap<ObjectKey, Arc<AssessmentView>> {
    snapshot
        .assessments
        .iter()
        .map(|(key, view)| (key.clone(), view.clone()))
        .collect()
}

fn edited(scene: &Scene, edit: impl Fn(&Object) -> Option<Object>) -> Scene {
    let mut scene = scene.clone();
    for placed in scene.objects.values_mut() {
        if let Some(object) = edit(&placed.object) {
            placed.object = object;
        }
    }
    scene
}

#[test]
fn proven_is_never_above_potential() {
    for (seed, scene, now) in scenes() {
        for (key, view) in views(&snapshot(&scene, now)) {
            let unknown = view
                .program
                .as_ref()
                .map(|program| program.model.scoring.unknown);
            // Leaving Unknown out can raise a mean, and so is exempt.
            if unknown == Some(UnknownPoints::Lowest) {
                assert!(view.stage <= view.potential_stage, "seed {seed}, {key}");
            }
        }
    }
}

#[test]
fn the_stage_without_waivers_is_never_above_the_proven_one_for_waivers_that_treat_as_met() {
    for (seed, scene, now) in scenes() {
        let scene = edited(&scene, |object| match object {
            Object::Waiver(waiver) => Some(Object::Waiver(gradus_engine::object::Waiver {
                treat_as: TreatAs::Met,
                ..waiver.clone()
            })),
            Object::Assessment(assessment) => {
                let mut plain = (**assessment).clone();
                plain.not_applicable.clear();
                Some(Object::Assessment(plain.into()))
            }
            _ => None,
        });
        for (key, view) in views(&snapshot(&scene, now)) {
            let walked = view
                .program
                .as_ref()
                .is_some_and(|program| program.model.scoring.levels.is_empty());
            if walked && view.assessed {
                assert!(
                    view.stage_without_waivers <= view.stage,
                    "seed {seed}, {key}"
                );
            }
        }
    }
}

#[test]
fn one_more_standard_criterion_never_lowers_a_stage() {
    for (seed, scene, now) in scenes() {
        let before = views(&snapshot(&scene, now));
        for (key, view) in &before {
            let Some(model) = scene.model(&view.spec.model).filter(|_| view.assessed) else {
                continue;
            };
            let unmet = model
                .criteria
                .iter()
                .zip(&view.criteria)
                .find(|(criterion, row)| {
                    criterion.kind == CriterionKind::Standard
                        && criterion.scored
                        && row.verdict == Verdict::Unmet
                });
            let Some((unmet, _)) = unmet else { continue };
            // The criterion asks for something of its own, which nobody else asks for and the site has.
            let mut more = model.clone();
            for criterion in more
                .criteria
                .iter_mut()
                .filter(|criterion| criterion.name == unmet.name)
            {
                criterion.requires =
                    asks("something-of-its-own", gradus_engine::model::Test::Exists);
                criterion.at_least = gradus_engine::verdict::EvidenceClass::Declared;
                criterion.external = false;
            }
            let mut richer = scene.clone();
            let model_key = ObjectKey::new(Kind::MaturityModel, "", &model.name);
            richer
                .objects
                .get_mut(&model_key)
                .expect("the model")
                .object = Object::Model(more.into());
            let poorer = views(&snapshot(&richer, now));
            let labels = view.spec.capabilities.clone().unwrap_or_default();
            let own = gradus_engine::object::Capability {
                labels,
                ..capability("something-of-its-own")
            };
            richer.apply(&Delta::Upsert {
                key: ObjectKey::new(Kind::Capability, &key.namespace, "something-of-its-own"),
                life: Life {
                    uid: "own".into(),
                    generation: 1,
                },
                object: Object::Capability(own),
            });
            let after = views(&snapshot(&richer, now));
            assert!(
                poorer[key].stage <= after[key].stage,
                "seed {seed}, {key}: {}",
                unmet.name
            );
        }
    }
}

#[test]
fn a_capability_that_nobody_asks_for_changes_nothing() {
    for (seed, scene, now) in scenes() {
        let before = views(&snapshot(&scene, now));
        let mut richer = scene.clone();
        for namespace in ["north", "south"] {
            richer.apply(&Delta::Upsert {
                key: ObjectKey::new(Kind::Capability, namespace, "nobody-asks"),
                life: Life {
                    uid: format!("nobody-asks-{namespace}").into(),
                    generation: 1,
                },
                object: Object::Capability(capability("nobody-asks")),
            });
        }
        for (key, view) in views(&snapshot(&richer, now)) {
            let before = &before[&key];
            assert_eq!(
                (
                    view.assessed,
                    view.stage,
                    view.potential_stage,
                    &view.criteria,
                    &view.domains,
                    &view.stages
                ),
                (
                    before.assessed,
                    before.stage,
                    before.potential_stage,
                    &before.criteria,
                    &before.domains,
                    &before.stages
                ),
                "seed {seed}, {key}"
            );
        }
    }
}

#[test]
fn held_and_successors_without_them_never_raise_a_standard_criterion() {
    for (seed, scene, now) in scenes() {
        let before = views(&snapshot(&scene, now));
        let alone = edited(&scene, |object| match object {
            Object::Model(model) => {
                let mut plain = (**model).clone();
                for criterion in &mut plain.criteria {
                    criterion.superseded_by.clear();
                    criterion.kind = match criterion.kind {
                        CriterionKind::Interim => CriterionKind::Standard,
                        kind => kind,
                    };
                    criterion.depends_on.clear();
                }
                Some(Object::Model(plain.into()))
            }
            _ => None,
        });
        let alone = views(&snapshot(&alone, now));
        for (key, view) in &before {
            let Some(model) = scene.model(&view.spec.model).filter(|_| view.assessed) else {
                continue;
            };
            for ((row, own), criterion) in view
                .criteria
                .iter()
                .zip(&alone[key].criteria)
                .zip(&model.criteria)
            {
                if criterion.kind == CriterionKind::Standard && criterion.superseded_by.is_empty() {
                    assert!(
                        row.verdict != Verdict::Held,
                        "seed {seed}, {key}, {}",
                        row.name
                    );
                    // Without gates, what it asks for itself decides alone.
                    assert!(
                        row.verdict != Verdict::Met || own.verdict == Verdict::Met,
                        "seed {seed}, {key}, {}: nothing but itself can meet it",
                        row.name
                    );
                }
            }
        }
    }
}

#[test]
fn a_reason_fits_its_verdict() {
    let of_unmet = [
        Reason::NotDeclared,
        Reason::DeclaredAbsent,
        Reason::Refuted,
        Reason::Degraded,
        Reason::PredicateFalse,
    ];
    for (seed, scene, now) in scenes() {
        for (key, view) in views(&snapshot(&scene, now)) {
            let negative = |name: &str| {
                let model = scene.model(&view.spec.model);
                model.is_some_and(|model| {
                    let mut criteria = model.criteria.iter();
                    criteria.any(|one| *one.name == *name && one.kind == CriterionKind::Negative)
                })
            };
            for row in view.criteria.iter().filter(|row| !negative(&row.name)) {
                let fits = match (row.verdict, row.reason) {
                    (Verdict::Unmet, Some(reason)) => of_unmet.contains(&reason),
                    (Verdict::Unknown, Some(reason)) => !of_unmet.contains(&reason),
                    (Verdict::Unmet | Verdict::Unknown, None) => false,
                    (_, reason) => reason.is_none(),
                };
                assert!(
                    fits,
                    "seed {seed}, {key}, {}: {:?}, {:?}",
                    row.name, row.verdict, row.reason
                );
            }
        }
    }
}

/// The scene in which a probe says that a capability is not there, whatever is claimed of it.
fn without(scene: &Scene, namespace: &str, name: &str, now: jiff::Timestamp) -> Scene {
    let mut scene = scene.clone();
    let key = ObjectKey::new(Kind::Capability, namespace, name);
    let Some(placed) = scene.objects.get(&key) else {
        return scene;
    };
    let Object::Capability(lost) = placed.object.clone() else {
        return scene;
    };
    let item = EvidenceItem {
        name: "lost".into(),
        digest: "lost".into(),
        max_age: SignedDuration::from_hours(1),
        grace: SignedDuration::ZERO,
        kind: EvidenceKind::Probe {
            source: ProbeSource::Http,
            facts: Vec::new(),
        },
    };
    let life = Life {
        uid: placed.life.uid.clone(),
        generation: placed.life.generation + 1,
    };
    let uid = life.uid.clone();
    let object = Object::Capability(Capability {
        evidence: vec![item],
        ..lost
    });
    scene.apply(&Delta::Upsert { key, life, object });
    scene.apply(&Delta::Evidence {
        capability: uid,
        item: "lost".into(),
        item_digest: "lost".into(),
        conclusive: Some(Observation {
            verdict: Truth::False,
            facts: Facts::new(),
            at: now,
        }),
        attempt: None,
    });
    scene
}

/// Losses of which the engine and the oracle do not say the same, and how many there are.
fn misjudged_losses(scene: &Scene, now: jiff::Timestamp) -> (Vec<String>, usize) {
    let (mut lines, mut judged) = (Vec::new(), 0);
    let assessed = views(&snapshot(scene, now)).into_iter();
    for (key, view) in assessed.filter(|(_, view)| view.assessed) {
        for impact in &view.impacts {
            let poorer = without(scene, &key.namespace, &impact.capability, now);
            let judgement = judge(&poorer, &key, now).expect("a judgement");
            let oracle = judgement.stage.proven;
            judged += 1;
            if oracle != impact.stage_after {
                let engine = impact.stage_after;
                lines.push(format!(
                    "{key} without {}: oracle {oracle:?}, engine {engine:?}",
                    impact.capability
                ));
            }
        }
    }
    (lines, judged)
}

#[test]
fn stage_after_a_loss_equals_the_oracle() {
    let mut judged = 0;
    for (seed, scene, now) in scenes() {
        let (lines, count) = misjudged_losses(&scene, now);
        if !lines.is_empty() {
            let smallest = shrink(&scene, &|scene| !misjudged_losses(scene, now).0.is_empty());
            let lines = misjudged_losses(&smallest, now).0;
            panic!("seed {seed} at {now}: {lines:?}\n{}", described(&smallest));
        }
        judged += count;
    }
    assert!(judged > 1_000, "only {judged} losses were judged");
}

#[test]
fn any_and_all_are_dual() {
    let truths = [Truth::False, Truth::Unknown, Truth::True];
    for one in truths {
        for other in truths {
            assert_eq!(one.or(other), one.negate().and(other.negate()).negate());
        }
    }
    let one_of_two = |quantifier| {
        let mut asking = criterion("failover", Some(1));
        if let Requires::Leaf(Leaf::Capability {
            quantifier: own, ..
        }) = &mut asking.requires
        {
            *own = quantifier;
        }
        let site = Site::of(model(1, Vec::new(), vec![asking], walked())).refuted("failover");
        site.declares("another", capability("failover"))
            .view()
            .criteria[0]
            .verdict
    };
    assert_eq!(one_of_two(Quantifier::Any), Verdict::Met);
    assert_eq!(one_of_two(Quantifier::All), Verdict::Unmet);
}

#[test]
fn a_waiver_never_opens_a_gate_and_never_supersedes() {
    let mut first = criterion("first", Some(1));
    first.kind = CriterionKind::Interim;
    first.superseded_by = vec!["second".into()];
    let mut third = criterion("third", Some(1));
    third.depends_on = vec![gradus_engine::model::CriterionDependency {
        criterion: "second".into(),
        strength: gradus_engine::model::Strength::Gate,
    }];
    let fixture = model(
        1,
        Vec::new(),
        vec![first, criterion("second", Some(1)), third],
        walked(),
    );
    for treat_as in [TreatAs::Met, TreatAs::NotApplicable] {
        let view = Site::of(fixture.clone())
            .has(["third"])
            .waives("second", treat_as)
            .view();
        let verdicts: Vec<Verdict> = view.criteria.iter().map(|row| row.verdict).collect();
        let waived = if treat_as == TreatAs::Met {
            Verdict::Waived
        } else {
            Verdict::NotApplicable
        };
        assert_eq!(verdicts, [Verdict::Unmet, waived, Verdict::Unmet]);
    }
}
