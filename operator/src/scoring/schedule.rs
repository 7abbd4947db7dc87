//! When time alone may change what an assessment remembers, or what its status says.

use std::collections::BTreeMap;

use gradus_engine::key::ObjectKey;
use jiff::Timestamp;

/// For each object, the instant at which it is due again.
#[derive(Debug, Default)]
pub(crate) struct Schedule(BTreeMap<ObjectKey, Timestamp>);

impl Schedule {
    /// An object is due at another instant, or at none.
    pub(crate) fn set(&mut self, key: &ObjectKey, due: Option<Timestamp>) {
        match due {
            Some(due) => self.0.insert(key.clone(), due),
            None => self.0.remove(key),
        };
    }

    /// Takes what is due by now, sorted.
    pub(crate) fn take_due(&mut self, now: Timestamp) -> Vec<ObjectKey> {
        let due = self.0.iter().filter(|(_, at)| **at <= now);
        let due: Vec<ObjectKey> = due.map(|(key, _)| key.clone()).collect();
        for key in &due {
            self.0.remove(key);
        }
        due
    }

    /// The earliest instant at which something is due.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.0.values().min().copied()
    }
}

#[cfg(test)]
mod tests {
    use gradus_engine::key::Kind;

    use super::*;

    #[test]
    fn object_is_due_once_and_at_its_latest_instant() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let key = |name| ObjectKey::new(Kind::Assessment, "north", name);
        let mut schedule = Schedule::default();
        schedule.set(&key("a"), Some(at(5)));
        schedule.set(&key("a"), Some(at(9)));
        schedule.set(&key("b"), Some(at(7)));
        schedule.set(&key("c"), Some(at(1)));
        schedule.set(&key("c"), None);
        assert_eq!(schedule.next(), Some(at(7)));
        assert_eq!(schedule.take_due(at(8)), [key("b")]);
        assert_eq!(schedule.take_due(at(9)), [key("a")]);
        assert_eq!(schedule.next(), None);
    }
}
