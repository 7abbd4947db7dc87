//! The world's state: objects by id, indexes to them, and what waits for the next settle.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::entry::{AssessmentState, AttestationState, Capability, WaiverState};
use super::journal::Journal;
use super::namespace::Namespaces;
use crate::arena::{Arena, AssessmentId, AttestationId, CapabilityId, WaiverId};
use crate::delta::{Standing, Visits};
use crate::interner::{Interner, Symbol};
use crate::key::{Name, ObjectKey, Uid};
use crate::model::Model;
use crate::object::{Life, Owner};
use crate::view::{ModelView, Snapshot};

/// Everything known, and what follows from it. Sole owner of its state: no locks, no clock.
#[derive(Debug, Default)]
pub struct World {
    pub(crate) names: Interner,
    /// Shared texts, so that a name repeated on every site is kept once.
    texts: FxHashSet<Name>,
    /// Texts of facts, behind one word each.
    words: FxHashSet<Arc<Name>>,
    owners: FxHashSet<Arc<Owner>>,
    /// The instant of the last settle.
    pub(crate) now: Option<Timestamp>,
    pub(crate) namespaces: Namespaces,
    pub(crate) capabilities: Arena<CapabilityId, Capability>,
    pub(crate) assessments: Arena<AssessmentId, AssessmentState>,
    pub(crate) attestations: Arena<AttestationId, AttestationState>,
    pub(crate) waivers: Arena<WaiverId, WaiverState>,
    pub(super) attestation_ids: FxHashMap<ObjectKey, AttestationId>,
    pub(super) waiver_ids: FxHashMap<ObjectKey, WaiverId>,
    pub(crate) models: BTreeMap<Name, ModelEntry>,
    /// Assessments of models that are not there.
    pub(super) awaited_models: FxHashMap<Name, BTreeSet<AssessmentId>>,
    /// The standing that nearly all objects share.
    pub(super) live: Arc<Standing>,
    /// Assessments and probed capabilities by uid: where ledgers and evidence go.
    pub(super) lives: FxHashMap<Uid, Place>,
    pub(crate) due: BTreeSet<(Timestamp, Place)>,
    pub(super) dirty: Dirty,
    /// What changed since the last settle, as it was before.
    pub(super) journal: Journal,
    /// Views that the next snapshot makes anew.
    pub(crate) stale_views: StaleViews,
    pub(super) visits: Visits,
    /// The last snapshot: the next one shares every view that is not stale.
    pub(crate) rendered: Snapshot,
}

/// A model as declared, and compiled once it was settled.
#[derive(Debug)]
pub(crate) struct ModelEntry {
    pub(super) life: Option<Life>,
    pub(super) model: Arc<Model>,
    pub(crate) view: Option<Arc<ModelView>>,
    pub(super) users: BTreeSet<AssessmentId>,
}

/// Something that time can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Place {
    Attestation(AttestationId),
    Waiver(WaiverId),
    Capability(CapabilityId),
    Assessment(AssessmentId),
}

/// What waits for the next settle.
#[derive(Debug, Default)]
pub(super) struct Dirty {
    pub(super) models: BTreeSet<Name>,
    pub(super) attestations: BTreeSet<AttestationId>,
    pub(super) waivers: BTreeSet<WaiverId>,
    pub(super) capabilities: BTreeSet<CapabilityId>,
    /// Capabilities of which what time alone will do is another now.
    pub(super) outlooks: BTreeSet<CapabilityId>,
    pub(super) assessments: BTreeMap<AssessmentId, Pending>,
    /// Objects that came, went or changed: reported by the next settle.
    pub(super) changes: BTreeSet<ObjectKey>,
}

/// What waits for one assessment.
#[derive(Debug, Default)]
pub(super) struct Pending {
    /// Everything must be evaluated again, and for which reason its verdicts may flip.
    pub(super) rebuild: Option<Rebuild>,
    /// Types whose capabilities are to be asked again.
    pub(super) kinds: SmallVec<[Symbol; 4]>,
    /// Whether capabilities came or went.
    pub(super) recount: bool,
}

/// Why an assessment is evaluated afresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rebuild {
    /// What its own text or its model says of what is scored changed.
    Scope,
    /// A waiver or an award began, ended, came or went, or its own text says something else anew.
    Rest,
}

/// Views that no longer hold.
#[derive(Debug, Default)]
pub(crate) struct StaleViews {
    pub(crate) models: BTreeSet<Name>,
    /// They may be gone by now.
    pub(crate) assessments: BTreeSet<AssessmentId>,
    /// Assessments that are not there any more.
    pub(crate) gone: BTreeSet<ObjectKey>,
    /// They may be gone by now.
    pub(crate) capabilities: BTreeSet<CapabilityId>,
    pub(crate) attestations: BTreeSet<ObjectKey>,
    pub(crate) waivers: BTreeSet<ObjectKey>,
}

impl Pending {
    /// Everything must be evaluated again; a changed scope explains more than the rest.
    pub(super) fn rebuild_as(&mut self, why: Rebuild) {
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

    /// The work done so far: what growth tests count.
    #[doc(hidden)]
    pub fn visits(&self) -> Visits {
        self.visits
    }

    /// One copy of the text of a fact.
    pub(super) fn word(&mut self, text: &Name) -> Arc<Name> {
        if let Some(shared) = self.words.get(text) {
            return shared.clone();
        }
        let word = Arc::new(self.share(text));
        self.words.insert(word.clone());
        word
    }

    /// One copy of an owner, whatever it owns.
    pub(super) fn owner(&mut self, owner: Owner) -> Arc<Owner> {
        if let Some(shared) = self.owners.get(&owner) {
            return shared.clone();
        }
        let owner = Arc::new(owner);
        self.owners.insert(owner.clone());
        owner
    }

    /// One copy of a text, however often it is said.
    pub(super) fn share(&mut self, text: &Name) -> Name {
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
