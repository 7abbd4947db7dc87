//! The chain of the history: every entry's digest covers the entry before, so an edit that does
//! not recompute the whole rest shows.

use thiserror::Error;

use crate::digest::{canonical_json, sha256_hex};
use crate::ledger::{Entry, Ledger};

/// Where a history does not hold together.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Broken {
    /// An entry's digest is not that of its content and the entry before.
    #[error("history entry {sequence} was altered after it was written")]
    Digest {
        /// The entry.
        sequence: u64,
    },
    /// A sequence does not follow the one before.
    #[error("history entry {sequence} does not follow the entry before it")]
    Sequence {
        /// The entry that stands where another belongs.
        sequence: u64,
    },
    /// The last entry is not the last one that was written.
    #[error("the history ends at {last}, and {sequence} entries were written")]
    End {
        /// The sequence of the last entry kept.
        last: u64,
        /// The ledger's sequence.
        sequence: u64,
    },
}

/// The digest of an entry after the digest before it (empty before the first ever).
// See D-035.
pub(super) fn digest(before: &str, entry: &Entry) -> String {
    // An entry is plain text, numbers and instants: it always has a JSON form.
    let mut json = serde_json::to_value(entry).unwrap_or_default();
    if let Some(fields) = json.as_object_mut() {
        fields.remove("digest");
    }
    sha256_hex([before, &canonical_json(&json)])
}

/// Checks that a ledger's history is whole from the oldest entry kept to the last one written.
///
/// # Errors
///
/// The first place, from the oldest entry on, where it is not.
pub fn verify(ledger: &Ledger) -> Result<(), Broken> {
    let mut before = ledger.history_anchor.clone().unwrap_or_default();
    let kept = u64::try_from(ledger.history.len()).unwrap_or(u64::MAX);
    let mut expected = match ledger.history_anchor {
        Some(_) => ledger.sequence.saturating_sub(kept),
        None => 0,
    };
    for entry in &ledger.history {
        expected = expected.saturating_add(1);
        if entry.sequence != expected {
            return Err(Broken::Sequence {
                sequence: entry.sequence,
            });
        }
        if entry.digest != digest(&before, entry) {
            return Err(Broken::Digest {
                sequence: entry.sequence,
            });
        }
        before.clone_from(&entry.digest);
    }
    if expected == ledger.sequence {
        Ok(())
    } else {
        Err(Broken::End {
            last: expected,
            sequence: ledger.sequence,
        })
    }
}
