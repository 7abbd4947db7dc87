//! What supports capabilities from outside their own objects: attestations and observations.

use jiff::Timestamp;

use crate::delta::{Attempt, Observation};
use crate::key::Name;
use crate::object::Attestation;
use crate::time::Validity;

/// An attestation of a capability.
pub(crate) struct Attested<'w> {
    pub(crate) name: &'w Name,
    pub(crate) attestation: &'w Attestation,
    pub(crate) validity: Validity,
}

/// The last observation of an evidence item, and the last failed attempt after it.
#[derive(Debug, Clone)]
pub(crate) struct Observed {
    pub(crate) item_digest: Name,
    pub(crate) conclusive: Option<Observation>,
    pub(crate) attempt: Option<Attempt>,
}

impl Observed {
    /// Together with what was known before, whichever arrived first: the newest conclusive
    /// observation, and the newest failed attempt when it came after that.
    pub(crate) fn beside(self, known: Option<&Self>) -> Self {
        let mut conclusive = self.conclusive;
        if let Some(known) = known.and_then(|known| known.conclusive.as_ref())
            && conclusive.as_ref().is_none_or(|found| found.at < known.at)
        {
            conclusive = Some(known.clone());
        }
        let attempts = self.attempt.into_iter();
        let attempts = attempts.chain(known.and_then(|known| known.attempt));
        let after = |at: Timestamp| conclusive.as_ref().is_none_or(|found| found.at < at);
        let attempt = attempts
            .filter(|attempt| after(attempt.at))
            .max_by_key(|attempt| attempt.at);
        Self {
            conclusive,
            attempt,
            ..self
        }
    }
}
