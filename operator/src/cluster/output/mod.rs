//! What leaves: statuses by server-side apply, and an Event for every committed transition.
//!
//! ```text
//! Queue (keys, latest wins) ─▶ compose (what the status says now) ─▶ status (one request) ─▶ Outcome
//!                                                          a committed ledger ─▶ Event
//!                              a status that the server holds ─▶ occasions ─▶ Event
//! ```

use std::time::Duration;

pub(super) mod compose;
pub(super) mod event;
pub(super) mod occasion;
pub(super) mod queue;
pub(super) mod status;

/// After an assessment's commit everything else waits for so long: whoever watches the assessment hears of it
/// before the server turns to anything else.
const AFTER: Duration = Duration::from_millis(12);
