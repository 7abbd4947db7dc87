//! From an object's key to its id, and from an assessment to what concerns it.

use super::entry::{AssessmentState, AttestationState, Capability, WaiverState};
use super::selection::{Overrides, Selection};
use super::state::World;
use crate::arena::{AssessmentId, AttestationId, CapabilityId, WaiverId};
use crate::key::{Kind, ObjectKey};

impl World {
    pub(crate) fn assessment(&self, key: &ObjectKey) -> Option<AssessmentId> {
        if key.kind != Kind::Assessment {
            return None;
        }
        let namespace = self.namespaces.find(&key.namespace)?;
        namespace.assessments.get(&key.name).copied()
    }

    pub(crate) fn capability(&self, key: &ObjectKey) -> Option<(CapabilityId, &Capability)> {
        let namespace = self.namespaces.find(&key.namespace)?;
        let id = *namespace.capabilities.get(&key.name)?;
        Some((id, &self.capabilities[id]))
    }

    pub(crate) fn attestation(&self, key: &ObjectKey) -> Option<AttestationId> {
        self.attestation_ids.get(key).copied()
    }

    pub(crate) fn waiver(&self, key: &ObjectKey) -> Option<WaiverId> {
        self.waiver_ids.get(key).copied()
    }

    /// Waivers that name an assessment.
    pub(crate) fn waivers_for(
        &self,
        assessment: &ObjectKey,
    ) -> impl Iterator<Item = (WaiverId, &WaiverState)> + '_ {
        let namespace = self.namespaces.find(&assessment.namespace);
        let ids = namespace.and_then(|found| found.waivers.get(&assessment.name));
        let ids = ids.into_iter().flatten();
        ids.map(|id| (*id, &self.waivers[*id]))
    }

    /// Attestations that award an assessment a stage.
    pub(crate) fn awards_for(
        &self,
        assessment: &ObjectKey,
    ) -> impl Iterator<Item = (AttestationId, &AttestationState)> + '_ {
        let namespace = self.namespaces.find(&assessment.namespace);
        let ids = namespace.and_then(|found| found.awards.get(&assessment.name));
        let ids = ids.into_iter().flatten();
        ids.map(|id| (*id, &self.attestations[*id]))
    }

    /// Attestations of a capability.
    pub(crate) fn attestations_for(
        &self,
        capability: &ObjectKey,
    ) -> impl Iterator<Item = (AttestationId, &AttestationState)> + '_ {
        let namespace = self.namespaces.find(&capability.namespace);
        let ids = namespace.and_then(|found| found.attestations.get(&capability.name));
        let ids = ids.into_iter().flatten();
        ids.map(|id| (*id, &self.attestations[*id]))
    }

    /// The capabilities of an assessment.
    pub(crate) fn selection<'w>(
        &'w self,
        state: &'w AssessmentState,
        overrides: Option<&'w Overrides>,
    ) -> Selection<'w> {
        Selection {
            namespace: &self.namespaces[state.namespace],
            capabilities: &self.capabilities,
            selector: state.spec.capabilities.as_ref(),
            overrides,
        }
    }
}
