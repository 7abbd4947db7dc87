//! One change after another: mostly small edits of what is there.

use std::sync::Arc;

use gradus_engine::delta::{Attempt, Delta, Observation, Standing};
use gradus_engine::fact::Facts;
use gradus_engine::key::{Kind, Name, ObjectKey, Uid};
use gradus_engine::ledger::{Ledger, Mark};
use gradus_engine::object::{Capability, Claim, EvidenceItem, EvidenceKind, Life, Object};
use gradus_engine::verdict::{Reason, Truth};
use jiff::SignedDuration;

use super::{NAMESPACES, Rng, instant, model, object, predicate};
use crate::scene::{Placed, Scene};

/// One step of a scene's life.
#[derive(Debug, Clone)]
pub enum Step {
    /// A change of the inputs.
    Change(Box<Delta>),
    /// Time goes on.
    Clock(SignedDuration),
}

/// The next step.
pub fn step(rng: &mut Rng, scene: &Scene) -> Step {
    let namespace = *rng.pick(&NAMESPACES);
    let change = match rng.below(20) {
        0 => return Step::Clock(SignedDuration::from_hours(i64::from(rng.below(100)))),
        1..=5 => edited_capability(rng, scene),
        6 | 7 => evidence(rng, scene),
        8 => removal(rng, scene),
        9 => source(rng, scene),
        10 => edited_assessment(rng, scene),
        11 => edited_model(rng, scene),
        12 => ledger(rng, scene),
        13 | 14 => Some(object::attestation_in(rng, namespace, scene)),
        15 | 16 => Some(object::waiver_in(rng, namespace, scene)),
        17 => Some(object::assessment_in(rng, namespace, scene)),
        _ => Some(object::capability_in(rng, namespace)),
    };
    let change = change.unwrap_or_else(|| object::capability_in(rng, namespace));
    Step::Change(Box::new(change))
}

fn some_of_kind<'a>(
    rng: &mut Rng,
    scene: &'a Scene,
    kind: Kind,
) -> Option<(&'a ObjectKey, &'a Placed)> {
    let all: Vec<_> = scene
        .objects
        .iter()
        .filter(|(key, _)| key.kind == kind)
        .collect();
    (!all.is_empty()).then(|| *rng.pick(&all))
}

fn next_generation(key: &ObjectKey, placed: &Placed, object: Object) -> Delta {
    let life = Life {
        uid: placed.life.uid.clone(),
        generation: placed.life.generation + 1,
    };
    Delta::Upsert {
        key: key.clone(),
        life,
        object,
    }
}

/// Mostly one field is another; sometimes all are.
fn edited_capability(rng: &mut Rng, scene: &Scene) -> Option<Delta> {
    let (key, placed) = some_of_kind(rng, scene, Kind::Capability)?;
    let Object::Capability(before) = &placed.object else {
        return None;
    };
    let other = object::capability(rng);
    let edited = match rng.below(8) {
        6 => Capability {
            owner: other.owner,
            ..before.clone()
        },
        0 => Capability {
            facts: other.facts,
            ..before.clone()
        },
        1 => Capability {
            claim: if before.claim == Claim::Present {
                other.claim
            } else {
                Claim::Present
            },
            ..before.clone()
        },
        2 => Capability {
            units: other.units,
            ..before.clone()
        },
        3 => Capability {
            depends_on: other.depends_on,
            ..before.clone()
        },
        4 => Capability {
            labels: other.labels,
            ..before.clone()
        },
        5 => Capability {
            evidence: other.evidence,
            ..before.clone()
        },
        _ => other,
    };
    Some(next_generation(key, placed, Object::Capability(edited)))
}

fn edited_assessment(rng: &mut Rng, scene: &Scene) -> Option<Delta> {
    let (key, placed) = some_of_kind(rng, scene, Kind::Assessment)?;
    let assessment = object::assessment(rng, scene);
    Some(next_generation(
        key,
        placed,
        Object::Assessment(assessment.into()),
    ))
}

fn edited_model(rng: &mut Rng, scene: &Scene) -> Option<Delta> {
    let (key, placed) = some_of_kind(rng, scene, Kind::MaturityModel)?;
    let model = model(rng, &key.name);
    Some(next_generation(key, placed, Object::Model(model.into())))
}

fn removal(rng: &mut Rng, scene: &Scene) -> Option<Delta> {
    let all: Vec<_> = scene.objects.iter().collect();
    let (key, placed) = (!all.is_empty()).then(|| *rng.pick(&all))?;
    // Now and then it is another life that ended, which changes nothing.
    let uid = if rng.chance(85) {
        placed.life.uid.clone()
    } else {
        "an earlier life".into()
    };
    Some(Delta::Remove {
        key: key.clone(),
        uid,
    })
}

fn source(rng: &mut Rng, scene: &Scene) -> Option<Delta> {
    let (key, _) = some_of_kind(rng, scene, Kind::Capability)?;
    let (since, source): (_, Name) = (instant(rng), "folder".into());
    let standing = match rng.below(3) {
        0 => Standing::Live,
        1 => Standing::Stale { since, source },
        _ => Standing::Unavailable { since, source },
    };
    Some(Delta::Source {
        key: key.clone(),
        standing,
    })
}

fn probes(scene: &Scene) -> Vec<(&Uid, &EvidenceItem, &[Name])> {
    scene
        .objects
        .values()
        .filter_map(|placed| match &placed.object {
            Object::Capability(capability) => Some((&placed.life.uid, capability)),
            _ => None,
        })
        .flat_map(|(uid, capability)| capability.evidence.iter().map(move |item| (uid, item)))
        .filter_map(|(uid, item)| match &item.kind {
            EvidenceKind::Probe { facts, .. } => Some((uid, item, facts.as_slice())),
            EvidenceKind::Attestation { .. } => None,
        })
        .collect()
}

/// A probe looks: mostly it finds something, sometimes it fails, rarely it is out of date.
pub(super) fn evidence(rng: &mut Rng, scene: &Scene) -> Option<Delta> {
    let probes = probes(scene);
    let (uid, item, supplied) = (!probes.is_empty()).then(|| *rng.pick(&probes))?;
    // Distinct instants: which of two observations at once is newer is nobody's promise.
    let at = instant(rng)
        + SignedDuration::from_secs(i64::try_from(rng.next_number()).expect("a small number"));
    let mut facts = Facts::new();
    for fact in supplied {
        facts.insert(fact.clone(), predicate::value(rng, fact));
    }
    let found = Observation {
        verdict: Truth::from(rng.chance(80)),
        facts,
        at,
    };
    let conclusive = rng.chance(85).then_some(found);
    let attempt = conclusive.is_none().then_some(Attempt {
        reason: Reason::ProbeError,
        at,
    });
    let current = rng.chance(92);
    Some(Delta::Evidence {
        capability: uid.clone(),
        item: item.name.clone(),
        item_digest: if current {
            item.digest.clone()
        } else {
            "another text".into()
        },
        conclusive,
        attempt,
    })
}

fn ledger(rng: &mut Rng, scene: &Scene) -> Option<Delta> {
    let (_, placed) = some_of_kind(rng, scene, Kind::Assessment)?;
    let at = instant(rng);
    let mark = Mark {
        model: "model-0".to_owned(),
        model_digest: "digest".to_owned(),
        stage: rng.below(6),
        at,
    };
    let ledger = Ledger {
        stage: Some(mark.stage),
        high_water: Some(mark),
        ..Ledger::default()
    };
    Some(Delta::Ledger {
        assessment: placed.life.uid.clone(),
        ledger: Arc::new(ledger),
    })
}
