//! The arithmetic of `scoring`: pure functions from what is believed of capabilities to verdicts,
//! stages and points. The incremental world and every what-if run these same functions.

pub(crate) mod decider;
pub(crate) mod evaluation;
pub(crate) mod graded;
pub(crate) mod lane;
pub(crate) mod position;
pub(crate) mod requirement;
pub(crate) mod tally;
pub(crate) mod walk;

pub use self::tally::{Confidence, Tally};
