//! Scenes and changes out of a seed: the same seed, the same scene, on every machine.

mod change;
mod model;
mod object;
mod predicate;
mod requirement;
mod rng;

pub use change::{Step, step};
pub use model::model;
pub use predicate::predicate;
pub use rng::Rng;

use gradus_engine::delta::Delta;
use gradus_engine::key::{Kind, Name, ObjectKey};
use gradus_engine::object::{Life, Object};
use jiff::{SignedDuration, Timestamp};

use crate::scene::Scene;

pub(crate) const NAMESPACES: [&str; 2] = ["north", "south"];
pub(crate) const KINDS: [&str; 5] = ["backup", "failover", "mobility", "network", "security"];

/// Noon of the day around which everything begins and ends.
///
/// # Panics
///
/// Never: the instant is within range.
pub fn noon() -> Timestamp {
    Timestamp::from_second(1_781_524_800).expect("an instant within range")
}

/// An instant within three months of [`noon`], on no boundary of a day in particular.
pub fn instant(rng: &mut Rng) -> Timestamp {
    noon() + SignedDuration::from_hours(i64::from(rng.below(90 * 24)) - 45 * 24)
}

/// How many seeds are tried: as many as the environment says, or the default.
///
/// # Panics
///
/// When the environment says no number.
pub fn tried(variable: &str, default: u64) -> u64 {
    match std::env::var(variable) {
        Ok(number) => number.parse().expect("a number of seeds"),
        Err(_) => default,
    }
}

/// Names by number: `site-3`.
pub(crate) fn numbered(what: &str, number: u32) -> Name {
    format!("{what}-{number}").into()
}

/// A new object under a key.
pub(crate) fn upsert(rng: &mut Rng, key: ObjectKey, object: Object) -> Delta {
    let life = Life {
        uid: format!("{}/{}", key, rng.next_number()).into(),
        generation: 1,
    };
    Delta::Upsert { key, life, object }
}

/// A whole scene.
pub fn scene(rng: &mut Rng) -> Scene {
    let mut scene = Scene::default();
    for number in 0..=rng.below(2) {
        let name = numbered("model", number);
        let key = ObjectKey::new(Kind::MaturityModel, "", &name);
        let model = Object::Model(model(rng, &name).into());
        scene.apply(&upsert(rng, key, model));
    }
    for namespace in NAMESPACES.iter().take(1 + rng.below(2) as usize) {
        for _ in 0..2 + rng.below(9) {
            let delta = object::capability_in(rng, namespace);
            scene.apply(&delta);
        }
        for _ in 0..=rng.below(3) {
            let delta = object::assessment_in(rng, namespace, &scene);
            scene.apply(&delta);
        }
        for _ in 0..rng.below(5) {
            let delta = object::attestation_in(rng, namespace, &scene);
            scene.apply(&delta);
        }
        for _ in 0..rng.below(4) {
            let delta = object::waiver_in(rng, namespace, &scene);
            scene.apply(&delta);
        }
    }
    for _ in 0..rng.below(12) {
        if let Some(delta) = change::evidence(rng, &scene) {
            scene.apply(&delta);
        }
    }
    scene
}
