//! Conditions, and when the status of each last changed.

use std::sync::LazyLock;

use jiff::Timestamp;

use crate::common::{Condition, ConditionStatus};

/// The status of each condition of an object and since when it has it: all that the next status needs to know
/// of the previous one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Transitions(Box<[(&'static str, ConditionStatus, Timestamp)]>);

/// The previous conditions of an object, and the instant at which the new ones are written.
#[derive(Debug, Clone, Copy)]
pub struct Previous<'a> {
    /// The conditions of the previous status; empty for the first one.
    pub conditions: &'a Transitions,
    /// The present instant: the transition time of every condition whose status changes.
    pub now: Timestamp,
}

/// The longest message that the schema accepts, in characters.
const LONGEST_MESSAGE: usize = 2000;

/// The types of conditions, of all kinds.
const TYPES: [&str; 10] = [
    "Ready",
    "Regressed",
    "TargetAtRisk",
    "Paused",
    "EvidenceStale",
    "HistoryBroken",
    "FactsDisagree",
    "Counted",
    "ValidityCapped",
    "Effective",
];

impl Transitions {
    /// The transitions of a status. Conditions that Gradus does not write are left out.
    pub fn of<'a>(conditions: impl IntoIterator<Item = &'a Condition>) -> Self {
        let ours = conditions.into_iter().filter_map(|condition| {
            let kind = TYPES.iter().find(|kind| **kind == condition.kind)?;
            Some((*kind, condition.status, condition.last_transition_time))
        });
        Self(ours.collect())
    }

    fn since(&self, kind: &str, status: ConditionStatus) -> Option<Timestamp> {
        let same =
            |known: &&(&str, ConditionStatus, Timestamp)| known.0 == kind && known.1 == status;
        self.0.iter().find(same).map(|known| known.2)
    }
}

impl Previous<'static> {
    /// No previous status.
    pub fn none(now: Timestamp) -> Self {
        static NONE: LazyLock<Transitions> = LazyLock::new(Transitions::default);
        Previous {
            conditions: &NONE,
            now,
        }
    }
}

impl Previous<'_> {
    /// One condition. It keeps its previous transition time unless its status changes.
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

/// The message within the length that the schema accepts; a cut one ends in an ellipsis.
fn cut(message: String) -> String {
    if message.chars().count() <= LONGEST_MESSAGE {
        return message;
    }
    let mut short: String = message.chars().take(LONGEST_MESSAGE - 1).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transition_time_changes_only_with_the_status() {
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        let first = Previous::none(at(10)).condition("Ready", true, "Scored", "a", 1);
        let later = Previous {
            conditions: &Transitions::of([&first]),
            now: at(20),
        };
        let same = later.condition("Ready", true, "NotAssessed", "b", 2);
        assert_eq!(
            same.last_transition_time,
            at(10),
            "a change of reason is not a transition"
        );
        let other = later.condition("Ready", false, "ModelNotFound", "c", 2);
        assert_eq!(other.last_transition_time, at(20));
    }

    #[test]
    fn message_is_cut_to_the_length_the_schema_accepts() {
        let long = Previous::none(Timestamp::UNIX_EPOCH).condition(
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
