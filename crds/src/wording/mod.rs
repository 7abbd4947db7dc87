//! English for every output, worded in one place: statuses, Events, the page and the terminal say the same thing in
//! the same words. Alerts have templates of their own, since Prometheus words them.
//!
//! | Module | Words |
//! |---|---|
//! | [`calendar`] | days, instants and distances between them |
//! | [`mod@cause`] | why a stage fell |
//! | [`ending`] | what ends on a known date, and what falls with it |
//! | [`lists`] | verdicts, reasons, classes and truths |
//! | [`mod@sentence`] | how an assessment stands and what moved it last |
//! | [`target`] | what is aimed at, and why it will be missed |
//! | [`transition`] | what was committed: rises, falls, restorations, new marks |
//!
//! It stands beside the statuses since these are the lowest that speak.

pub mod calendar;
pub mod cause;
pub mod ending;
pub mod lists;
pub mod sentence;
pub mod target;
pub mod transition;

use gradus_engine::object::Owner;

pub use cause::cause;
pub use sentence::sentence;

/// `1 answer`, `2 answers`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Who answers for it: `network team (network@example.org)`.
pub fn owner(owner: &Owner) -> Option<String> {
    match (&owner.team, &owner.contact) {
        (Some(team), Some(contact)) => Some(format!("{team} ({contact})")),
        (Some(one), None) | (None, Some(one)) => Some(one.to_string()),
        (None, None) => None,
    }
}

/// The text with a capital letter at its beginning.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}
