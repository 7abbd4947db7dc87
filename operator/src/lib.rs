//! Inputs, event loops, store and outputs: everything of Gradus that touches the world.
//!
//! ```text
//! inputs ──Change, Report──▶ modes: objects ──Delta──▶ Scorer: apply, settle ──Snapshot──▶ outputs
//!   folder, watch       ▲                                    │
//!                       └── Ledger ◀── commit, as the mode ──┘
//!                                      does it: a status, or an entry of the store
//! ```
//!
//! The modules, from the bottom up. A module uses those below it and no other:
//!
//! | Module | Holds |
//! |---|---|
//! | [`kinds`], [`token_bucket`], `fair_queue`, [`timing`], [`clock`], [`connection`], `builtin_models` | the table of kinds, rates, turns of namespaces, durations, the time, the way to an API server, the models of the library |
//! | [`store`] | what a folder remembers |
//! | [`inputs`] | a folder of documents; list and watch of one kind |
//! | [`leader`] | which replica writes |
//! | [`outputs`] | statuses, Events, metrics and the page |
//! | [`scoring`] | the scorer, the same in every mode: world, clock, settle, what the fold reads, publish |
//! | [`modes`] | a folder, a cluster, each as it changes or once |

mod builtin_models;
pub mod clock;
pub mod connection;
mod fair_queue;
pub mod inputs;
pub mod kinds;
pub mod leader;
pub mod modes;
pub mod outputs;
pub mod scoring;
pub mod store;
pub mod timing;
pub mod token_bucket;
