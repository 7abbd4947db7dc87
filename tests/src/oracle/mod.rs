//! The oracle: what a site's scores, forecasts, roadmaps and causes must be, written from
//! `docs/reference/scoring.md` alone. Small, slow and obviously right. It shares nothing with the engine but the
//! words of its inputs.
//!
//! ```text
//! Scene ─▶ score ─┬▶ forecast: the same at every later instant
//!                 └▶ roadmap:  the same for every choice of criteria
//! Scene, change, Scene ─▶ cause: what a fall may be blamed on
//! ```

pub mod cause;
pub mod forecast;
pub mod roadmap;
pub mod score;

pub use score::{Judgement, Three, judge};
