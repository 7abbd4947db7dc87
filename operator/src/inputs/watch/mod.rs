//! Where objects come from: one task per kind and namespace, each with its own connection, pace and
//! troubles.
//!
//! ```text
//! list, in one or in pages ─▶ versions ─▶ Report ─▶ engine
//! watch, reopened             │  which key was shown in which version: repeats and old news are
//!                             │  dropped, what a list no longer has is found by comparing keys
//!                             └─ what seems to be gone is asked for once more before it is believed
//! ```
//!
//! Beside a watch that goes on, one namespace may be listed, and what deletions mean is asked for a burst of them at once.
//!
//! Why no library: `kube`'s watcher hides bookmarks. On a quiet watch they are the only sign of life, and the only sign that
//! resource versions went back, as after a restore. It also believes a list that lost a page.

mod deletions;
mod failure;
mod listing;
mod namespace_list;
pub(crate) mod observed;
mod presence;
mod pulse;
mod report;
mod scope;
mod slim_object;
mod task;
mod versions;
mod watching;

pub(crate) use self::failure::Failure;
pub(crate) use self::observed::ObservedObject;
pub(crate) use self::pulse::LastContact;
pub(crate) use self::report::{Report, SourceReport};
pub(crate) use self::scope::{WatchScope, api_of, resource};
pub(crate) use self::slim_object::SlimObject;
pub(crate) use self::task::{ResyncRequest, WatchOptions, WatchTask};
pub(crate) use self::versions::Epoch;
