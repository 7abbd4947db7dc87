//! A folder, scored as it changes.
//!
//! ```text
//! watch ─▶ folder ─▶ objects ─▶ Scorer ─▶ Published ─▶ page, metrics, terminal
//!                      ▲          │ ▲
//!                    store ◀── commit └── Ledger, once it is written
//! ```
//!
//! A commit is an entry of the state folder, written and acknowledged by the disk.

mod commit;
mod event_loop;
mod objects;
mod once;
mod operator;

pub use self::once::{score_once, world_of};
pub use self::operator::{FolderOperator, FolderOptions};

#[cfg(test)]
mod tests;
