//! Everything that was seen of a history, over all observations.

use std::collections::{BTreeMap, BTreeSet};

use gradus_engine::fold::verify;
use gradus_engine::ledger::{Entry, Ledger};
use gradus_engine::verdict::Cause;
use serde_json::Value;

use super::super::object::{count, list};

/// Everything that was seen of a history.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// Every entry, by its sequence.
    pub(super) entries: BTreeMap<u64, Entry>,
    /// Sequences that ever stood as falls.
    pub(super) standing: BTreeSet<u64>,
    /// Sequences whose acknowledgement was ever asked for.
    pub(super) acknowledged: BTreeSet<u64>,
    /// The sequence of the newest entry.
    pub(super) last: u64,
    /// Falls that the first status counts and does not show; none until a status was seen.
    earlier_falls: Option<u64>,
}

impl Record {
    /// Takes an observation in; gives what it breaks.
    pub(super) fn take(&mut self, object: &Value) -> Vec<String> {
        let mut complaints = Vec::new();
        let acknowledge = count(object, "/spec/regression/acknowledge/sequence");
        self.acknowledged.extend(acknowledge);
        if object["status"]["assessed"].is_null() {
            return complaints;
        }
        let history = list(object, "/status/history");
        let mut before = None;
        for value in history {
            match serde_json::from_value::<Entry>(value.clone()) {
                Ok(entry) => {
                    complaints.extend(follows(before, entry.sequence));
                    before = Some(entry.sequence);
                    complaints.extend(self.take_entry(&entry));
                }
                Err(error) => complaints.push(format!("an entry that cannot be read: {error}")),
            }
        }
        complaints.extend(self.take_end(before.unwrap_or(0)));
        complaints.extend(self.take_standing(object));
        complaints.extend(self.take_counter(object));
        complaints
    }

    fn take_entry(&mut self, entry: &Entry) -> Option<String> {
        let sequence = entry.sequence;
        let known = self
            .entries
            .entry(sequence)
            .or_insert_with(|| entry.clone());
        (known != entry).then(|| format!("entry {sequence} was rewritten"))
    }

    fn take_end(&mut self, end: u64) -> Option<String> {
        let before = self.last;
        self.last = end.max(before);
        (end < before).then(|| format!("the history ended at {before}, and now at {end}"))
    }

    fn take_standing(&mut self, object: &Value) -> Vec<String> {
        let standing: Vec<u64> = list(object, "/status/regression")
            .iter()
            .filter_map(|fall| fall["sequence"].as_u64())
            .collect();
        self.standing.extend(&standing);
        standing
            .into_iter()
            .filter(|sequence| match self.entries.get(sequence) {
                Some(entry) => !is_down(entry),
                None => *sequence > self.last,
            })
            .map(|sequence| format!("entry {sequence} stands as a fall and is none"))
            .collect()
    }

    /// The counter is the number of falls: exactly, or within how many entries were never seen.
    fn take_counter(&mut self, object: &Value) -> Option<String> {
        let counted = count(object, "/status/regressions").unwrap_or(0);
        let falls = self.falls();
        let oldest = self.entries.keys().next().copied().unwrap_or(1);
        let unclear = oldest - 1 + self.unclear();
        let earlier = *self
            .earlier_falls
            .get_or_insert_with(|| counted.saturating_sub(falls).min(unclear));
        let seen = self.entries.range(oldest..=self.last).count();
        let unseen = (self.last + 1)
            .saturating_sub(oldest)
            .saturating_sub(u64::try_from(seen).unwrap_or(u64::MAX));
        let least = earlier + falls;
        let most = least + unseen;
        (counted < least || counted > most).then(|| {
            let due = if unseen == 0 {
                least.to_string()
            } else {
                format!("{least} to {most}")
            };
            format!(
                "it counts {counted} falls at entry {}, and there were {due}",
                self.last
            )
        })
    }

    fn falls(&self) -> u64 {
        let falls = self.entries.values().filter(|entry| self.is_fall(entry));
        u64::try_from(falls.count()).unwrap_or(u64::MAX)
    }

    /// Entries that were falls or new marks: what they did not leave standing cannot tell.
    fn unclear(&self) -> u64 {
        let entries = self.entries.values();
        let unclear = entries.filter(|entry| is_down(entry) && !self.is_fall(entry));
        u64::try_from(unclear.count()).unwrap_or(u64::MAX)
    }

    /// Whether an entry is a fall: down, with a cause. A new mark goes down too, because of a
    /// changed model; a fall for that cause, under a kept mark, stands when it is first seen.
    pub(super) fn is_fall(&self, entry: &Entry) -> bool {
        is_down(entry)
            && (entry.cause != Some(Cause::ModelChanged) || self.standing.contains(&entry.sequence))
    }

    /// Whether every run of entries without a gap is whole, by the engine's own verification.
    pub(super) fn check_chain(&self) -> Vec<String> {
        self.runs()
            .into_iter()
            .filter_map(|run| verify(&run).err())
            .map(|broken| broken.to_string())
            .collect()
    }

    /// The runs of entries without a gap, as ledgers. The oldest entry of a run that does not begin
    /// at the first ever only anchors it: what it stands on was not seen.
    fn runs(&self) -> Vec<Ledger> {
        let mut runs: Vec<Ledger> = Vec::new();
        for entry in self.entries.values() {
            match runs.last_mut() {
                Some(run) if run.sequence + 1 == entry.sequence => {
                    run.sequence = entry.sequence;
                    run.history.push(entry.clone());
                }
                _ => runs.push(begin_run(entry)),
            }
        }
        runs
    }
}

fn begin_run(entry: &Entry) -> Ledger {
    let is_first = entry.sequence == 1;
    Ledger {
        sequence: entry.sequence,
        history: is_first.then(|| entry.clone()).into_iter().collect(),
        history_anchor: (!is_first).then(|| entry.digest.clone()),
        ..Ledger::default()
    }
}

fn follows(before: Option<u64>, sequence: u64) -> Option<String> {
    let before = before?;
    (sequence != before + 1).then(|| format!("entry {sequence} follows entry {before}"))
}

fn is_down(entry: &Entry) -> bool {
    entry.cause.is_some() && entry.from.is_some_and(|from| entry.to < from)
}
