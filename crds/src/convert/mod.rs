//! From resources to the types of the engine. Fields that are left out get their defaults here and nowhere else;
//! the API server sets none.

mod assessment;
mod capability;
mod model;
mod requires;
mod scalar;
mod statement;

use std::sync::Arc;

use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::key::ObjectKey;
use gradus_engine::object::Object;

use crate::resource::Resource;

pub(crate) use model::model;

impl Resource {
    /// The object in the engine's types, with its key. None for a kind that the engine does not score: a `Profile` is
    /// checked separately and never changes the score.
    ///
    /// # Errors
    ///
    /// What a schema cannot check, such as the size of a model.
    pub fn into_object(self) -> Result<(ObjectKey, Option<Object>), Vec<Diagnostic>> {
        let key = self.key();
        let object = match self {
            Self::MaturityModel(document) => Some(Object::Model(Arc::new(model(&document)?))),
            Self::Profile(_) => None,
            Self::Capability(document) => {
                Some(Object::Capability(capability::capability(*document)?))
            }
            Self::Attestation(document) => {
                Some(Object::Attestation(statement::attestation(*document)?))
            }
            Self::Waiver(document) => Some(Object::Waiver(statement::waiver(*document))),
            Self::Assessment(document) => Some(Object::Assessment(Arc::new(
                assessment::assessment(*document)?,
            ))),
        };
        Ok((key, object))
    }
}
