//! Small values in the engine's types: owners, names, durations, periods.

use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::key::Name;
use gradus_engine::object::Owner;
use jiff::{SignedDuration, Span};

use crate::common;

/// An owner; without team and contact when left out.
pub(super) fn owner(owner: Option<common::Owner>) -> Owner {
    let owner = owner.unwrap_or_default();
    Owner {
        team: owner.team.map(Name::from),
        contact: owner.contact.map(Name::from),
    }
}

/// Names, each shared by reference count.
pub(super) fn names(texts: Vec<String>) -> Vec<Name> {
    texts.into_iter().map(Name::from).collect()
}

/// A duration such as `1h30m`; zero when left out.
pub(super) fn duration(
    text: Option<&str>,
    path: impl FnOnce() -> String,
) -> Result<SignedDuration, Vec<Diagnostic>> {
    let Some(text) = text else {
        return Ok(SignedDuration::ZERO);
    };
    text.parse().map_err(|_| {
        vec![
            Diagnostic::error("Invalid", path(), format!("{text:?} is not a duration"))
                .with_help("write hours, minutes and seconds, such as 5m, 1h30m or 0s"),
        ]
    })
}

/// A period of the calendar such as `P3Y`.
pub(super) fn period(text: &str, path: impl FnOnce() -> String) -> Result<Span, Vec<Diagnostic>> {
    text.parse().map_err(|_| {
        vec![
            Diagnostic::error("Invalid", path(), format!("{text:?} is not a period"))
                .with_help("write years, months and days, such as P3Y or P18M"),
        ]
    })
}
