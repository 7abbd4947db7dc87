//! The chain of the history: every entry's digest covers the entry before, so an edit that does
//! not recompute the whole rest shows.

use crate::digest::{canonical_json, sha256_hex};
use crate::ledger::{Broken, Entry, Ledger};

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
    let kept = u64::try_from(ledger.history.len()).unwrap_or(u64::MAX);
    let before = match ledger.history_anchor {
        Some(_) => ledger.sequence.saturating_sub(kept),
        None => 0,
    };
    let anchor = ledger.history_anchor.as_deref().unwrap_or_default();
    follow(before, anchor, &ledger.history, ledger)
}

/// Checks a ledger that comes after one that was whole. Where its history goes on from that one's, only what is new is
/// looked at.
///
/// # Errors
///
/// As [`verify`].
pub(crate) fn verify_after(whole: &Ledger, ledger: &Ledger) -> Result<(), Broken> {
    match goes_on(whole, ledger) {
        Some((last, new)) => follow(last.sequence, &last.digest, new, ledger),
        None => verify(ledger),
    }
}

/// The last entry that both ledgers keep, and those that the later one has after it. None where the later one does not
/// keep the other's entries as they were.
fn goes_on<'l>(before: &'l Ledger, after: &'l Ledger) -> Option<(&'l Entry, &'l [Entry])> {
    let last = before.history.last()?;
    let place = after.history.iter().position(|entry| entry == last)?;
    let (kept, new) = after.history.split_at(place + 1);
    let cut = before.history.len().checked_sub(kept.len())?;
    let (gone, both) = before.history.split_at(cut);
    let anchor = match gone.last() {
        Some(entry) => Some(&entry.digest),
        None => before.history_anchor.as_ref(),
    };
    (both == kept && anchor == after.history_anchor.as_ref()).then_some((last, new))
}

/// Checks entries that follow one of this sequence and digest, up to the end of a ledger.
fn follow(
    sequence: u64,
    digest_before: &str,
    entries: &[Entry],
    ledger: &Ledger,
) -> Result<(), Broken> {
    let (mut expected, mut before) = (sequence, digest_before);
    for entry in entries {
        expected = expected.saturating_add(1);
        if entry.sequence != expected {
            return Err(Broken::Sequence {
                sequence: entry.sequence,
            });
        }
        if entry.digest != digest(before, entry) {
            return Err(Broken::Digest {
                sequence: entry.sequence,
            });
        }
        before = &entry.digest;
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

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::verdict::Transition;

    /// A history of so many entries, of which the newest are kept.
    fn chained(written: u32, kept: usize) -> Ledger {
        let mut ledger = Ledger::default();
        for sequence in 1..=u64::from(written) {
            let mut entry = Entry {
                sequence,
                at: Timestamp::UNIX_EPOCH,
                transition: Transition::Rise,
                domain: None,
                from: None,
                to: u32::try_from(sequence).unwrap(),
                cause: None,
                capability: None,
                digest: String::new(),
            };
            let before = ledger.history.last().map(|entry| entry.digest.clone());
            entry.digest = digest(&before.unwrap_or_default(), &entry);
            ledger.history.push(entry);
            ledger.sequence = sequence;
        }
        let gone = ledger.history.len().saturating_sub(kept);
        let cut = ledger.history.drain(..gone).next_back();
        ledger.history_anchor = cut.map(|entry| entry.digest);
        ledger
    }

    /// Everything that somebody may do to a history that was written.
    fn alterations(ledger: &Ledger) -> Vec<Ledger> {
        let mut altered = Vec::new();
        let mut alter = |change: &dyn Fn(&mut Ledger)| {
            let mut other = ledger.clone();
            change(&mut other);
            altered.push(other);
        };
        for place in 0..ledger.history.len() {
            alter(&|ledger| ledger.history[place].to += 1);
            alter(&|ledger| ledger.history[place].sequence += 1);
            alter(&|ledger| drop(ledger.history.remove(place)));
            alter(&|ledger| ledger.history.truncate(place));
            alter(&|ledger| {
                let copy = ledger.history[place].clone();
                ledger.history.insert(place, copy);
            });
        }
        alter(&|ledger| ledger.sequence += 1);
        alter(&|ledger| ledger.history_anchor = None);
        alter(&|ledger| ledger.history_anchor = Some("another".to_owned()));
        altered
    }

    #[test]
    fn looking_at_what_is_new_finds_what_looking_at_everything_finds() {
        let histories = |written| (1..=5).map(move |kept| chained(written, kept));
        let mut broken = 0;
        for whole in (0..6).flat_map(histories) {
            assert_eq!(verify(&whole), Ok(()));
            for later in (0..9).flat_map(histories) {
                assert_eq!(verify_after(&whole, &later), Ok(()));
                for altered in alterations(&later) {
                    let (of_new, of_all) = (verify_after(&whole, &altered), verify(&altered));
                    assert_eq!(of_new.is_ok(), of_all.is_ok(), "{whole:?}\n{altered:?}");
                    broken += usize::from(verify(&altered).is_err());
                }
            }
        }
        assert!(broken > 1000, "{broken}");
    }
}
