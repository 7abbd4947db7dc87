//! The outputs: statuses, Events, metrics and the page, worded by [`gradus_crds::wording`].
//!
//! Outputs read what was published and decide nothing of a score.

pub(crate) mod events;
pub mod metrics;
pub mod status;
pub mod web;
