//! Files that state nothing any more although they did: most of them are just being saved.
//!
//! A plain save empties a file and writes it afterwards. Until the wait has passed, the file counts as it was: a fall
//! for what is seen in between would be committed for ever. Where the system tells when a writer is done, that helps against the
//! half of a file, not against an editor that empties, closes and opens again, nor on a drive that tells nothing.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Files that were found empty, and since when.
#[derive(Debug, Default)]
pub(super) struct Emptied {
    wait: Duration,
    since: BTreeMap<Arc<str>, Instant>,
}

impl Emptied {
    /// Files are waited for this long.
    pub(super) fn after(wait: Duration) -> Self {
        Self {
            wait,
            ..Self::default()
        }
    }

    /// A file was found empty: whether it is still waited for.
    pub(super) fn is_waited_for(&mut self, file: &Arc<str>, now: Instant) -> bool {
        let since = *self.since.entry(Arc::clone(file)).or_insert(now);
        let waits = now < since + self.wait;
        if !waits {
            self.since.remove(file);
        }
        waits
    }

    /// A file states something, or is gone.
    pub(super) fn forget(&mut self, file: &str) {
        self.since.remove(file);
    }

    /// When a file has been waited for long enough.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.since.values().min().map(|since| *since + self.wait)
    }

    /// The files that have been waited for long enough.
    pub(super) fn due(&self, now: Instant) -> impl Iterator<Item = &Arc<str>> {
        let due = move |since: Instant| since + self.wait <= now;
        self.since
            .iter()
            .filter(move |(_, since)| due(**since))
            .map(|(file, _)| file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_is_waited_for_once_and_from_its_first_sight() {
        let wait = Duration::from_secs(5);
        let (file, start) = (Arc::from("a.yaml"), Instant::now());
        let mut emptied = Emptied::after(wait);
        assert!(emptied.is_waited_for(&file, start));
        assert!(emptied.is_waited_for(&file, start + wait / 2));
        assert_eq!(emptied.next_due(), Some(start + wait));
        assert_eq!(emptied.due(start + wait / 2).count(), 0);
        assert_eq!(emptied.due(start + wait).count(), 1);
        assert!(!emptied.is_waited_for(&file, start + wait));
        assert_eq!(emptied.next_due(), None);
    }

    #[test]
    fn file_that_was_filled_is_waited_for_anew() {
        let wait = Duration::from_secs(5);
        let (file, start) = (Arc::from("a.yaml"), Instant::now());
        let mut emptied = Emptied::after(wait);
        assert!(emptied.is_waited_for(&file, start));
        emptied.forget(&file);
        assert!(emptied.is_waited_for(&file, start + wait));
    }

    #[test]
    fn one_shot_scoring_waits_for_no_emptied_file() {
        assert!(!Emptied::default().is_waited_for(&Arc::from("a.yaml"), Instant::now()));
    }
}
