//! From an object's key to its id, and from an assessment to what concerns it.

use super::entry::{AssessmentState, Capability};
use super::selection::{Overrides, Selection};
use super::state::World;
use crate::key::{Kind, ObjectKey};

impl World {
    pub(crate) fn assessment(&self, key: &ObjectKey) -> Option<usize> {
        if key.kind != Kind::Assessment {
            return None;
        }
        let namespace = self.namespaces.get(&key.namespace)?;
        namespace.assessments.get(&key.name).copied()
    }

    pub(crate) fn capability(&self, key: &ObjectKey) -> Option<(usize, &Capability)> {
        let namespace = self.namespaces.get(&key.namespace)?;
        let id = *namespace.capabilities.get(&key.name)?;
        Some((id, self.capabilities.get(id)?))
    }

    pub(crate) fn attestation(&self, key: &ObjectKey) -> Option<usize> {
        self.objects.get(key).copied()
    }

    pub(crate) fn waiver(&self, key: &ObjectKey) -> Option<usize> {
        self.objects.get(key).copied()
    }

    pub(crate) fn waiver_ids(&self, state: &AssessmentState) -> &[usize] {
        let namespace = self.namespaces.get(&state.key.namespace);
        let ids = namespace.and_then(|found| found.waivers.get(&state.key.name));
        ids.map(|ids| &**ids).unwrap_or_default()
    }

    pub(crate) fn award_ids(&self, state: &AssessmentState) -> &[usize] {
        let namespace = self.namespaces.get(&state.key.namespace);
        let ids = namespace.and_then(|found| found.awards.get(&state.key.name));
        ids.map(|ids| &**ids).unwrap_or_default()
    }

    /// The waivers that name an assessment: they say whether it would pass without them.
    pub(crate) fn waivers_of(&self, key: &ObjectKey) -> impl Iterator<Item = ObjectKey> + '_ {
        let namespace = self.namespaces.get(&key.namespace);
        let ids = namespace.and_then(|found| found.waivers.get(&key.name));
        let known = ids
            .into_iter()
            .flatten()
            .filter_map(|id| self.waivers.get(*id));
        known.map(|known| known.key.clone())
    }

    /// The capabilities of an assessment.
    pub(crate) fn selection<'w>(
        &'w self,
        state: &'w AssessmentState,
        overrides: Option<&'w Overrides>,
    ) -> Option<Selection<'w>> {
        Some(Selection {
            namespace: self.namespaces.get(&state.key.namespace)?,
            capabilities: &self.capabilities,
            selector: state.spec.capabilities.as_ref(),
            overrides,
        })
    }
}
