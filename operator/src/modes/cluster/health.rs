//! How the operator of a cluster does.

use super::sources::Sources;
use crate::clock::ClockDoubt;
use crate::scoring::{Health, Role, Visibility};
use crate::timing::Timing;

/// What health follows from.
pub(super) struct Signs<'a> {
    pub(super) sources: &'a Sources,
    /// Why it is not certain what time it is.
    pub(super) clock_doubt: Option<ClockDoubt>,
    /// Whether this replica writes.
    pub(super) leads: bool,
    /// Whether everything was read once before.
    pub(super) was_ready: bool,
    /// Which statuses another author writes too, in a sentence.
    pub(super) contested: Option<String>,
}

impl Signs<'_> {
    pub(super) fn health(self, timing: &Timing) -> Health {
        let waits_for = self.sources.waits_for();
        let mut troubles = self.sources.troubles();
        troubles.extend(self.clock_doubt.map(|doubt| doubt.to_string()));
        troubles.extend(self.contested);
        let not_ready = (!self.was_ready && !waits_for.is_empty()).then(|| waits_for.join("\n"));
        Health {
            not_ready,
            role: Some(if self.leads {
                Role::Leads
            } else {
                Role::Follows
            }),
            troubles,
            hanging: self.sources.hanging(timing.source_hang_after),
            visibility: visibility(waits_for.is_empty(), self.sources.is_silent(), self.leads),
        }
    }
}

/// A follower that hears nothing would hold an old state against the leader's. What the leader knows counts even when
/// it is old: with nothing of it, alerts that stand would end.
fn visibility(is_read: bool, is_silent: bool, leads: bool) -> Visibility {
    match (is_read, leads, is_silent) {
        (false, _, _) => Visibility::Hidden,
        (true, true, _) => Visibility::Always,
        (true, false, true) => Visibility::Hidden,
        (true, false, false) => Visibility::WhileAlive,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_shown_before_everything_was_read() {
        for leads in [false, true] {
            assert_eq!(visibility(false, false, leads), Visibility::Hidden);
        }
        assert_eq!(visibility(true, false, false), Visibility::WhileAlive);
    }

    #[test]
    fn silent_follower_shows_nothing_and_silent_leader_what_it_knows() {
        assert_eq!(visibility(true, true, false), Visibility::Hidden);
        assert_eq!(visibility(true, true, true), Visibility::Always);
    }
}
