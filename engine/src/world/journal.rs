//! What was before: capabilities and attestations as they stood when the last settle was over.

use std::sync::Arc;

use jiff::Timestamp;
use rustc_hash::FxHashMap;

use crate::capability::CapabilityNow;
use crate::key::{Name, ObjectKey};

/// What changed since the last settle was over, as it was then. Causes are found by comparing.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    /// The instant of the settle before.
    pub(super) since: Option<Timestamp>,
    /// Capabilities that changed, as they were; none of one that was not there.
    pub(super) capabilities: FxHashMap<ObjectKey, Option<Arc<CapabilityNow>>>,
    /// Attestations that counted and were taken away or edited, by their capability.
    pub(super) attestations: FxHashMap<ObjectKey, Vec<ObjectKey>>,
    /// Whether everything in it has been settled: the next change begins it anew.
    closed: bool,
}

impl Journal {
    /// Begins anew if what is in it has been settled.
    pub(super) fn open(&mut self, last: Option<Timestamp>) {
        if self.closed {
            *self = Self {
                since: last,
                ..Self::default()
            };
        }
    }

    /// What is in it has been settled.
    pub(super) fn close(&mut self) {
        self.closed = true;
    }

    /// Notes a capability as it is before it changes; the first note stays.
    ///
    /// Before the first settle nothing was believed of anything, and nothing is noted.
    pub(super) fn note(&mut self, key: &ObjectKey, before: Option<&Arc<CapabilityNow>>) {
        if self.since.is_some() && !self.capabilities.contains_key(key) {
            self.capabilities.insert(key.clone(), before.cloned());
        }
    }

    /// Notes an attestation that counted and is taken away or edited.
    pub(super) fn note_attestation(
        &mut self,
        namespace: &Name,
        capability: &Name,
        key: &ObjectKey,
    ) {
        if self.since.is_some() {
            let capability = ObjectKey::new(crate::key::Kind::Capability, namespace, capability);
            self.attestations
                .entry(capability)
                .or_default()
                .push(key.clone());
        }
    }
}
