//! The words of every output.

pub mod calendar;
pub mod sentence;
