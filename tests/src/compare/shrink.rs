//! The smallest scene on which something still fails.

use std::sync::Arc;

use gradus_engine::delta::{Delta, Standing};
use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::model::{Aggregate, Item, Model, Requires};
use gradus_engine::object::Object;

use crate::scene::Scene;

/// The smallest scene that still fails: without every object, criterion, gate, successor, fact and
/// evidence that it does not take.
pub fn shrink(scene: &Scene, fails: &dyn Fn(&Scene) -> bool) -> Scene {
    let mut smallest = scene.clone();
    loop {
        let smaller = smaller(&smallest)
            .into_iter()
            .find(|candidate| fails(candidate));
        match smaller {
            Some(scene) => smallest = scene,
            None => return smallest,
        }
    }
}

fn smaller(scene: &Scene) -> Vec<Scene> {
    let mut candidates = Vec::new();
    for (key, placed) in &scene.objects {
        let used = scene
            .assessments()
            .any(|(_, _, assessment)| assessment.model == key.name);
        if key.kind != Kind::MaturityModel || !used {
            let mut candidate = scene.clone();
            candidate.apply(&Delta::Remove {
                key: key.clone(),
                uid: placed.life.uid.clone(),
            });
            candidates.push(candidate);
        }
        if placed.standing != Standing::Live {
            let mut candidate = scene.clone();
            candidate.apply(&Delta::Source {
                key: key.clone(),
                standing: Standing::Live,
            });
            candidates.push(candidate);
        }
        candidates.extend(
            simpler(&placed.object)
                .into_iter()
                .map(|object| with(scene, key, object)),
        );
    }
    for uid in scene.ledgers.keys() {
        let mut candidate = scene.clone();
        candidate.ledgers.remove(uid);
        candidates.push(candidate);
    }
    candidates
}

fn with(scene: &Scene, key: &ObjectKey, object: Object) -> Scene {
    let mut candidate = scene.clone();
    if let Some(placed) = candidate.objects.get_mut(key) {
        placed.object = object;
    }
    candidate
}

fn simpler(object: &Object) -> Vec<Object> {
    match object {
        Object::Model(model) => simpler_models(model)
            .into_iter()
            .map(|model| Object::Model(Arc::new(model)))
            .collect(),
        Object::Capability(capability) => {
            let mut simpler = Vec::new();
            for index in 0..capability.evidence.len() {
                let mut other = capability.clone();
                other.evidence.remove(index);
                simpler.push(other);
            }
            for index in 0..capability.depends_on.len() {
                let mut other = capability.clone();
                other.depends_on.remove(index);
                simpler.push(other);
            }
            for fact in capability.facts.keys() {
                let mut other = capability.clone();
                other.facts.remove(fact);
                simpler.push(other);
            }
            if capability.units.is_some() {
                simpler.push(gradus_engine::object::Capability {
                    units: None,
                    ..capability.clone()
                });
            }
            simpler.into_iter().map(Object::Capability).collect()
        }
        Object::Assessment(assessment) => {
            let mut plain = (**assessment).clone();
            plain.not_applicable.clear();
            plain.capabilities = None;
            if plain == **assessment {
                Vec::new()
            } else {
                vec![Object::Assessment(plain.into())]
            }
        }
        Object::Attestation(_) | Object::Waiver(_) => Vec::new(),
    }
}

fn simpler_models(model: &Model) -> Vec<Model> {
    let mut simpler = Vec::new();
    for index in 0..model.criteria.len() {
        let mut other = model.clone();
        let gone = other.criteria.remove(index).name;
        for criterion in &mut other.criteria {
            criterion.superseded_by.retain(|name| *name != gone);
            criterion.depends_on.retain(|edge| edge.criterion != gone);
        }
        simpler.push(other);
        for edge in 0..model.criteria[index].depends_on.len() {
            let mut other = model.clone();
            other.criteria[index].depends_on.remove(edge);
            simpler.push(other);
        }
        for requires in simpler_requirements(&model.criteria[index].requires) {
            let mut other = model.clone();
            other.criteria[index].requires = requires;
            simpler.push(other);
        }
        if !model.criteria[index].applies_to.is_empty() {
            let mut other = model.clone();
            other.criteria[index].applies_to.clear();
            simpler.push(other);
        }
    }
    if !model.domains.is_empty() && model.scoring.by == Aggregate::Walk {
        let mut other = model.clone();
        other.domains.clear();
        other
            .criteria
            .iter_mut()
            .for_each(|criterion| criterion.domain = None);
        simpler.push(other);
    }
    let compiles =
        |model: &Model| gradus_engine::program::Program::compile(Arc::new(model.clone())).is_ok();
    simpler.into_iter().filter(compiles).collect()
}

fn simpler_requirements(requires: &Requires) -> Vec<Requires> {
    match requires {
        Requires::Leaf(_) => Vec::new(),
        Requires::AllOf(items) | Requires::AnyOf(items) | Requires::AtLeast { of: items, .. } => {
            items
                .iter()
                .flat_map(|item| match item {
                    Item::Leaf(leaf) => vec![leaf.clone()],
                    Item::AnyOf(leaves) => leaves.clone(),
                })
                .map(Requires::Leaf)
                .collect()
        }
    }
}
