//! When a stage falls if nobody acts: `docs/reference/scoring.md` §10, by scoring the site at every later
//! instant at which anything begins or ends.

use std::collections::{BTreeMap, BTreeSet};

use gradus_engine::key::ObjectKey;
use gradus_engine::object::{EvidenceKind, Object, Subject};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::score::{stage, time};
use crate::scene::{Look, Scene};

/// Longer than anything that is forecast.
const FOR_EVER: SignedDuration = SignedDuration::from_hours(200 * 366 * 24);

/// The first instant at which the stage is below today's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fall {
    /// The instant.
    pub at: Timestamp,
    /// The stage from then on.
    pub stage: u32,
    /// The attestations, waivers, awards and evidence items that begin or end at that instant.
    pub turning: BTreeSet<String>,
}

/// The first fall by time alone; none when every later instant has a stage not below today's.
pub fn first_fall(scene: &Scene, key: &ObjectKey, now: Timestamp) -> Option<Fall> {
    let scene = with_lasting_probes(scene, now);
    let today = stage(&scene, key, now)?;
    let turns = turns(&scene, key).split_off(&(now + SignedDuration::from_nanos(1)));
    turns.into_iter().find_map(|(at, turning)| {
        let stage = stage(&scene, key, at)?;
        (stage < today).then_some(Fall { at, stage, turning })
    })
}

/// The scene in which healthy probes go on saying what they say: the age of what looks again by
/// itself is never forecast.
fn with_lasting_probes(scene: &Scene, now: Timestamp) -> Scene {
    let mut lasting = scene.clone();
    for placed in lasting.objects.values_mut() {
        let uid = placed.life.uid.clone();
        let Object::Capability(capability) = &mut placed.object else {
            continue;
        };
        for item in &mut capability.evidence {
            let look = scene.looks.get(&(uid.clone(), item.name.clone()));
            if look.is_some_and(|look| is_healthy(look, item.max_age, now)) {
                item.max_age = FOR_EVER;
            }
        }
    }
    lasting
}

/// Whether its last look was conclusive, and is not too old.
fn is_healthy(look: &Look, max_age: SignedDuration, now: Timestamp) -> bool {
    look.found.as_ref().is_some_and(|found| {
        let failed_since = look.attempt.is_some_and(|attempt| attempt.at > found.at);
        !failed_since && now < found.at + max_age
    })
}

/// Every instant at which something begins or ends, and what.
fn turns(scene: &Scene, key: &ObjectKey) -> BTreeMap<Timestamp, BTreeSet<String>> {
    let mut turns: BTreeMap<Timestamp, BTreeSet<String>> = BTreeMap::new();
    let mut add = |at: Option<Timestamp>, name: &str| {
        if let Some(at) = at {
            turns.entry(at).or_default().insert(name.to_owned());
        }
    };
    let last = |date: Date| date.tomorrow().ok().map(time::midnight);
    for (known, placed) in &scene.objects {
        let name = &known.name;
        match &placed.object {
            _ if known.namespace != key.namespace => {}
            Object::Attestation(attestation) => {
                add(Some(time::midnight(attestation.issued)), name);
                add(last(attestation.valid_until), name);
                add(attestation.created.and_then(time::three_years_after), name);
                for valid_for in lifetimes(scene, &attestation.subject) {
                    let end = attestation.issued.checked_add(valid_for).ok();
                    add(end.map(time::midnight), name);
                }
            }
            Object::Waiver(waiver) => {
                add(Some(time::midnight(waiver.from)), name);
                add(last(waiver.until), name);
            }
            Object::Capability(capability) => {
                for item in &capability.evidence {
                    let look = scene
                        .looks
                        .get(&(placed.life.uid.clone(), item.name.clone()));
                    let found = look.and_then(|look| look.found.as_ref());
                    let ends =
                        matches!(item.kind, EvidenceKind::Probe { .. }) && item.max_age < FOR_EVER;
                    let end = found.filter(|_| ends).and_then(|found| {
                        let lasts = item.max_age.checked_add(item.grace)?;
                        found.at.checked_add(lasts).ok()
                    });
                    add(end, &item.name);
                }
            }
            Object::Model(_) | Object::Assessment(_) => {}
        }
    }
    turns
}

/// How long an award lasts, by the gate of any stage: instants too many change nothing.
fn lifetimes(scene: &Scene, subject: &Subject) -> Vec<jiff::Span> {
    let Subject::Award { model, .. } = subject else {
        return Vec::new();
    };
    let stages = scene
        .model(model)
        .into_iter()
        .flat_map(|model| &model.stages);
    stages.filter_map(|stage| stage.gate?.valid_for).collect()
}
