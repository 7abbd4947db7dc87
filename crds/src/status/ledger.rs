//! The ledger in a status, both ways: what is read back equals what was written.
//!
//! Most of it is in fields that people read; the rest is under `ledger`. A status that is cut to its size limit
//! never loses any of it, except old history entries, which the anchor replaces.

use gradus_engine::ledger::{self, Ledger};

use crate::assessment_status::{
    AssessmentStatus, Edition, Fall, First, HighWater, HistoryEntry, LedgerStatus,
};

/// Writes the ledger of an assessment into its status.
pub(super) fn write(status: &mut AssessmentStatus, ledger: &Ledger) {
    status.stage_changed_at = ledger.stage_changed_at;
    status.regressions = Some(ledger.regressions);
    status.high_water = ledger.high_water.as_ref().map(|mark| HighWater {
        model: mark.model.clone(),
        model_digest: mark.model_digest.clone(),
        stage: mark.stage,
        at: mark.at,
    });
    status.first = ledger.first.as_ref().map(|first| First {
        stage: first.stage,
        at: first.at,
    });
    status.regression = ledger.standing.iter().map(fall).collect();
    status.history = ledger.history.iter().map(entry).collect();
    let carried = LedgerStatus {
        stage: ledger.stage,
        edition: ledger.edition.as_ref().map(|edition| Edition {
            model: edition.model.clone(),
            model_digest: edition.model_digest.clone(),
        }),
        domain_high_water: ledger.domain_high_water.clone(),
        history_anchor: ledger.history_anchor.clone(),
        below_since: ledger.below_since,
        domain_below_since: ledger.domain_below_since.clone(),
        acknowledged: ledger.acknowledged,
        scope: ledger.grounds.scope.clone(),
        waived: ledger.grounds.waived.clone(),
    };
    status.ledger = (carried != LedgerStatus::default()).then_some(carried);
}

/// The ledger of an assessment, read back from its status.
pub fn ledger_of(status: &AssessmentStatus) -> Ledger {
    let carried = status.ledger.clone().unwrap_or_default();
    Ledger {
        stage: carried.stage,
        stage_changed_at: status.stage_changed_at,
        edition: carried.edition.map(|edition| ledger::Edition {
            model: edition.model,
            model_digest: edition.model_digest,
        }),
        high_water: status.high_water.as_ref().map(|mark| ledger::Mark {
            model: mark.model.clone(),
            model_digest: mark.model_digest.clone(),
            stage: mark.stage,
            at: mark.at,
        }),
        first: status.first.as_ref().map(|first| ledger::First {
            stage: first.stage,
            at: first.at,
        }),
        domain_high_water: carried.domain_high_water,
        // Why: the newest entry is never cut, and a sequence is only given with an entry.
        sequence: status.history.last().map_or(0, |entry| entry.sequence),
        regressions: status.regressions.unwrap_or_default(),
        standing: status.regression.iter().map(fall_back).collect(),
        history: status.history.iter().map(entry_back).collect(),
        history_anchor: carried.history_anchor,
        below_since: carried.below_since,
        domain_below_since: carried.domain_below_since,
        acknowledged: carried.acknowledged,
        grounds: ledger::Grounds {
            scope: carried.scope,
            waived: carried.waived,
        },
    }
}

/// Keeps only the newest entries of a history. The anchor becomes the digest of the last entry cut, so that the
/// chain stays verifiable.
pub(super) fn keep_newest(status: &mut AssessmentStatus, most: usize) {
    let surplus = status.history.len().saturating_sub(most);
    if let Some(last_cut) = status.history.drain(..surplus).next_back() {
        status.ledger.get_or_insert_default().history_anchor = Some(last_cut.digest);
    }
}

fn fall(fall: &ledger::Fall) -> Fall {
    Fall {
        sequence: fall.sequence,
        domain: fall.domain.clone(),
        from: fall.from,
        to: fall.to,
        recovered: fall.recovered,
        since: fall.since,
        cause: fall.cause,
        capability: fall.capability.clone(),
        evidence: fall.evidence.clone(),
    }
}

fn fall_back(fall: &Fall) -> ledger::Fall {
    ledger::Fall {
        sequence: fall.sequence,
        domain: fall.domain.clone(),
        from: fall.from,
        to: fall.to,
        recovered: fall.recovered,
        since: fall.since,
        cause: fall.cause,
        capability: fall.capability.clone(),
        evidence: fall.evidence.clone(),
    }
}

fn entry(entry: &ledger::Entry) -> HistoryEntry {
    HistoryEntry {
        sequence: entry.sequence,
        at: entry.at,
        transition: entry.transition,
        domain: entry.domain.clone(),
        from: entry.from,
        to: entry.to,
        cause: entry.cause,
        capability: entry.capability.clone(),
        digest: entry.digest.clone(),
    }
}

fn entry_back(entry: &HistoryEntry) -> ledger::Entry {
    ledger::Entry {
        sequence: entry.sequence,
        at: entry.at,
        transition: entry.transition,
        domain: entry.domain.clone(),
        from: entry.from,
        to: entry.to,
        cause: entry.cause,
        capability: entry.capability.clone(),
        digest: entry.digest.clone(),
    }
}
