//! `ledger' = fold(ledger, outcome, now)`: the only way in which a ledger changes.
//!
//! A ladder is the overall stage or, in a model without one, one domain's. Its history is a path:
//! every entry starts where the one before it on the same ladder ended, or at the mark that a new
//! edition or an acknowledgement set since.
//!
//! ```text
//! above the mark             a rise, and the mark follows
//! at the mark, fallen        a restoration: every fall of the ladder ends
//! below the mark for holdFor a fall; below its lowest for holdFor, the next fall; neither while
//!                            what decides cannot be read, for then nobody knows
//! between lowest and mark    a rise when it is higher than the history tells since the last fall,
//!                            which ends no fall; otherwise nothing, so that flapping below the
//!                            mark writes a bounded number of entries
//! ```

mod blame;
mod chain;
mod draft;
mod event;
mod ladder;
mod outcome;

use jiff::Timestamp;

pub use chain::{Broken, verify};
pub use event::{event_name, event_name_of_change};
pub use outcome::{Basis, DomainOutcome, Loss, Lost, Outcome};

use crate::ledger::{Entry, Ledger};
use draft::Draft;

/// The fold's result.
#[derive(Debug, Clone, PartialEq)]
pub struct Folded {
    /// What to remember now; equal to the ledger before when nothing happened.
    pub ledger: Ledger,
    /// The history entries made by this fold, in sequence.
    pub entries: Vec<Entry>,
    /// When folding again can change something by time alone: the end of `holdFor`.
    pub next_due: Option<Timestamp>,
}

/// Folds a score into what an assessment remembers.
///
/// Folding the same outcome at the same instant again changes nothing, so a crash between the
/// fold and its commit is harmless.
pub fn fold(ledger: &Ledger, outcome: &Outcome<'_>, now: Timestamp) -> Folded {
    let mut draft = Draft::new(ledger, now);
    if outcome.commits() {
        draft.change_edition(outcome);
        draft.acknowledge(outcome);
        draft.move_stage(outcome);
        draft.climb(outcome);
        draft.rest_on(outcome.grounds);
    }
    draft.finish()
}
