//! Conditions, and the instant at which each last changed.

use std::sync::LazyLock;

use jiff::Timestamp;

use crate::common::{Condition, ConditionStatus};

/// Since when each condition of an object has its status: all that the next status needs of the one before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Transitions(Box<[(&'static str, ConditionStatus, Timestamp)]>);

/// What was said before, and when this is said.
#[derive(Debug, Clone, Copy)]
pub struct Before<'a> {
    /// The conditions of the status before; none at the first.
    pub conditions: &'a Transitions,
    /// The present instant: the transition time of what changed.
    pub now: Timestamp,
}

/// The longest message that the schema takes, in characters.
const LONGEST: usize = 2000;

/// Every condition that some kind has.
const KINDS: [&str; 9] = [
    "Ready",
    "Regressed",
    "TargetAtRisk",
    "Paused",
    "EvidenceStale",
    "FactsDisagree",
    "Counted",
    "ValidityCapped",
    "Effective",
];

impl Transitions {
    /// Those of a status; conditions that are not ours are left out.
    pub fn of<'a>(conditions: impl IntoIterator<Item = &'a Condition>) -> Self {
        let ours = conditions.into_iter().filter_map(|condition| {
            let kind = KINDS.iter().find(|kind| **kind == condition.kind)?;
            Some((*kind, condition.status, condition.last_transition_time))
        });
        Self(ours.collect())
    }

    fn since(&self, kind: &str, status: ConditionStatus) -> Option<Timestamp> {
        let same =
            |before: &&(&str, ConditionStatus, Timestamp)| before.0 == kind && before.1 == status;
        self.0.iter().find(same).map(|before| before.2)
    }
}

impl Before<'static> {
    /// Nothing was said before.
    pub fn nothing(now: Timestamp) -> Self {
        static NOTHING: LazyLock<Transitions> = LazyLock::new(Transitions::default);
        Before {
            conditions: &NOTHING,
            now,
        }
    }
}

impl Before<'_> {
    /// One condition. Its transition time is the one before unless the status changed.
    pub(super) fn condition(
        &self,
        kind: &str,
        status: impl Into<ConditionStatus>,
        reason: &str,
        message: impl Into<String>,
        generation: i64,
    ) -> Condition {
        let status = status.into();
        Condition {
            kind: kind.to_owned(),
            status,
            reason: reason.to_owned(),
            message: cut(message.into()),
            last_transition_time: self.conditions.since(kind, status).unwrap_or(self.now),
            observed_generation: Some(generation),
        }
    }
}

/// A message within what the schema takes; a cut one ends in an ellipsis.
fn cut(message: String) -> String {
    if message.chars().count() <= LONGEST {
        return message;
    }
    let mut short: String = message.chars().take(LONGEST - 1).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transition_time_moves_only_with_the_status() {
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        let first = Before::nothing(at(10)).condition("Ready", true, "Scored", "a", 1);
        let later = Before {
            conditions: &Transitions::of([&first]),
            now: at(20),
        };
        let same = later.condition("Ready", true, "NotAssessed", "b", 2);
        assert_eq!(
            same.last_transition_time,
            at(10),
            "another reason is no transition"
        );
        let other = later.condition("Ready", false, "ModelNotFound", "c", 2);
        assert_eq!(other.last_transition_time, at(20));
    }

    #[test]
    fn a_message_is_cut_to_what_the_schema_takes() {
        let long = Before::nothing(Timestamp::UNIX_EPOCH).condition(
            "Ready",
            true,
            "Scored",
            "ü".repeat(3000),
            1,
        );
        assert_eq!(long.message.chars().count(), 2000);
        assert!(long.message.ends_with('…'));
    }
}
