//! `ledger' = fold(ledger, input, now)`: the only way in which a ledger changes.
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
mod input;
mod ladder;

use jiff::Timestamp;

pub use chain::verify;
pub(crate) use chain::verify_after;
pub use draft::Folded;
pub use event::{event_name, event_name_of_change};
pub use input::{DomainStage, FoldInput, Loss, Overall};

use crate::ledger::Ledger;
use draft::Draft;

/// Folds a score into what an assessment remembers.
///
/// Folding the same input at the same instant again changes nothing, so a crash between the
/// fold and its commit is harmless.
pub fn fold(ledger: &Ledger, input: &FoldInput, now: Timestamp) -> Folded {
    let mut draft = Draft::new(ledger, now);
    if input.commits() {
        draft.change_edition(input);
        draft.acknowledge(input);
        draft.move_stage(input);
        draft.climb(input);
        draft.rest_on(&input.grounds);
    }
    draft.finish()
}
