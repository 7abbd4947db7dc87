//! Where objects come from: one task a kind and namespace, each with its own connection, pace and
//! troubles.
//!
//! ```text
//! list, in one or in pages ─▶ versions ─▶ Report ─▶ engine
//! watch, reopened             │  which key was shown in which version: repeats and old news are
//!                             │  dropped, what a list no longer has is found by comparing keys
//!                             └─ what seems to be gone is asked for once more before it is believed
//! ```
//!
//! `kube`'s watcher is not used because it hides bookmarks: on a quiet watch they are the only sign of
//! life, and the only sign that resource versions have run back.

mod failure;
mod listing;
pub(crate) mod observed;
mod pulse;
mod report;
mod scope;
pub(crate) mod slim_object;
mod task;
mod versions;

pub(crate) use self::failure::Failure;
pub(crate) use self::pulse::Pulse;
pub(crate) use self::report::Report;
pub(crate) use self::scope::{Scope, api_of};
pub(crate) use self::task::{Asked, Pace, Watching};
pub(crate) use self::versions::Epoch;
