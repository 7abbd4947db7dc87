//! From the engine's views to what a status holds: projections, which compute nothing of their own.
//!
//! A status is a function of the view, the conditions before (for their transition times) and the
//! instant, so that an unchanged view gives unchanged bytes and nothing is written.

mod assessment;
mod capability;
mod conditions;
mod ledger;
mod limit;
mod model;
mod ready;
mod refused;
mod statement;

pub use assessment::{Beside, assessment_status};
pub use capability::capability_status;
pub use conditions::{Before, Transitions};
pub use ledger::ledger_of;
pub use model::{model_status, profile_status};
pub use ready::Hindrance;
pub use refused::refused_status;
pub use statement::{attestation_status, waiver_status};
