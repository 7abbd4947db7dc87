//! Inputs, scoring loop, store and outputs: everything of Gradus that touches the world.
//!
//! ```text
//! inputs ──Delta──▶ modes: apply, settle, fold ──Snapshot──▶ outputs: status, Events, metrics, page
//!   folder, watch        ▲                                        │
//!                        └──── Ledger (acknowledged commits) ◀────┘  store: a folder's memory
//! ```
//!
//! The rooms, from the bottom up. A room uses those below it and no other:
//!
//! | Room | Holds |
//! |---|---|
//! | [`clock`], [`connection`], `builtin_models` | the time, the way to an API server, the models of the library |
//! | [`store`] | what a folder remembers |
//! | [`inputs`] | a folder of documents; list and watch of one kind |
//! | [`leader`] | which replica writes |
//! | [`outputs`] | statuses, Events, metrics and the page |
//! | [`modes`] | a folder scored live, a cluster scored live, and either once |

mod builtin_models;
pub mod clock;
pub mod connection;
mod fold_inputs;
pub mod inputs;
pub mod leader;
pub mod modes;
pub mod outputs;
pub mod store;
