//! From the engine's views to statuses: projections that compute nothing of their own.
//!
//! A status is a function of the view, the previous conditions (for their transition times) and the
//! instant, so that an unchanged view gives unchanged bytes and no write.

mod assessment;
mod capability;
mod conditions;
mod ledger;
mod limit;
mod model;
mod not_ready;
mod refused;
mod statement;

pub use assessment::{StatusContext, assessment_status};
pub use capability::capability_status;
pub use conditions::{Previous, Transitions};
pub use ledger::ledger_of;
pub use model::{model_status, profile_status};
pub use not_ready::NotReady;
pub use refused::refused_status;
pub use statement::{attestation_status, waiver_status};
