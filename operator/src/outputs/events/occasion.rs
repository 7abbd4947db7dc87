//! What is worth an Event: a committed transition, evidence that expires, a waiver that ends, a target that is
//! reached or missed.
//!
//! ```text
//! a committed ledger ────────────────────┐
//! an object whose status the server holds ┴─▶ what happened, each at its instant ─▶ an Event each
//! ```
//!
//! Only transitions are recorded. The rest follows from an object as it is now, under a name that its instant
//! gives it, so that another leader tells the same.

use gradus_crds::wording::calendar::{last_day, minute};
use gradus_engine::key::{Kind, Name, ObjectKey};
use gradus_engine::object::Subject;
use gradus_engine::time::end_of;
use gradus_engine::verdict::{NotCounted, NotEffective};
use gradus_engine::view::{AssessmentView, AttestationView, Snapshot, WaiverView};
use jiff::Timestamp;

/// Something that happened to an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Occasion {
    /// Its number in the object's history, when it is in there.
    pub(crate) sequence: Option<u64>,
    pub(crate) reason: &'static str,
    pub(crate) at: Timestamp,
    /// Whether somebody should look at it.
    pub(crate) is_warning: bool,
    pub(crate) note: String,
    /// What else it is about, in the same namespace.
    pub(crate) related: Option<(Kind, Name)>,
}

/// What happened to an object until now, as far as its state tells; however long ago.
// See D-065.
pub(crate) fn occasions(snapshot: &Snapshot, key: &ObjectKey, now: Timestamp) -> Vec<Occasion> {
    match key.kind {
        Kind::Attestation => {
            let view = snapshot.attestations.get(key);
            view.and_then(|view| expired(view)).into_iter().collect()
        }
        Kind::Waiver => {
            let view = snapshot.waivers.get(key);
            view.and_then(|view| end(view)).into_iter().collect()
        }
        Kind::Assessment => {
            let view = snapshot.assessments.get(key);
            let both = view.map(|view| [reached(view), missed(view, now)]);
            both.into_iter().flatten().flatten().collect()
        }
        Kind::Capability | Kind::MaturityModel | Kind::Profile => Vec::new(),
    }
}

fn expired(view: &AttestationView) -> Option<Occasion> {
    if view.counted != Err(NotCounted::Expired) {
        return None;
    }
    let (what, related) = match &view.spec.subject {
        Subject::Capability(name) => (
            format!("capability {name}"),
            (Kind::Capability, name.clone()),
        ),
        Subject::Award {
            assessment, stage, ..
        } => (
            format!("stage {stage} of {assessment}"),
            (Kind::Assessment, assessment.clone()),
        ),
    };
    Some(Occasion {
        sequence: None,
        reason: "EvidenceExpired",
        at: view.valid_until,
        is_warning: true,
        note: format!(
            "The attestation of {what} has expired: it counted until the end of {}",
            last_day(view.valid_until)
        ),
        related: Some(related),
    })
}

fn end(view: &WaiverView) -> Option<Occasion> {
    if view.effective != Err(NotEffective::Expired) {
        return None;
    }
    let criteria: Vec<&str> = view.spec.criteria.iter().map(|name| &**name).collect();
    Some(Occasion {
        sequence: None,
        reason: "WaiverEnded",
        at: view.until,
        is_warning: false,
        note: format!(
            "The waiver of {} in {} ended at {}",
            criteria.join(", "),
            view.spec.assessment,
            minute(view.until)
        ),
        related: Some((Kind::Assessment, view.spec.assessment.clone())),
    })
}

/// The committed stage came up to the target.
fn reached(view: &AssessmentView) -> Option<Occasion> {
    let target = view.spec.target.as_ref()?.stage;
    let mut history = view.ledger.history.iter().rev();
    let last = history.find(|entry| entry.domain.is_none())?;
    let came_up = last.to >= target && last.from.is_none_or(|from| from < target);
    came_up.then(|| Occasion {
        sequence: None,
        reason: "TargetReached",
        at: last.at,
        is_warning: false,
        note: format!("Stage {} reaches the target of stage {target}", last.to),
        related: None,
    })
}

/// The day of the target is over, and the stage is below it.
fn missed(view: &AssessmentView, now: Timestamp) -> Option<Occasion> {
    let target = view.spec.target.as_ref()?;
    let end = end_of(target.by?);
    let stage = view.stage?;
    let is_missed = view.suspended().is_none() && now >= end && stage < target.stage;
    is_missed.then(|| Occasion {
        sequence: None,
        reason: "TargetMissed",
        at: end,
        is_warning: false,
        note: format!(
            "The target of stage {} by {} is missed: the stage is {stage}",
            target.stage,
            last_day(end)
        ),
        related: None,
    })
}
