//! Sources, state and outputs: everything of Gradus that touches the world.

pub mod calendar;
pub mod document;
pub mod folder;
pub mod live;
pub mod metrics;
pub mod sentence;
pub mod state;
pub mod web;
