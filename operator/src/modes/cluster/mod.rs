//! A cluster, scored live: the operator.
//!
//! ```text
//! source (one a kind and namespace) ──Report──▶ engine loop ──▶ Published ──▶ page, metrics, health
//!   list and watch, projected                    World, objects
//!        ▲                                          │  keys that may have another status
//!        └── an own write is seen again             ▼
//!            as what somebody wrote ◀──── output: one status at a time an object, then its Event
//!                                                   ▲
//!                                          election: only the leader writes
//! ```
//!
//! One thread owns the world and everything known of objects; there are no locks. What a status says
//! is worked out when it is about to be sent, so a queue holds keys and the latest state wins. What an
//! assessment remembers enters the world only out of a status that the API server holds.

mod compose;
mod event_loop;
mod feed;
mod objects;
pub mod once;
mod options;
mod queue;
mod sources;
mod supervisor;

pub use self::feed::Feed;
pub use self::options::ClusterOptions;
pub use self::supervisor::{Cluster, StartError};
