//! The incremental state: what is known, and what follows from it.
//!
//! ```text
//! apply       files a delta under its object and marks what reads it
//! settle      time ─▶ models ─▶ attestations, waivers ─▶ capabilities ─▶ criteria ─▶ stages
//! fold_input  what the fold reads of a settled assessment, with the causes of what was lost
//! ```
//!
//! Indexes lead from a changed fact to the criteria that read it, so a change costs what it
//! touches, whatever else exists. What only reads stands above, in `query` and `snapshot`.

mod apply;
mod assess;
mod awards;
mod causes;
mod derivation;
mod entry;
mod fold_input;
mod journal;
mod lookup;
mod lost;
mod namespace;
mod overlay;
mod own_scope;
mod pause;
mod points;
mod selection;
mod settle;
mod state;

pub(crate) use self::awards::award_of;
pub(crate) use self::derivation::Moment;
pub(crate) use self::entry::{AssessmentState, Scored, WaiverState};
pub(crate) use self::overlay::bare_overlay;
pub(crate) use self::selection::{Overrides, Selection, selects};
pub use self::state::World;
