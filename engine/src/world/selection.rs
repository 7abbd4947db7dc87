//! Where an assessment finds its capabilities: the namespace's, filtered by its selector, with
//! whatever a what-if puts in their place.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::entry::{AssessmentState, Capability};
use super::namespace::Namespace;
use crate::arena::{Arena, CapabilityId};
use crate::capability::{CapabilityNow, Record};
use crate::interner::Symbol;
use crate::object::Labels;
use crate::score::requirement::Scope;

/// Capabilities that a what-if changes.
#[derive(Debug, Default)]
pub(crate) struct Overrides {
    pub(crate) replaced: FxHashMap<CapabilityId, Arc<CapabilityNow>>,
    pub(crate) added: FxHashMap<Symbol, Vec<Arc<CapabilityNow>>>,
    /// Capabilities that are not there.
    pub(crate) hidden: BTreeSet<CapabilityId>,
}

/// The capabilities of one assessment.
#[derive(Clone, Copy)]
pub(crate) struct Selection<'w> {
    pub(crate) namespace: &'w Namespace,
    pub(crate) capabilities: &'w Arena<CapabilityId, Capability>,
    pub(crate) selector: Option<&'w Labels>,
    pub(crate) overrides: Option<&'w Overrides>,
}

impl<'w> Selection<'w> {
    /// The selected capabilities of a type with their ids; an added one has none.
    pub(crate) fn of_kind(
        &self,
        kind: Symbol,
    ) -> impl Iterator<Item = (Option<CapabilityId>, &'w Arc<CapabilityNow>)> + Clone + use<'w>
    {
        let Self {
            capabilities,
            selector,
            overrides,
            namespace,
        } = *self;
        let shown = move |id: &&CapabilityId| {
            overrides.is_none_or(|overrides| !overrides.hidden.contains(*id))
        };
        let present = namespace.of_kind(kind).iter().filter(shown).map(move |id| {
            let replaced = overrides.and_then(|overrides| overrides.replaced.get(id));
            (Some(*id), replaced.unwrap_or(&capabilities[*id].now))
        });
        let added = overrides.and_then(|overrides| overrides.added.get(&kind));
        let added = added.into_iter().flatten().map(|now| (None, now));
        present
            .chain(added)
            .filter(move |(_, now)| selects(selector, now.record.labels.as_deref()))
    }
}

impl Scope for Selection<'_> {
    fn capabilities(&self, kind: Symbol) -> impl Iterator<Item = &Arc<CapabilityNow>> + Clone {
        self.of_kind(kind).map(|(_, now)| now)
    }
}

/// Whether an assessment selects a capability, and its model reads the type.
pub(super) fn reads(state: &AssessmentState, record: &Record) -> bool {
    let scored = state.scored.as_ref();
    let asks = scored.is_some_and(|scored| scored.program.readers.contains_key(&record.kind));
    let selector = state.spec.capabilities.as_ref();
    asks && selects(selector, record.labels.as_deref())
}

/// Whether labels match a selector; no selector matches all.
pub(crate) fn selects(selector: Option<&Labels>, labels: Option<&Labels>) -> bool {
    let Some(selector) = selector else {
        return true;
    };
    selector
        .iter()
        .all(|(name, value)| labels.is_some_and(|labels| labels.get(name) == Some(value)))
}
