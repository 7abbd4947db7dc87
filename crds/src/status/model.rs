//! The statuses of models and profiles.

use gradus_engine::view::ModelView;

use super::conditions::Before;
use super::ready::Hindrance;
use crate::maturity_model::MaturityModelStatus;
use crate::profile::{ProfileSpec, ProfileStatus};

/// The status of a model.
pub fn model_status(view: &ModelView, before: Before<'_>) -> MaturityModelStatus {
    let generation = view.life.as_ref().map(|life| life.generation);
    let observed = generation.unwrap_or_default();
    let model = view.program.as_ref().ok().map(|program| &program.model);
    let ready = match Hindrance::of_model(view) {
        Some(hindrance) => {
            let (reason, message) = hindrance.said();
            before.condition("Ready", false, reason, message, observed)
        }
        None => before.condition("Ready", true, "Compiled", "valid and compiled", observed),
    };
    MaturityModelStatus {
        stages: model.map(|model| model.stages.len() as u64),
        criteria: model.map(|model| model.criteria.len() as u64),
        conditions: vec![ready],
        observed_generation: generation,
    }
}

/// The status of a profile. What it names is looked for when profiles are scored.
pub fn profile_status(spec: &ProfileSpec, generation: i64, before: Before<'_>) -> ProfileStatus {
    ProfileStatus {
        requirements: Some(spec.requirements.len() as u64),
        conditions: vec![before.condition("Ready", true, "Valid", "valid", generation)],
        observed_generation: Some(generation),
    }
}
