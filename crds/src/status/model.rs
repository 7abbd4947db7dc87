//! The statuses of models and profiles.

use gradus_engine::view::ModelView;

use super::conditions::Previous;
use super::not_ready::NotReady;
use crate::maturity_model::MaturityModelStatus;
use crate::profile::{ProfileSpec, ProfileStatus};

/// The status of a model.
pub fn model_status(view: &ModelView, previous: Previous<'_>) -> MaturityModelStatus {
    let generation = view.life.as_ref().map(|life| life.generation);
    let observed = generation.unwrap_or_default();
    let model = view.program.as_ref().ok().map(|program| &program.model);
    let ready = match NotReady::of_model(view) {
        Some(not_ready) => {
            let (reason, message) = not_ready.reason_and_message();
            previous.condition("Ready", false, reason, message, observed)
        }
        None => previous.condition("Ready", true, "Compiled", "valid and compiled", observed),
    };
    MaturityModelStatus {
        stages: model.map(|model| model.stages.len() as u64),
        criteria: model.map(|model| model.criteria.len() as u64),
        conditions: vec![ready],
        observed_generation: generation,
    }
}

/// The status of a profile. Whether what it names exists is not checked before profiles are scored.
pub fn profile_status(
    spec: &ProfileSpec,
    generation: i64,
    previous: Previous<'_>,
) -> ProfileStatus {
    ProfileStatus {
        requirements: Some(spec.requirements.len() as u64),
        conditions: vec![previous.condition("Ready", true, "Valid", "valid", generation)],
        observed_generation: Some(generation),
    }
}
