//! Pure scoring of maturity models.
//!
//! ```text
//! Delta ──▶ World::apply ──▶ World::settle(now) ──▶ World::snapshot ──▶ views
//!                                                        │
//!             Ledger ◀── acknowledged commit ◀── fold(ledger, outcome, now)
//! ```
//!
//! The score is a function of the final set of objects, evidence and time, never of the order in
//! which they arrived. The ledger is folded from it, apart, and enters only from acknowledged
//! commits. There is no input or output here, no clock, no thread and no global state: time is an
//! argument.

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice
    )
)]

mod arena;
mod capability;
pub mod delta;
pub mod diagnostic;
pub mod digest;
pub mod fact;
pub mod fold;
pub mod interner;
pub mod kept;
pub mod key;
pub mod ledger;
pub mod model;
pub mod object;
pub mod predicate;
pub mod program;
pub mod query;
mod score;
mod snapshot;
pub mod time;
pub mod verdict;
pub mod view;
pub mod world;

pub use self::arena::CapabilityId;
