//! What is known of every object at one instant, complete for every output: status, metrics,
//! page and terminal are projections of these views, and compute nothing of their own.

mod assessment;
mod capabilities;
mod capability;
mod outlook;

use std::sync::Arc;

use jiff::Timestamp;
use rpds::RedBlackTreeMapSync;

pub use self::assessment::{
    AssessmentView, CriterionView, DomainView, Problem, ScoreView, StageView,
};
pub use self::capabilities::{Capabilities, CompactCapability};
pub use self::capability::{AttestationView, CapabilityView, WaiverView};
pub use self::outlook::{AwardView, End, EndKind, Forecast, Gap, Impact, NextStep, TargetRisk};
pub use crate::capability::EvidenceView;
use crate::diagnostic::Diagnostic;
use crate::key::{Kind, Name, ObjectKey};
use crate::object::Life;
use crate::program::Program;
pub use crate::score::{Confidence, Tally};

/// Everything at one instant. Cheap to clone; the next one shares what did not change.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// The instant of the last settle.
    pub at: Timestamp,
    /// The next instant at which anything can change by time alone.
    pub next_due: Option<Timestamp>,
    /// Models in use or declared, by name; `Err` says why one cannot be used.
    pub models: RedBlackTreeMapSync<Name, Arc<ModelView>>,
    /// Assessments by key.
    pub assessments: RedBlackTreeMapSync<ObjectKey, Arc<AssessmentView>>,
    /// Capabilities: compact, and rendered when looked at.
    pub capabilities: Capabilities,
    /// Attestations by key.
    pub attestations: RedBlackTreeMapSync<ObjectKey, Arc<AttestationView>>,
    /// Waivers by key.
    pub waivers: RedBlackTreeMapSync<ObjectKey, Arc<WaiverView>>,
}

impl Snapshot {
    /// What losing a capability would do to each assessment that reads it, by the assessment's key.
    pub fn impact_of(&self, capability: &ObjectKey) -> Vec<(ObjectKey, Impact)> {
        let first = ObjectKey::new(Kind::Assessment, &capability.namespace, "");
        self.assessments
            .range(first..)
            .take_while(|(key, _)| key.namespace == capability.namespace)
            .filter_map(|(key, view)| {
                let by_name = |impact: &Impact| impact.capability.cmp(&capability.name);
                let found = view.impacts.binary_search_by(by_name).ok()?;
                Some((key.clone(), view.impacts.get(found)?.clone()))
            })
            .collect()
    }
}

/// A model, compiled or refused.
#[derive(Debug)]
pub struct ModelView {
    /// The model's name.
    pub name: Name,
    /// Its life, as the source that brought it says; the library's models have one of their own.
    pub life: Option<Life>,
    /// The compiled model, or why there is none.
    pub program: Result<Arc<Program>, Vec<Diagnostic>>,
}
