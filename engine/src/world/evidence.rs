//! What supports capabilities from outside their own objects: attestations and observations.

use jiff::Timestamp;

use crate::delta::Observation;
use crate::key::Name;
use crate::object::Attestation;
use crate::time::Validity;
use crate::verdict::Reason;

/// An effective attestation of a capability.
pub(super) struct Attested<'w> {
    pub(super) attestation: &'w Attestation,
    pub(super) validity: Validity,
}

/// The last observation of an evidence item, and the last failed attempt after it.
#[derive(Debug, Clone)]
pub(crate) struct Observed {
    pub(crate) item_digest: Name,
    pub(crate) conclusive: Option<Observation>,
    pub(crate) attempt: Option<(Reason, Timestamp)>,
}
