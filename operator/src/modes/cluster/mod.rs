//! A cluster, scored as it changes: the operator.
//!
//! ```text
//! source (one per kind and namespace) ──Report──▶ event loop ──▶ Published ──▶ page, metrics, health
//!   list and watch, projected                    Scorer, objects
//!        ▲                                          │  keys whose status may have changed
//!        └── an own write comes back                ▼
//!            like anybody's write ◀───── writer: one status at a time an object, then its Event
//!                                                   ▲
//!                                          election: only the leader writes
//! ```
//!
//! One thread owns the world and everything known of objects; there are no locks. A status is composed just before it is
//! sent, so a queue holds keys and the latest state wins. A commit is a status that the API server has acknowledged: what an
//! assessment remembers enters the world only out of one.

mod affected;
mod clock_uncertain;
mod compose;
mod contests;
mod decision;
mod event_loop;
mod events;
mod findings;
mod handlers;
mod health;
mod inbox;
mod objects;
pub mod once;
mod options;
mod parts;
mod queue;
mod resync;
mod source;
mod sources;
mod state;
mod supervisor;
mod visible;
mod writer;

pub use self::options::ClusterOptions;
pub use self::parts::DeadPart;
pub use self::supervisor::{ClusterOperator, StartError};
