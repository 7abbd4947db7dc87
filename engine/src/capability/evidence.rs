//! One evidence item of a capability, judged.

use jiff::Timestamp;
use serde::Serialize;

use crate::key::Name;
use crate::verdict::{EvidenceSource, Reason, Truth};

/// One evidence item at one instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvidenceView {
    /// The item's name.
    pub name: Name,
    /// The digest of the item's text.
    pub digest: Name,
    /// Where its word comes from.
    pub kind: EvidenceSource,
    /// Its verdict.
    pub verdict: Truth,
    /// Why it is Unknown.
    pub reason: Option<Reason>,
    /// When it was last conclusively observed.
    pub observed_at: Option<Timestamp>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
}
