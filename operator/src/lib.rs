//! Sources, state and outputs: everything of Gradus that touches the world.
//!
//! ```text
//! files ─▶ gradus_manifests ─▶ folder ─▶ live ─▶ Published ─▶ web, metrics, sentence
//!                                │        │ ▲
//!                                │      state (identities, last good documents, ledgers)
//!                                └─▶ live::score_once ─▶ one snapshot, nothing remembered
//! ```

pub mod calendar;
pub mod cluster;
mod fold_inputs;
pub mod folder;
mod lending;
pub mod live;
pub mod metrics;
pub mod sentence;
pub mod state;
pub mod status;
pub mod web;
