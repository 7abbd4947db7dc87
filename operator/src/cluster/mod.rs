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

mod clock;
mod connection;
mod election;
mod engine;
mod feed;
mod lean;
mod lease;
mod objects;
pub mod once;
mod options;
mod output;
mod sighting;
mod source;
mod standing;
mod turn;

pub use self::connection::{Connection, ConnectionError, Target, connect};
pub use self::engine::{Cluster, StartError};
pub use self::feed::Feed;
pub use self::options::{ClusterOptions, Election};
