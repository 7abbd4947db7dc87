//! Statuses that another author writes too: they are not fought over.

use std::collections::BTreeMap;
use std::time::Instant;

use gradus_engine::key::ObjectKey;
use jiff::Timestamp;

use crate::outputs::events::Occasion;
use crate::token_bucket::{Rate, TokenBucket};

/// Objects named in a sentence.
const NAMED: usize = 3;
/// What to do about another author.
const FIX: &str =
    "find it in metadata.managedFields and stop it, or let only one installation serve the object";

/// Which statuses were written over another author's lately, and how often.
// See D-165.
#[derive(Debug)]
pub(super) struct Contests {
    rate: Rate,
    contested: BTreeMap<ObjectKey, Contest>,
}

#[derive(Debug)]
struct Contest {
    writes: TokenBucket,
    /// Whether it was put off.
    is_put_off: bool,
}

impl Contests {
    pub(super) fn new(rate: Rate) -> Self {
        Self {
            rate,
            contested: BTreeMap::new(),
        }
    }

    /// Until when a status is put off; none when it may be written over another author's now.
    pub(super) fn put_off_until(&self, key: &ObjectKey, now: Instant) -> Option<Instant> {
        let next = self.contested.get(key)?.writes.next(now);
        (next > now).then_some(next)
    }

    /// A status is written over another author's.
    pub(super) fn wrote(&mut self, key: &ObjectKey, now: Instant) {
        let new = Contest {
            writes: TokenBucket::new(self.rate),
            is_put_off: false,
        };
        let contest = self.contested.entry(key.clone()).or_insert(new);
        contest.writes.take(now);
    }

    /// A status is put off. True the first time.
    pub(super) fn put_off(&mut self, key: &ObjectKey) -> bool {
        let contest = self.contested.get_mut(key);
        contest.is_some_and(|contest| !std::mem::replace(&mut contest.is_put_off, true))
    }

    /// Forgets what is not contested any more.
    pub(super) fn forget(&mut self, now: Instant) {
        self.contested
            .retain(|_, contest| !contest.writes.is_full(now));
    }

    /// What is contested now, in a sentence.
    pub(super) fn trouble(&self) -> Option<String> {
        let contested = self.contested.iter();
        let mut contested = contested.filter(|(_, contest)| contest.is_put_off);
        let named = contested.by_ref().take(NAMED);
        let named: Vec<String> = named.map(|(key, _)| key.to_string()).collect();
        let more = match contested.count() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        (!named.is_empty()).then(|| {
            let named = named.join(", ");
            format!("another author writes the status of {named}{more} too; {FIX}")
        })
    }
}

/// The Event of a contest that began.
pub(super) fn occasion(at: Timestamp) -> Occasion {
    Occasion {
        sequence: None,
        reason: "ForeignWriter",
        at,
        is_warning: true,
        note: format!(
            "Another author writes this status too, so Gradus corrects it only every ten seconds; {FIX}"
        ),
        related: None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use gradus_engine::key::Kind;

    use super::*;
    use crate::timing::Timing;

    #[test]
    fn contested_status_is_written_twice_and_then_once_in_ten_seconds() {
        let mut contests = Contests::new(Timing::default().contested_writes);
        let key = ObjectKey::new(Kind::Assessment, "north", "site");
        let start = Instant::now();
        let mut written = Vec::new();
        for millis in 0..60_000 {
            let now = start + Duration::from_millis(millis);
            if contests.put_off_until(&key, now).is_none() {
                contests.wrote(&key, now);
                written.push(millis);
            }
        }
        assert_eq!(written, [0, 1, 10_000, 20_000, 30_000, 40_000, 50_000]);
    }

    #[test]
    fn contest_is_said_once_and_forgotten_when_it_rests() {
        let mut contests = Contests::new(Timing::default().contested_writes);
        let key = ObjectKey::new(Kind::Assessment, "north", "site");
        let start = Instant::now();
        contests.wrote(&key, start);
        contests.wrote(&key, start);
        assert_eq!(contests.trouble(), None);
        assert!(contests.put_off(&key));
        assert!(!contests.put_off(&key));
        let trouble = contests.trouble().unwrap();
        assert!(
            trouble.contains("status of Assessment north/site too"),
            "{trouble}"
        );
        contests.forget(start + Duration::from_secs(19));
        assert!(contests.trouble().is_some());
        contests.forget(start + Duration::from_secs(20));
        assert_eq!(contests.trouble(), None);
    }
}
