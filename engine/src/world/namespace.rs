//! Namespaces, and what each holds by every name under which something else looks for it.

use std::collections::BTreeMap;
use std::ops::{Index, IndexMut};

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::entry::Capability;
use crate::arena::{Arena, AssessmentId, AttestationId, CapabilityId, NamespaceId, WaiverId};
use crate::capability::{Record, gates};
use crate::interner::Symbol;
use crate::key::Name;

/// The indexes of one namespace. Values are ids of the world.
#[derive(Debug, Default)]
pub(crate) struct Namespace {
    pub(crate) capabilities: FxHashMap<Name, CapabilityId>,
    /// Capabilities of a type, by name.
    kinds: FxHashMap<Symbol, SmallVec<[CapabilityId; 4]>>,
    /// Capabilities that need one of this name.
    dependants: FxHashMap<Name, Vec<CapabilityId>>,
    /// Attestations of a capability of this name.
    pub(crate) attestations: FxHashMap<Name, Vec<AttestationId>>,
    /// Awards to an assessment of this name.
    pub(crate) awards: FxHashMap<Name, Vec<AttestationId>>,
    /// Waivers for an assessment of this name.
    pub(crate) waivers: FxHashMap<Name, Vec<WaiverId>>,
    pub(crate) assessments: BTreeMap<Name, AssessmentId>,
}

/// Every namespace by name. One that was entered once stays, be it empty.
#[derive(Debug, Default)]
pub(crate) struct Namespaces {
    ids: FxHashMap<Name, NamespaceId>,
    all: Arena<NamespaceId, Namespace>,
}

impl Namespaces {
    /// None where nothing ever was.
    pub(crate) fn find(&self, name: &str) -> Option<&Namespace> {
        self.ids.get(name).map(|id| &self.all[*id])
    }

    /// The id of a namespace, given at first sight.
    pub(super) fn enter(&mut self, name: &Name) -> NamespaceId {
        if let Some(id) = self.ids.get(name) {
            return *id;
        }
        let id = self.all.insert(Namespace::default());
        self.ids.insert(name.clone(), id);
        id
    }
}

impl Index<NamespaceId> for Namespaces {
    type Output = Namespace;

    fn index(&self, id: NamespaceId) -> &Namespace {
        &self.all[id]
    }
}

impl IndexMut<NamespaceId> for Namespaces {
    fn index_mut(&mut self, id: NamespaceId) -> &mut Namespace {
        &mut self.all[id]
    }
}

impl Namespace {
    /// Capabilities of a type, by name.
    pub(crate) fn of_kind(&self, kind: Symbol) -> &[CapabilityId] {
        self.kinds.get(&kind).map(|ids| &**ids).unwrap_or_default()
    }

    /// Capabilities that need one of this name.
    pub(crate) fn dependants(&self, name: &str) -> &[CapabilityId] {
        self.dependants
            .get(name)
            .map(|ids| &**ids)
            .unwrap_or_default()
    }

    /// Enters a capability under its name, type and needs.
    pub(crate) fn enter(
        &mut self,
        id: CapabilityId,
        record: &Record,
        capabilities: &Arena<CapabilityId, Capability>,
    ) {
        let name = &record.key.name;
        self.capabilities.insert(name.clone(), id);
        let name_of = |id: &CapabilityId| &capabilities[*id].now.record.key.name;
        let same = self.kinds.entry(record.kind).or_default();
        let place = same.partition_point(|other| name_of(other) < name);
        same.insert(place, id);
        for needed in gates(record) {
            self.dependants.entry(needed.clone()).or_default().push(id);
        }
    }

    /// Takes a capability out of every index.
    pub(crate) fn leave(&mut self, id: CapabilityId, record: &Record) {
        self.capabilities.remove(&record.key.name);
        if let Some(same) = self.kinds.get_mut(&record.kind) {
            same.retain(|other| *other != id);
            if same.is_empty() {
                self.kinds.remove(&record.kind);
            }
        }
        for needed in gates(record) {
            forget(&mut self.dependants, needed, id);
        }
    }
}

/// Takes an id out of a list under a name.
pub(crate) fn forget<I: Copy + PartialEq>(lists: &mut FxHashMap<Name, Vec<I>>, name: &Name, id: I) {
    if let Some(list) = lists.get_mut(name) {
        list.retain(|other| *other != id);
        if list.is_empty() {
            lists.remove(name);
        }
    }
}
