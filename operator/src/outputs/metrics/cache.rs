//! Rendered labels of every object: what its series say that stays the same from scrape to scrape.
//!
//! The scorer empties what [`Settled::changes`](gradus_engine::delta::Settled::changes) names, the scrape renders
//! what it finds empty. So an object is rendered once per change, and not at all if nobody scrapes.

use std::sync::{Arc, OnceLock};

use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::view::{AssessmentView, CompactCapability, Snapshot};
use gradus_engine::world::World;
use rpds::{RedBlackTreeMapSync, VectorSync};

use super::labels::{render_assessment, render_capability, render_impacts};

/// Rendered labels, by object. Cheap to clone; the next one shares what did not change.
// See D-109.
#[derive(Debug, Clone, Default)]
pub struct LabelCache {
    assessments: RedBlackTreeMapSync<ObjectKey, AssessmentTexts>,
    /// By the index of a capability's id.
    capabilities: VectorSync<Chunk>,
}

/// Texts that lie side by side as the capabilities of a snapshot do: a scrape reads all of them, family by family.
type Chunk = [Text; CHUNK];

const CHUNK: usize = 16;

/// What is rendered of an assessment: its labels, and what losing each capability would cost it, which is most of it.
#[derive(Debug, Clone, Default)]
struct AssessmentTexts {
    labels: Text,
    impacts: Text,
}

/// A text that is rendered when it is first asked for.
#[derive(Debug, Clone, Default)]
struct Text(OnceLock<Arc<str>>);

impl Text {
    fn or_render(&self, render: impl FnOnce() -> String) -> &str {
        self.0.get_or_init(|| render().into())
    }
}

impl LabelCache {
    /// A cache for a snapshot of which nothing was rendered yet.
    pub fn of(snapshot: &Snapshot) -> Self {
        let mut cache = Self::default();
        cache.make_room(snapshot);
        for key in snapshot.assessments.keys() {
            cache
                .assessments
                .insert_mut(key.clone(), AssessmentTexts::default());
        }
        cache
    }

    /// Empties what was rendered of objects that changed until this snapshot of this world.
    pub fn forget<'k>(
        &mut self,
        changes: impl IntoIterator<Item = &'k ObjectKey>,
        snapshot: &Snapshot,
        world: &World,
    ) {
        self.make_room(snapshot);
        for key in changes {
            match key.kind {
                Kind::Assessment if snapshot.assessments.contains_key(key) => {
                    self.assessments
                        .insert_mut(key.clone(), AssessmentTexts::default());
                }
                Kind::Assessment => {
                    self.assessments.remove_mut(key);
                }
                // A place that is free again is emptied by the capability that takes it next.
                Kind::Capability => {
                    if let Some(text) = world
                        .capability_id(key)
                        .and_then(|id| self.capability_mut(id.index()))
                    {
                        *text = Text::default();
                    }
                }
                Kind::MaturityModel | Kind::Profile | Kind::Attestation | Kind::Waiver => {}
            }
        }
    }

    /// The labels of an assessment.
    pub(super) fn assessment(&self, view: &AssessmentView) -> Option<&str> {
        let texts = self.assessments.get(&view.key)?;
        Some(texts.labels.or_render(|| render_assessment(view)))
    }

    /// What losing each capability would cost an assessment.
    pub(super) fn impacts(&self, view: &AssessmentView) -> Option<&str> {
        let texts = self.assessments.get(&view.key)?;
        Some(texts.impacts.or_render(|| render_impacts(view)))
    }

    /// The labels of capabilities, for one who asks in the order of their keys.
    pub(super) fn capabilities(&self) -> CapabilityTexts<'_> {
        CapabilityTexts {
            chunks: &self.capabilities,
            last: (0, self.capabilities.first()),
        }
    }

    fn make_room(&mut self, snapshot: &Snapshot) {
        while self.capabilities.len() * CHUNK < snapshot.capabilities.places() {
            self.capabilities.push_back_mut(Chunk::default());
        }
    }

    fn capability_mut(&mut self, place: usize) -> Option<&mut Text> {
        self.capabilities
            .get_mut(place / CHUNK)?
            .get_mut(place % CHUNK)
    }
}

/// The rendered labels of capabilities. Neighbours in the order are neighbours in the chunk, more often than not.
pub(super) struct CapabilityTexts<'c> {
    chunks: &'c VectorSync<Chunk>,
    last: (usize, Option<&'c Chunk>),
}

impl<'c> CapabilityTexts<'c> {
    pub(super) fn of(&mut self, capability: CompactCapability<'_>) -> Option<&'c str> {
        let place = capability.id().index();
        let chunk = place / CHUNK;
        if self.last.0 != chunk {
            self.last = (chunk, self.chunks.get(chunk));
        }
        let text = self.last.1?.get(place % CHUNK)?;
        Some(text.or_render(|| render_capability(capability)))
    }
}
