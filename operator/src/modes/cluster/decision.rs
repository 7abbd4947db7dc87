//! Whether a status may be written now.

use std::time::Instant;

use gradus_engine::key::{Kind, ObjectKey};
use jiff::Timestamp;

use super::compose::Material;
use super::contests::Contests;
use super::sources::Sources;
use super::state::ClusterState;
use crate::inputs::watch::observed::digest;
use crate::leader::election::Leading;
use crate::outputs::status::patch::StatusPatch;

/// Why a status is not written now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotWritten {
    /// Another replica writes, or nobody.
    Following,
    /// Not everything that it rests on was read whole in this process.
    Unread,
    /// The object is not there any more, or its kind is not.
    Gone,
    /// Cluster-scoped statuses are another installation's.
    NotOurs,
    /// Another author writes it too: it is put off.
    Contested {
        /// Until then.
        until: Instant,
    },
    /// What the object remembers cannot be read, and must not be written over.
    LedgerUnreadable,
    /// Nothing is to be said of the object.
    NothingToSay,
    /// The server holds it already.
    Unchanged {
        /// When looking again can change something by time alone.
        look_due: Option<Timestamp>,
    },
}

/// A status that may be written.
#[derive(Debug)]
pub(super) struct ToWrite {
    pub(super) patch: StatusPatch,
    /// Whether another author wrote the status after we did.
    pub(super) is_contested: bool,
    /// When looking again can change something by time alone.
    pub(super) look_due: Option<Timestamp>,
}

/// What a decision rests on.
pub(super) struct Grounds<'a> {
    pub(super) leading: Leading,
    pub(super) sources: &'a Sources,
    pub(super) state: &'a ClusterState,
    pub(super) contests: &'a Contests,
    /// Whether this installation writes statuses of models and profiles.
    // See D-166.
    pub(super) writes_cluster_scoped: bool,
    /// Whether it has not been certain for long what time it is.
    pub(super) clock_uncertain: bool,
}

/// The status of an object as it is to be written now, or why it is not written. This is the one place that decides.
pub(super) fn decide(key: &ObjectKey, grounds: &Grounds<'_>) -> Result<ToWrite, NotWritten> {
    let Grounds {
        leading,
        sources,
        state,
        ..
    } = grounds;
    if !leading.holds() {
        return Err(NotWritten::Following);
    }
    if !key.kind.namespaced() && !grounds.writes_cluster_scoped {
        return Err(NotWritten::NotOurs);
    }
    if sources.is_kind_absent(key) {
        return Err(NotWritten::Gone);
    }
    if !sources.may_write(key) {
        return Err(NotWritten::Unread);
    }
    let known = state.objects.get(key).ok_or(NotWritten::Gone)?;
    if let Some(Err(_)) = &known.status.ledger {
        return Err(NotWritten::LedgerUnreadable);
    }
    let silent = match key.kind {
        Kind::Assessment => sources.silent_for(key),
        _ => Vec::new(),
    };
    let resync = known.resync.as_ref();
    let resynced = resync.filter(|resync| sources.listed_since(key, resync.seen));
    let fold_input = state.scorer.fold_input(key);
    let material = Material {
        snapshot: state.scorer.snapshot(),
        known,
        capability: state.scorer.capability_id(key),
        // Why: a fall by a wrong clock could not be taken back.
        fold_input: fold_input
            .filter(|_| sources.may_fold(&key.namespace) && state.scorer.clock_doubt().is_none()),
        clock_uncertain: grounds.clock_uncertain,
        silent: &silent,
        resynced: resynced.map(|resync| &*resync.requested),
        now: state.scorer.now(),
    };
    let composed = material.compose(key).ok_or(NotWritten::NothingToSay)?;
    let (status, look_due) = (composed.status, composed.look_due);
    let digest = digest(&status);
    if known.holds(&digest) {
        return Err(NotWritten::Unchanged { look_due });
    }
    let is_contested = known.is_contested();
    let put_off = grounds.contests.put_off_until(key, Instant::now());
    if let Some(until) = put_off.filter(|_| is_contested) {
        return Err(NotWritten::Contested { until });
    }
    let patch = StatusPatch {
        key: key.clone(),
        version: known.version,
        epoch: known.epoch,
        digest,
        status,
    };
    Ok(ToWrite {
        patch,
        is_contested,
        look_due,
    })
}
