//! The operator, killed at every request that it makes: it ends as if nothing had happened.
//!
//! ```text
//! workload ─▶ learn: once without a kill, through the proxy ─▶ requests, how all ends
//!    │                                                            │
//!    └─▶ kill: at one moment of one request; started again ◀── points, spread by a seed
//!             │
//!             └─▶ how all ends, the history and the Events: equal but for a mask
//! ```
//!
//! Every run has a [`Tenant`]: a namespace of its own, an operator that is limited to it with the
//! chart's rights for it, and a proxy of its own. So runs can go on side by side.

mod difference;
mod mask;
mod model;
mod objects;
mod operated;
mod point;
mod record;
mod rights;
mod run;
mod server;
mod suite;
mod tenant;
mod workload;
mod workloads;

pub use mask::masked;
pub use operated::Operated;
pub use point::{Kind, Point, Target, spread};
pub use record::Record;
pub use run::{Learned, Outcome};
pub use server::Server;
pub use suite::{Suite, Summary, put_models};
pub use tenant::Tenant;
pub use workload::{Edit, Expected, NAMESPACE, Step, Workload};
pub use workloads::workloads;
