//! From what authors write into the words of the engine: left-out fields get their defaults here,
//! and nowhere else. The server fills in none of them.

mod assessment;
mod capability;
mod model;
mod requires;
mod statement;

use std::sync::Arc;

use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::key::{Name, ObjectKey};
use gradus_engine::object::{Object, Owner};
use jiff::{SignedDuration, Span};

use crate::common;
use crate::resource::Resource;

pub(crate) use model::model;

impl Resource {
    /// The object in the engine's words, with its identity. None for a kind that the engine does not
    /// score: a `Profile` is checked beside the score, and never changes it.
    ///
    /// # Errors
    ///
    /// What a schema cannot hold, such as a model above 1 MiB.
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

/// An owner; nobody when left out.
fn owner(owner: Option<common::Owner>) -> Owner {
    let owner = owner.unwrap_or_default();
    Owner {
        team: owner.team.map(Name::from),
        contact: owner.contact.map(Name::from),
    }
}

/// Names, shared.
fn names(texts: Vec<String>) -> Vec<Name> {
    texts.into_iter().map(Name::from).collect()
}

/// A duration such as `1h30m`; zero when left out.
fn duration(
    text: Option<&str>,
    path: impl FnOnce() -> String,
) -> Result<SignedDuration, Vec<Diagnostic>> {
    let Some(text) = text else {
        return Ok(SignedDuration::ZERO);
    };
    text.parse().map_err(|_| {
        vec![
            Diagnostic::error("Invalid", path(), format!("{text:?} is no duration"))
                .with_help("write hours, minutes and seconds, such as 5m, 1h30m or 0s"),
        ]
    })
}

/// A period of the calendar such as `P3Y`.
fn period(text: &str, path: impl FnOnce() -> String) -> Result<Span, Vec<Diagnostic>> {
    text.parse().map_err(|_| {
        vec![
            Diagnostic::error("Invalid", path(), format!("{text:?} is no period"))
                .with_help("write years, months and days, such as P3Y or P18M"),
        ]
    })
}
