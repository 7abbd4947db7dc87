//! The scorer, the same in every mode: deltas in, a settled snapshot out, and what an assessment would
//! remember.
//!
//! ```text
//! Delta ─▶ Scorer: apply, settle ─▶ Snapshot ─▶ Publisher ─▶ Feed ─▶ page, metrics, terminal
//!             ▲                        │
//!             └─ Ledger ◀─ commit ◀────┴─ fold      what a commit is, its mode decides
//! ```
//!
//! One thread owns the scorer; there are no locks. What it publishes is complete and never changes. A ledger enters
//! the world only out of an acknowledged commit.

mod feed;
mod fold_inputs;
mod published;
mod schedule;
mod scorer;

pub use self::feed::Feed;
pub(crate) use self::feed::Publisher;
pub use self::published::{CommittedEntry, Health, Published, Role, Visibility, Work};
pub(crate) use self::schedule::Schedule;
pub(crate) use self::scorer::Scorer;
