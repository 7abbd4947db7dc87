//! The capabilities of a snapshot: compact and shared with the world, rendered when looked at.

use std::collections::BTreeMap;
use std::sync::Arc;

use rpds::VectorSync;

use super::record::CapabilityNow;
use crate::delta::Standing;
use crate::fact::FactValue;
use crate::interner::Symbol;
use crate::key::{Name, ObjectKey};
use crate::verdict::EvidenceClass;
use crate::view::CapabilityView;

/// Every capability at one instant.
#[derive(Debug, Clone, Default)]
pub struct Capabilities {
    held: VectorSync<Option<Held>>,
    names: Arc<Vec<Name>>,
}

#[derive(Debug, Clone)]
struct Held {
    now: Arc<CapabilityNow>,
    standing: Arc<Standing>,
}

impl Capabilities {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.held.iter().flatten().count()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.held.iter().flatten().next().is_none()
    }

    /// One of them. Looks at all: for a person who asks for one page.
    pub fn get(&self, key: &ObjectKey) -> Option<CapabilityView> {
        let held = self
            .held
            .iter()
            .flatten()
            .find(|held| held.now.record.key == *key)?;
        Some(self.view(held))
    }

    /// One of them, by where [`World::capability_place`](super::World::capability_place) says that it is.
    pub fn get_at(&self, place: usize, key: &ObjectKey) -> Option<CapabilityView> {
        let held = self.held.get(place)?.as_ref();
        let held = held.filter(|held| held.now.record.key == *key)?;
        Some(self.view(held))
    }

    /// Their keys, in no order.
    pub fn keys(&self) -> impl Iterator<Item = &ObjectKey> {
        self.held.iter().flatten().map(|held| &held.now.record.key)
    }

    /// All of them, in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = CapabilityView> + '_ {
        let mut all: Vec<&Held> = self.held.iter().flatten().collect();
        all.sort_by(|left, right| left.now.record.key.cmp(&right.now.record.key));
        all.into_iter().map(|held| self.view(held))
    }

    pub(super) fn set(&mut self, id: usize, held: Option<(Arc<CapabilityNow>, Arc<Standing>)>) {
        while self.held.len() <= id {
            self.held.push_back_mut(None);
        }
        self.held
            .set_mut(id, held.map(|(now, standing)| Held { now, standing }));
    }

    pub(super) fn name_facts(&mut self, names: &[Name]) {
        if self.names.len() != names.len() {
            self.names = Arc::new(names.to_vec());
        }
    }

    fn name(&self, symbol: u32) -> Name {
        self.names.get(symbol as usize).cloned().unwrap_or_default()
    }

    fn view(&self, held: &Held) -> CapabilityView {
        let record = &held.now.record;
        let derived = &held.now.derived;
        let detail = derived.detail.as_deref();
        let mut facts: BTreeMap<Name, _> = record
            .facts
            .iter()
            .map(|fact| {
                let value = FactValue::from(fact.value());
                (self.name(fact.slot().0), (value, EvidenceClass::Declared))
            })
            .collect();
        let better = detail.into_iter().flat_map(|detail| &detail.facts);
        facts.extend(
            better.map(|(slot, value, class)| (self.name(slot.0), (value.clone(), *class))),
        );
        let mut disagreeing: Vec<Name> = detail
            .into_iter()
            .flat_map(|detail| &detail.disagreeing)
            .map(|slot| self.name(slot.0))
            .collect();
        disagreeing.sort();
        let Symbol(kind) = record.kind;
        CapabilityView {
            key: record.key.clone(),
            life: record.life.clone(),
            kind: self.name(kind),
            owner: (*record.owner).clone(),
            claim: record.claim,
            standing: (*held.standing).clone(),
            state: derived.state,
            reason: derived.reason,
            class: derived.class,
            facts,
            disagreeing,
            evidence: detail
                .map(|detail| detail.evidence.to_vec())
                .unwrap_or_default(),
            valid_until: detail.and_then(|detail| detail.valid_until),
            depends_on: record.depends_on.to_vec(),
            missing_dependencies: detail
                .map(|detail| detail.missing.to_vec())
                .unwrap_or_default(),
        }
    }
}
