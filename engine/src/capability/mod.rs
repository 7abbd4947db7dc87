//! What is believed of one capability: its claim, its evidence and what it needs, at one instant.
//!
//! ```text
//! Record (what the object says) ─┐
//! Observed, Attested ────────────┼─▶ derive ─▶ Derived ─▶ CapabilityNow
//! states of what it needs ───────┘
//! ```

mod derive;
mod evidence;
mod observation;
mod record;
mod supplied;

pub(crate) use self::derive::{Gate, Grounds, Stated, derive, gates};
pub use self::evidence::EvidenceView;
pub(crate) use self::observation::{Attested, Observed};
pub(crate) use self::record::{CapabilityNow, Derived, Detail, Fact, LastKnown, Record, Rest};
