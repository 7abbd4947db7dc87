//! The capabilities of a snapshot: compact and shared with the world, rendered when looked at.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use rpds::VectorSync;

use super::capability::CapabilityView;
use crate::arena::{CapabilityId, Id};
use crate::capability::{CapabilityNow, Detail, EvidenceView};
use crate::delta::Standing;
use crate::fact::FactValue;
use crate::interner::Symbol;
use crate::key::{Name, ObjectKey};
use crate::verdict::{CapabilityState, EvidenceClass, Reason};

/// Every capability at one instant.
#[derive(Debug, Clone, Default)]
pub struct Capabilities {
    held: VectorSync<Chunk>,
    names: Arc<Vec<Name>>,
    order: Order,
    number: usize,
    evidence: usize,
}

/// Capabilities that lie side by side, since a scrape looks at all: to wait for memory a hundred thousand times
/// costs more than to write what is found there. A change copies a chunk.
type Chunk = [Option<Held>; CHUNK];

const CHUNK: usize = 16;

/// One capability; what every scrape asks of it lies here, and not behind another pointer.
#[derive(Debug, Clone)]
struct Held {
    state: CapabilityState,
    now: Arc<CapabilityNow>,
    standing: Arc<Standing>,
}

/// One capability as it is held: what costs nothing to look at.
#[derive(Debug, Clone, Copy)]
pub struct CompactCapability<'s> {
    id: CapabilityId,
    held: &'s Held,
}

impl<'s> CompactCapability<'s> {
    /// Its identity.
    pub fn key(self) -> &'s ObjectKey {
        &self.held.now.record.key
    }

    /// Its id in the world that made the snapshot, with an index below [`Capabilities::places`].
    pub fn id(self) -> CapabilityId {
        self.id
    }

    /// How its source stands.
    pub fn standing(self) -> &'s Standing {
        &self.held.standing
    }

    /// What is believed of it.
    pub fn state(self) -> CapabilityState {
        self.held.state
    }

    /// Why, when it is not Proven or Declared.
    pub fn reason(self) -> Option<Reason> {
        self.held.now.derived.reason
    }

    /// Evidence items.
    pub fn evidence(self) -> &'s [EvidenceView] {
        self.held.evidence()
    }

    /// Gates among its dependencies that are not there.
    pub fn missing_dependencies(self) -> &'s [Name] {
        self.detail().map_or(&[], |detail| &detail.missing)
    }

    fn detail(self) -> Option<&'s Detail> {
        self.held.now.derived.detail.as_deref()
    }
}

impl Held {
    fn evidence(&self) -> &[EvidenceView] {
        let detail = self.now.derived.detail.as_deref();
        detail.map_or(&[], |detail| &detail.evidence)
    }
}

impl Capabilities {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.number
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.number == 0
    }

    /// How many evidence items they have together.
    pub fn evidence_items(&self) -> usize {
        self.evidence
    }

    /// How many places there are, taken and free.
    pub fn places(&self) -> usize {
        self.held.len() * CHUNK
    }

    /// One of them. Costs a look at all, so only pages ask for it.
    pub fn get(&self, key: &ObjectKey) -> Option<CapabilityView> {
        let held = self.all().find(|held| held.now.record.key == *key)?;
        Some(self.view(held))
    }

    /// One of them, by its id in the world that made the snapshot.
    pub fn get_at(&self, id: CapabilityId, key: &ObjectKey) -> Option<CapabilityView> {
        let held = at(&self.held, id.place()).filter(|held| held.now.record.key == *key)?;
        Some(self.view(held))
    }

    /// Their keys, in no order.
    pub fn keys(&self) -> impl Iterator<Item = &ObjectKey> {
        self.all().map(|held| &held.now.record.key)
    }

    /// All of them as they are held, in the order of their keys.
    pub fn compact(&self) -> impl Iterator<Item = CompactCapability<'_>> {
        let places = self.order.places(&self.held).iter();
        // Neighbours in the order are neighbours in the chunk, more often than not.
        let mut last: (usize, Option<&Chunk>) = (0, self.held.first());
        places.filter_map(move |place| {
            let (chunk, within) = in_chunk(*place as usize);
            if last.0 != chunk {
                last = (chunk, self.held.get(chunk));
            }
            let held = last.1?.get(within)?.as_ref()?;
            let id = CapabilityId::of(*place as usize);
            Some(CompactCapability { id, held })
        })
    }

    /// All of them, in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = CapabilityView> + '_ {
        self.compact()
            .map(|CompactCapability { held, .. }| self.view(held))
    }

    pub(crate) fn set(
        &mut self,
        id: CapabilityId,
        held: Option<(Arc<CapabilityNow>, Arc<Standing>)>,
    ) {
        let (chunk, within) = in_chunk(id.place());
        while self.held.len() <= chunk {
            self.held.push_back_mut(Chunk::default());
        }
        let held = held.map(|(now, standing)| Held {
            state: now.derived.state,
            now,
            standing,
        });
        let before = at(&self.held, id.place());
        let items = |held: &Held| held.evidence().len();
        self.number = self.number + usize::from(held.is_some()) - usize::from(before.is_some());
        self.evidence += held.as_ref().map_or(0, items);
        self.evidence -= before.map_or(0, items);
        let key = |held: &Held| held.now.record.key.clone();
        if held.as_ref().map(key) != before.map(key) {
            self.order = self.order.forgotten();
        }
        let place = self.held.get_mut(chunk);
        if let Some(place) = place.and_then(|chunk| chunk.get_mut(within)) {
            *place = held;
        }
    }

    fn all(&self) -> impl Iterator<Item = &Held> {
        self.held.iter().flatten().flatten()
    }

    pub(crate) fn name_facts(&mut self, names: &[Name]) {
        if self.names.len() != names.len() {
            self.names = Arc::new(names.to_vec());
        }
    }

    fn name(&self, symbol: u32) -> Name {
        self.names.get(symbol as usize).cloned().unwrap_or_default()
    }

    // See D-036.
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
        facts.extend(better.map(|fact| {
            let value = (fact.value.clone(), fact.class);
            (self.name(fact.slot.0), value)
        }));
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
            depends_on: record.depends_on().to_vec(),
            missing_dependencies: detail
                .map(|detail| detail.missing.to_vec())
                .unwrap_or_default(),
        }
    }
}

/// The chunk of a place, and where in it.
// See D-096.
fn in_chunk(place: usize) -> (usize, usize) {
    (place / CHUNK, place % CHUNK)
}

fn at(held: &VectorSync<Chunk>, place: usize) -> Option<&Held> {
    let (chunk, within) = in_chunk(place);
    held.get(chunk)?.get(within)?.as_ref()
}

/// The places in the order of their keys: found when somebody asks, and shared by all snapshots until
/// something appears or goes.
#[derive(Debug, Clone, Default)]
struct Order {
    known: Arc<OnceLock<Arc<[u32]>>>,
    /// What it was before: most of what is to be sorted is sorted already.
    before: Option<Arc<[u32]>>,
}

impl Order {
    fn places(&self, held: &VectorSync<Chunk>) -> &[u32] {
        self.known.get_or_init(|| self.find(held))
    }

    fn find(&self, held: &VectorSync<Chunk>) -> Arc<[u32]> {
        let key = |place: &u32| Some(&at(held, *place as usize)?.now.record.key);
        let mut is_new = vec![true; held.len() * CHUNK];
        let mut places: Vec<u32> = Vec::with_capacity(is_new.len());
        let before = self.before.iter().flat_map(|before| before.iter());
        places.extend(before.copied().filter(|place| key(place).is_some()));
        for place in &places {
            if let Some(is_new) = is_new.get_mut(*place as usize) {
                *is_new = false;
            }
        }
        let new = (0..).zip(is_new).filter(|(_, is_new)| *is_new);
        places.extend(
            new.map(|(place, _)| place)
                .filter(|place| key(place).is_some()),
        );
        places.sort_by(|left, right| key(left).cmp(&key(right)));
        places.into()
    }

    fn forgotten(&self) -> Self {
        Self {
            before: self.known.get().cloned().or_else(|| self.before.clone()),
            known: Arc::default(),
        }
    }
}
