//! An estate of any size, the same on every run: sites of capabilities, scored by every model.
//!
//! Growth tests count the work done on it, and the benchmarks take its time, so that both speak
//! of the same thing.

pub(crate) mod model;
mod site;

use std::sync::Arc;

use gradus_engine::delta::Delta;
use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::model::Model;
use gradus_engine::object::{Life, Object};
use gradus_engine::world::World;
use jiff::Timestamp;

use model::model;
use site::{assessment, capability};

/// How large an estate is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Estate {
    /// Sites; each is a namespace.
    pub(crate) sites: usize,
    /// Capabilities of each site, each of a type of its own.
    pub(crate) kinds: usize,
    /// Models; every site has an assessment under each.
    pub(crate) models: usize,
    /// Criteria of each model.
    pub(crate) criteria: usize,
}

/// The estate of the stated bounds: 75 capabilities of 10 facts, 5 models of 200 criteria.
pub(crate) fn hospital_group(sites: usize) -> Estate {
    Estate {
        sites,
        kinds: 75,
        models: 5,
        criteria: 200,
    }
}

/// The instant at which everything is scored.
pub(crate) fn noon() -> Timestamp {
    Timestamp::constant(1_790_000_000, 0)
}

/// The same scrambled number for the same numbers, whatever the machine.
pub(crate) fn scramble(seed: usize, salt: usize) -> usize {
    let mixed = (seed as u64 ^ (salt as u64).rotate_left(32)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    usize::try_from((mixed ^ (mixed >> 31)) >> 33).expect("31 bits")
}

impl Estate {
    /// Its models.
    pub(crate) fn model_list(&self) -> Vec<Arc<Model>> {
        (0..self.models)
            .map(|number| Arc::new(model(number, self.criteria, self.kinds)))
            .collect()
    }

    /// A site's name.
    pub(crate) fn site(site: usize) -> String {
        format!("site-{site:04}")
    }

    /// The identity of a capability.
    pub(crate) fn capability_key(site: usize, kind: usize) -> ObjectKey {
        ObjectKey::new(
            Kind::Capability,
            &Self::site(site),
            &format!("capability-{kind:02}"),
        )
    }

    /// The identity of an assessment.
    pub(crate) fn assessment_key(site: usize, model: usize) -> ObjectKey {
        ObjectKey::new(
            Kind::Assessment,
            &Self::site(site),
            &format!("under-model-{model}"),
        )
    }

    /// A capability as it stands after some changes: each changes facts that criteria read.
    pub(crate) fn change(site: usize, kind: usize, turn: usize) -> Delta {
        let object = Object::Capability(capability(site, kind, turn));
        upsert(Self::capability_key(site, kind), turn, object)
    }

    /// All that makes its models and assessments known.
    pub(crate) fn judges(&self) -> impl Iterator<Item = Delta> + use<> {
        let models = self.model_list().into_iter().map(|model| {
            let key = ObjectKey::new(Kind::MaturityModel, "", &model.name);
            upsert(key, 0, Object::Model(model))
        });
        let Self {
            sites,
            models: count,
            ..
        } = *self;
        let assessments = (0..sites).flat_map(move |site| {
            (0..count).map(move |model| {
                let object = Object::Assessment(Arc::new(assessment(model)));
                upsert(Self::assessment_key(site, model), 0, object)
            })
        });
        models.chain(assessments)
    }

    /// All its capabilities.
    pub(crate) fn capabilities(&self) -> impl Iterator<Item = Delta> + use<> {
        let Self { sites, kinds, .. } = *self;
        (0..sites).flat_map(move |site| (0..kinds).map(move |kind| Self::change(site, kind, 0)))
    }

    /// The whole of it, settled.
    pub(crate) fn world(&self) -> World {
        let mut world = World::new();
        for delta in self.judges().chain(self.capabilities()) {
            world.apply(delta);
        }
        world.settle(noon(), usize::MAX);
        world
    }
}

fn upsert(key: ObjectKey, turn: usize, object: Object) -> Delta {
    let life = Life {
        uid: key.to_string().into(),
        generation: i64::try_from(turn).expect("few turns"),
    };
    Delta::Upsert { key, life, object }
}
