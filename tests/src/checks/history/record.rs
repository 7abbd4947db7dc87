//! Everything that was seen of a history, over all observations.

use std::collections::{BTreeMap, BTreeSet};

use gradus_crds::assessment_status::AssessmentStatus;
use gradus_crds::status::ledger_of;
use gradus_engine::fold::verify;
use gradus_engine::ledger::{Entry, Ledger};
use gradus_engine::verdict::Transition;
use serde_json::Value;

use super::super::object::count;

/// Everything that was seen of a history.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// Every entry, by its sequence.
    pub(super) entries: BTreeMap<u64, Entry>,
    /// The sequence of the newest entry.
    pub(super) last: u64,
    /// The newest ledger seen.
    pub(super) ledger: Option<Ledger>,
    /// Sequences whose acknowledgement was ever asked for.
    asked: BTreeSet<u64>,
    /// Falls that the first ledger counts and does not show; none until a ledger was seen.
    earlier_falls: Option<u64>,
}

impl Record {
    /// Takes an observation in; gives what it breaks.
    pub(super) fn take(&mut self, object: &Value) -> Vec<String> {
        let asked = count(object, "/spec/regression/acknowledge/sequence");
        self.asked.extend(asked);
        let status = &object["status"];
        if status.is_null() && self.ledger.is_none() {
            return Vec::new();
        }
        match serde_json::from_value::<AssessmentStatus>(status.clone()) {
            Ok(status) => self.take_ledger(ledger_of(&status)),
            Err(error) => vec![format!("the status cannot be read: {error}")],
        }
    }

    fn take_ledger(&mut self, ledger: Ledger) -> Vec<String> {
        let mut complaints = Vec::new();
        complaints.extend(verify(&ledger).err().map(|broken| broken.to_string()));
        for entry in &ledger.history {
            complaints.extend(self.take_entry(entry));
        }
        complaints.extend(self.take_end(ledger.sequence));
        complaints.extend(self.check_standing(&ledger));
        complaints.extend(self.check_counter(ledger.regressions));
        self.ledger = Some(ledger);
        complaints
    }

    fn take_entry(&mut self, entry: &Entry) -> Vec<String> {
        let sequence = entry.sequence;
        let Some(known) = self.entries.get(&sequence) else {
            self.entries.insert(sequence, entry.clone());
            return fall_without_reason(entry).into_iter().collect();
        };
        let rewritten = (known != entry).then(|| format!("entry {sequence} was rewritten"));
        rewritten.into_iter().collect()
    }

    fn take_end(&mut self, end: u64) -> Option<String> {
        let before = self.last;
        self.last = end.max(before);
        (end < before).then(|| format!("the history ended at {before}, and now at {end}"))
    }

    fn check_standing(&self, ledger: &Ledger) -> Vec<String> {
        ledger
            .standing
            .iter()
            .filter(|fall| match self.entries.get(&fall.sequence) {
                Some(entry) => entry.transition != Transition::Fall,
                None => fall.sequence > self.last,
            })
            .map(|fall| format!("entry {} stands as a fall and is none", fall.sequence))
            .collect()
    }

    /// The counter is the number of falls: exactly, or within how many entries were never seen.
    fn check_counter(&mut self, counted: u64) -> Option<String> {
        let oldest = self.entries.keys().next().copied().unwrap_or(1);
        let (seen, falls) = (self.entries.values(), self.entries.values().filter(is_fall));
        let (seen, falls) = (length(seen), length(falls));
        let earlier = *self
            .earlier_falls
            .get_or_insert_with(|| counted.saturating_sub(falls).min(oldest - 1));
        let unseen = (self.last + 1).saturating_sub(oldest).saturating_sub(seen);
        let least = earlier + falls;
        let most = least + unseen;
        let last = self.last;
        (counted < least || counted > most).then(|| {
            format!("it counts {counted} falls at entry {last}, and there were {least} to {most}")
        })
    }

    /// Whether the acknowledgement of a fall was ever asked for.
    pub(super) fn was_asked_for(&self, sequence: u64) -> bool {
        self.asked.contains(&sequence)
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape that filter asks for"
)]
fn is_fall(entry: &&Entry) -> bool {
    entry.transition == Transition::Fall
}

fn length(entries: impl Iterator) -> u64 {
    u64::try_from(entries.count()).unwrap_or(u64::MAX)
}

fn fall_without_reason(entry: &Entry) -> Option<String> {
    let is_down = entry.from.is_some_and(|from| entry.to < from);
    let is_right = entry.transition != Transition::Fall || (is_down && entry.cause.is_some());
    (!is_right).then(|| {
        format!(
            "entry {} is called a fall, and goes up or has no cause",
            entry.sequence
        )
    })
}
