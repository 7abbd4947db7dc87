//! What a namespace holds, by every name under which something else looks for it.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use slab::Slab;
use smallvec::SmallVec;

use super::entry::Capability;
use crate::capability::{Record, gates};
use crate::interner::Symbol;
use crate::key::Name;

/// The indexes of one namespace. Values are ids of the world's slabs.
#[derive(Debug, Default)]
pub(crate) struct Namespace {
    pub(crate) capabilities: FxHashMap<Name, usize>,
    /// Capabilities of a type, by name.
    kinds: FxHashMap<Symbol, SmallVec<[u32; 4]>>,
    /// Capabilities that need one of this name.
    dependants: FxHashMap<Name, Vec<u32>>,
    /// Attestations of a capability of this name.
    pub(crate) attestations: FxHashMap<Name, Vec<usize>>,
    /// Awards to an assessment of this name.
    pub(crate) awards: FxHashMap<Name, Vec<usize>>,
    /// Waivers for an assessment of this name.
    pub(crate) waivers: FxHashMap<Name, Vec<usize>>,
    pub(crate) assessments: BTreeMap<Name, usize>,
}

fn compact(id: usize) -> u32 {
    u32::try_from(id).unwrap_or(u32::MAX)
}

impl Namespace {
    /// Capabilities of a type, by name.
    pub(crate) fn of_kind(&self, kind: Symbol) -> &[u32] {
        self.kinds.get(&kind).map(|ids| &**ids).unwrap_or_default()
    }

    /// Capabilities that need one of this name.
    pub(crate) fn dependants(&self, name: &str) -> &[u32] {
        self.dependants
            .get(name)
            .map(|ids| &**ids)
            .unwrap_or_default()
    }

    /// Enters a capability under its name, type and needs.
    pub(crate) fn enter(&mut self, id: usize, record: &Record, capabilities: &Slab<Capability>) {
        self.capabilities.insert(record.key.name.clone(), id);
        let name_of = |id: &u32| {
            capabilities
                .get(*id as usize)
                .map(|found| found.now.record.key.name.clone())
        };
        let same = self.kinds.entry(record.kind).or_default();
        let own = Some(record.key.name.clone());
        let place = same.partition_point(|other| name_of(other) < own);
        same.insert(place, compact(id));
        for needed in gates(record) {
            self.dependants
                .entry(needed.clone())
                .or_default()
                .push(compact(id));
        }
    }

    /// Takes a capability out of every index.
    pub(crate) fn leave(&mut self, id: usize, record: &Record) {
        self.capabilities.remove(&record.key.name);
        if let Some(same) = self.kinds.get_mut(&record.kind) {
            same.retain(|other| *other as usize != id);
            if same.is_empty() {
                self.kinds.remove(&record.kind);
            }
        }
        for needed in gates(record) {
            if let Some(waiting) = self.dependants.get_mut(needed) {
                waiting.retain(|other| *other as usize != id);
                if waiting.is_empty() {
                    self.dependants.remove(needed);
                }
            }
        }
    }
}

/// Takes an id out of a list under a name.
pub(crate) fn forget(lists: &mut FxHashMap<Name, Vec<usize>>, name: &Name, id: usize) {
    if let Some(list) = lists.get_mut(name) {
        list.retain(|other| *other != id);
        if list.is_empty() {
            lists.remove(name);
        }
    }
}
