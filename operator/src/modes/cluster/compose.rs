//! What an object's status says now.

use std::sync::Arc;

use gradus_crds::status::{
    Previous, StatusContext, assessment_status, profile_status, refused_status,
};
use gradus_engine::CapabilityId;
use gradus_engine::fold::{FoldInput, fold};
use gradus_engine::key::{Kind, Name, ObjectKey};
use gradus_engine::ledger::Ledger;
use gradus_engine::time::end_of;
use gradus_engine::view::{AssessmentView, Snapshot};
use jiff::Timestamp;
use serde_json::Value;

use super::objects::{Content, Known};
use crate::outputs::status::{json, status_of, status_of_capability};

/// What a status is made of.
pub(super) struct Material<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) known: &'a Known,
    /// Its id, when it is a capability: to look for each would be to look at all.
    pub(super) capability: Option<CapabilityId>,
    /// What the fold reads, where a lower stage is a fall.
    pub(super) fold_input: Option<&'a FoldInput>,
    /// Sources that have been silent for too long.
    pub(super) silent: &'a [Name],
    /// Whether it has not been certain for a while what time it is.
    pub(super) clock_uncertain: bool,
    /// The resync that was requested, once it is done.
    pub(super) resynced: Option<&'a str>,
    pub(super) now: Timestamp,
}

/// A status, ready to be sent.
pub(super) struct Composed {
    pub(super) status: Value,
    /// When looking again can change something by time alone: the fold, or whether a target is missed.
    pub(super) look_due: Option<Timestamp>,
}

impl Material<'_> {
    /// The status of an object. None when there is nothing to say of it, or nothing may be said:
    /// what an assessment remembers cannot be read, and must not be written over.
    // See D-056.
    pub(super) fn compose(&self, key: &ObjectKey) -> Option<Composed> {
        if let Some(Err(_)) = &self.known.status.ledger {
            return None;
        }
        match &self.known.content {
            Content::Refused(findings) => {
                let generation = self.known.life.generation;
                let ledger = self.known.ledger();
                let mut status =
                    refused_status(key.kind, generation, findings, &ledger, self.previous());
                if key.kind == Kind::Assessment
                    && let Some(resynced) = self.resynced()
                {
                    status["lastRequestedAt"] = resynced.into();
                }
                Some(Composed {
                    status,
                    look_due: None,
                })
            }
            Content::Profile(spec) => {
                let status = profile_status(spec, self.known.life.generation, self.previous());
                json(&status).map(Composed::lasting)
            }
            Content::Scored => self.scored(key),
        }
    }

    /// The requested resync that was done last.
    fn resynced(&self) -> Option<&str> {
        let written = self.known.status.last_requested_at.as_deref();
        self.resynced.or(written)
    }

    fn previous(&self) -> Previous<'_> {
        Previous {
            conditions: &self.known.status.conditions,
            now: self.now,
        }
    }

    fn scored(&self, key: &ObjectKey) -> Option<Composed> {
        if key.kind == Kind::Assessment {
            return self.assessment(self.snapshot.assessments.get(key)?);
        }
        if key.kind == Kind::Capability {
            let view = self.snapshot.capabilities.get_at(self.capability?, key)?;
            let status = status_of_capability(self.snapshot, &view, self.previous());
            return status.map(Composed::lasting);
        }
        status_of(self.snapshot, key, self.previous()).map(Composed::lasting)
    }

    fn assessment(&self, view: &AssessmentView) -> Option<Composed> {
        let (ledger, fold_due) = self.folded(view);
        let context = StatusContext {
            ledger: &ledger,
            silent: self.silent,
            clock_uncertain: self.clock_uncertain,
            last_requested_at: self.resynced(),
        };
        Some(Composed {
            status: json(&assessment_status(view, context, self.previous()))?,
            look_due: fold_due.into_iter().chain(self.target_due(view)).min(),
        })
    }

    /// When the day of the target is over.
    fn target_due(&self, view: &AssessmentView) -> Option<Timestamp> {
        let end = end_of(view.spec.target.as_ref()?.by?);
        (end > self.now).then_some(end)
    }

    /// What the assessment will remember once this status is committed.
    fn folded(&self, view: &AssessmentView) -> (Arc<Ledger>, Option<Timestamp>) {
        let Some(input) = self.fold_input else {
            return (Arc::clone(&view.ledger), None);
        };
        let folded = fold(&view.ledger, input, self.now);
        (Arc::new(folded.ledger), folded.next_due)
    }
}

impl Composed {
    /// A status that time alone does not change.
    fn lasting(status: Value) -> Self {
        Self {
            status,
            look_due: None,
        }
    }
}
