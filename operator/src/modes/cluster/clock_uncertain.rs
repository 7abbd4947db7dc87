//! For how long it has not been certain what time it is.

use std::time::{Duration, Instant};

use crate::clock::ClockDoubt;

/// Whether it is certain what time it is, and whether the contrary lasts long enough to be said of every assessment:
/// to say so of a glimpse would be to write every status twice.
#[derive(Debug)]
pub(super) struct ClockUncertain {
    settles_after: Duration,
    since: Option<Instant>,
    lasts: bool,
}

impl ClockUncertain {
    pub(super) fn new(settles_after: Duration) -> Self {
        Self {
            settles_after,
            since: None,
            lasts: false,
        }
    }

    /// Whether statuses say so.
    pub(super) fn lasts(&self) -> bool {
        self.lasts
    }

    /// Takes in whether there is a doubt at an instant. True when every assessment may have another status: it is to
    /// say so, or what was not folded meanwhile is to be.
    pub(super) fn update(&mut self, doubt: Option<ClockDoubt>, at: Instant) -> bool {
        let before = (self.since, self.lasts);
        self.since = doubt.map(|_| self.since.unwrap_or(at));
        self.lasts = self
            .since
            .is_some_and(|since| at.saturating_duration_since(since) >= self.settles_after);
        let ended = before.0.is_some() && self.since.is_none();
        ended || before.1 != self.lasts
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn doubt_is_said_when_it_lasts_and_everything_is_looked_at_when_it_ends() {
        let began = Instant::now();
        let second = |second| began + Duration::from_secs(second);
        let doubt = Some(ClockDoubt::Differs(SignedDuration::from_hours(1)));
        let mut uncertain = ClockUncertain::new(Duration::from_mins(2));
        assert!(!uncertain.update(None, second(0)));
        assert!(!uncertain.update(doubt, second(1)));
        assert!(!uncertain.lasts());
        assert!(uncertain.update(None, second(2)), "a glimpse is over");
        assert!(!uncertain.update(None, second(3)));
        assert!(!uncertain.update(doubt, second(10)));
        assert!(!uncertain.update(doubt, second(129)));
        assert!(uncertain.update(doubt, second(130)));
        assert!(uncertain.lasts() && !uncertain.update(doubt, second(131)));
        assert!(uncertain.update(None, second(140)) && !uncertain.lasts());
    }
}
