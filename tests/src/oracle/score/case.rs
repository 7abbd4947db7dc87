//! One assessment at one instant: what it is scored from.

use gradus_engine::model::Model;
use gradus_engine::object::{Assessment, Capability};
use jiff::Timestamp;

use crate::scene::{Placed, Scene};

/// One assessment, at one instant.
#[derive(Clone)]
pub(in crate::oracle) struct Case<'a> {
    pub(in crate::oracle) scene: &'a Scene,
    pub(in crate::oracle) model: &'a Model,
    pub(in crate::oracle) assessment: &'a Assessment,
    pub(in crate::oracle) name: &'a str,
    pub(in crate::oracle) namespace: &'a str,
    pub(in crate::oracle) now: Timestamp,
    /// Neither waivers nor its own notApplicable.
    pub(in crate::oracle) bare: bool,
    /// Capabilities that are claimed Present and do not hold are taken at their claim.
    pub(in crate::oracle) at_claim: bool,
}

impl<'a> Case<'a> {
    /// The case of an assessment; none when its model is not there or it is a roll-up.
    pub(in crate::oracle) fn of(
        scene: &'a Scene,
        key: &'a gradus_engine::key::ObjectKey,
        now: Timestamp,
    ) -> Option<Self> {
        let (_, _, assessment) = scene.assessments().find(|(known, _, _)| *known == key)?;
        let model = scene
            .model(&assessment.model)
            .filter(|_| !assessment.rolls_up)?;
        Some(Self {
            scene,
            model,
            assessment,
            name: &key.name,
            namespace: &key.namespace,
            now,
            bare: false,
            at_claim: false,
        })
    }

    /// A capability of the namespace, selected or not.
    pub(super) fn capability(&self, name: &str) -> Option<(&'a Placed, &'a Capability)> {
        let mut declared = self.scene.capabilities(self.namespace);
        declared
            .find(|(known, _, _)| *known == name)
            .map(|(_, placed, capability)| (placed, capability))
    }

    /// The capabilities that the assessment selects.
    pub(super) fn selected(&self) -> impl Iterator<Item = (&'a str, &'a Capability)> {
        let labels = self.assessment.capabilities.as_ref();
        self.scene
            .capabilities(self.namespace)
            .filter(move |(_, _, capability)| {
                labels.is_none_or(|labels| {
                    labels
                        .iter()
                        .all(|(key, value)| capability.labels.get(key) == Some(value))
                })
            })
            .map(|(name, _, capability)| (name, capability))
    }

    /// The selected capabilities of a type.
    pub(super) fn of_kind(&self, kind: &str) -> Vec<(&'a str, &'a Capability)> {
        self.selected()
            .filter(|(_, capability)| *capability.kind == *kind)
            .collect()
    }
}
