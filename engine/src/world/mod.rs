//! The incremental state: what is known, and what follows from it.
//!
//! ```text
//! apply   files a delta under its object and marks what reads it
//! settle  time ─▶ models ─▶ attestations, waivers ─▶ capabilities ─▶ criteria ─▶ stages
//! snapshot renders the views of what changed, and shares the rest with the snapshot before
//! ```
//!
//! Indexes lead from a changed fact to the criteria that read it, so a change costs what it
//! touches, whatever else exists.

mod apply;
mod assess;
mod blame;
mod branch;
mod capabilities;
mod derive;
mod evidence;
mod explain;
mod forecast;
mod impact;
mod ladder;
mod namespace;
mod record;
mod render;
mod roadmap;
mod scenario;
mod scope;
mod settle;
mod state;
mod steps;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use rustc_hash::{FxHashMap, FxHashSet};
use slab::Slab;
use smallvec::SmallVec;

pub use self::capabilities::{Capabilities, CompactCapability};
pub use self::explain::{Explanation, Line};
pub(crate) use self::record::CapabilityNow;
pub use self::roadmap::{Roadmap, RoadmapStep};
pub use self::scenario::{Change, Outcome};

use self::namespace::Namespace;
use self::state::{AssessmentState, AttestationState, Capability, WaiverState};
use crate::delta::{Delta, Standing, Visits};
use crate::interner::{Interner, Symbol};
use crate::key::{Kind, Name, ObjectKey, Uid};
use crate::ledger::Ledger;
use crate::object::{Life, Object, Owner};
use crate::view::{Impact, ModelView, Snapshot};

/// Everything known, and what follows from it. Sole owner of its state: no locks, no clock.
#[derive(Debug, Default)]
pub struct World {
    names: Interner,
    /// Shared texts, so that a name repeated on every site is kept once.
    texts: FxHashSet<Name>,
    /// Texts of facts, behind one word each.
    words: FxHashSet<Arc<Name>>,
    owners: FxHashSet<Arc<Owner>>,
    now: Option<Timestamp>,
    namespaces: FxHashMap<Name, Namespace>,
    capabilities: Slab<Capability>,
    assessments: Slab<AssessmentState>,
    attestations: Slab<AttestationState>,
    waivers: Slab<WaiverState>,
    /// Attestations and waivers by key.
    objects: FxHashMap<ObjectKey, usize>,
    models: BTreeMap<Name, ModelEntry>,
    /// Assessments of models that are not there.
    awaited_models: FxHashMap<Name, BTreeSet<usize>>,
    /// The standing that nearly all objects share.
    live: Arc<Standing>,
    /// Assessments and probed capabilities by uid: where ledgers and evidence go.
    lives: FxHashMap<Uid, Place>,
    due: BTreeSet<(Timestamp, Place)>,
    dirty: Dirty,
    stale_views: StaleViews,
    visits: Visits,
    rendered: Snapshot,
}

/// A model as declared, and compiled once it was settled.
#[derive(Debug)]
struct ModelEntry {
    life: Option<Life>,
    model: Arc<crate::model::Model>,
    view: Option<Arc<ModelView>>,
    users: BTreeSet<usize>,
}

/// Something that time can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Place {
    Attestation(usize),
    Waiver(usize),
    Capability(usize),
    Assessment(usize),
}

/// What waits for the next settle.
#[derive(Debug, Default)]
struct Dirty {
    models: BTreeSet<Name>,
    attestations: BTreeSet<usize>,
    waivers: BTreeSet<usize>,
    capabilities: BTreeSet<usize>,
    assessments: BTreeMap<usize, Pending>,
    /// Objects that came, went or changed: reported by the next settle.
    changes: BTreeSet<ObjectKey>,
}

/// What waits for one assessment.
#[derive(Debug, Default)]
struct Pending {
    /// Everything must be evaluated again, and for which reason its verdicts may flip.
    rebuild: Option<Rebuild>,
    /// Types whose capabilities are to be asked again.
    kinds: SmallVec<[Symbol; 4]>,
    /// Whether capabilities came or went.
    recount: bool,
}

/// Why an assessment is evaluated afresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rebuild {
    /// What its own text or its model says of what is scored changed.
    Scope,
    /// A waiver or an award began, ended, came or went, or its own text says something else anew.
    Rest,
}

/// Views that no longer hold.
#[derive(Debug, Default)]
struct StaleViews {
    models: BTreeSet<Name>,
    assessments: BTreeSet<usize>,
    /// Assessments that are not there any more.
    gone: BTreeSet<ObjectKey>,
    capabilities: BTreeSet<usize>,
    attestations: BTreeSet<ObjectKey>,
    waivers: BTreeSet<ObjectKey>,
}

impl Pending {
    /// Everything must be evaluated again; a changed scope explains more than the rest.
    fn rebuild_as(&mut self, why: Rebuild) {
        if self.rebuild != Some(Rebuild::Scope) {
            self.rebuild = Some(why);
        }
    }
}

impl World {
    /// An empty world.
    pub fn new() -> Self {
        Self::default()
    }

    /// The world that holds exactly this, settled at `now`: what every other order must equal.
    pub fn from_scratch(
        objects: impl IntoIterator<Item = (ObjectKey, Life, Object)>,
        evidence: impl IntoIterator<Item = Delta>,
        ledgers: impl IntoIterator<Item = (Uid, Arc<Ledger>)>,
        now: Timestamp,
    ) -> Self {
        let mut world = Self::new();
        for (key, life, object) in objects {
            world.apply(Delta::Upsert { key, life, object });
        }
        for delta in evidence {
            world.apply(delta);
        }
        for (assessment, ledger) in ledgers {
            world.apply(Delta::Ledger { assessment, ledger });
        }
        world.settle(now, usize::MAX);
        world
    }

    /// The work done so far.
    pub fn visits(&self) -> Visits {
        self.visits
    }

    /// What losing each capability would do to an assessment, by counting; sorted by name.
    pub fn impact(&self, assessment: &ObjectKey) -> Vec<Impact> {
        self.assessment(assessment)
            .map(|id| impact::of(self, id))
            .unwrap_or_default()
    }

    /// How many leaves counting the impacts of an assessment looks at: what growth tests count.
    pub fn impact_visits(&self, assessment: &ObjectKey) -> u64 {
        self.assessment(assessment)
            .map_or(0, |id| impact::counted(self, id).1)
    }

    /// The same by scoring once per capability: the oracle of [`World::impact`].
    pub fn impact_by_scoring(&self, assessment: &ObjectKey) -> Vec<Impact> {
        self.assessment(assessment)
            .map(|id| impact::by_scoring(self, id))
            .unwrap_or_default()
    }

    /// Scores an assessment afresh from what is believed of its capabilities, and returns its
    /// proven and potential stage: the peer of an incremental settle, in benchmarks.
    pub fn rescore(&self, assessment: &ObjectKey) -> Option<(Option<u32>, Option<u32>)> {
        let id = self.assessment(assessment)?;
        assess::rescore(self, id)
    }

    fn assessment(&self, key: &ObjectKey) -> Option<usize> {
        if key.kind != Kind::Assessment {
            return None;
        }
        self.namespaces
            .get(&key.namespace)?
            .assessments
            .get(&key.name)
            .copied()
    }

    /// One copy of the text of a fact.
    fn word(&mut self, text: &Name) -> Arc<Name> {
        if let Some(shared) = self.words.get(text) {
            return shared.clone();
        }
        let word = Arc::new(self.share(text));
        self.words.insert(word.clone());
        word
    }

    /// One copy of an owner, whatever it owns.
    fn owner(&mut self, owner: Owner) -> Arc<Owner> {
        if let Some(shared) = self.owners.get(&owner) {
            return shared.clone();
        }
        let owner = Arc::new(owner);
        self.owners.insert(owner.clone());
        owner
    }

    /// One copy of a text, however often it is said.
    fn share(&mut self, text: &Name) -> Name {
        if let Some(shared) = self.texts.get(text) {
            return shared.clone();
        }
        self.forget_texts();
        self.texts.insert(text.clone());
        text.clone()
    }

    /// Drops texts that nothing says any more, each time the set would have to grow: a fact that
    /// is another at every look must not fill the memory.
    fn forget_texts(&mut self) {
        if self.texts.len() < self.texts.capacity() {
            return;
        }
        self.texts.retain(|text| Arc::strong_count(text) > 1);
        self.texts.reserve(self.texts.len());
    }
}
