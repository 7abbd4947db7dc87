//! What time it is by this machine's clock and by the API server's, and whether the two agree.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use http::{HeaderMap, header};
use jiff::{SignedDuration, Timestamp};

use crate::clock::{Clock, ClockDoubt, SteadyClock};
use crate::timing::Timing;

/// Replies in a row, at least, that another time is believed after.
const REPLIES: u32 = 3;

/// A clock that hears the API server's with every reply.
#[derive(Debug, Clone)]
pub(crate) struct ServerClock {
    ours: Arc<SteadyClock>,
    skew: Arc<Mutex<Skew>>,
}

/// What replies told of the server's clock.
#[derive(Debug)]
struct Skew {
    /// Two clocks that differ by more are not the same clock.
    tolerance: SignedDuration,
    settles_after: Duration,
    /// Replies in a row, up to the last one, that told another time than ours.
    run: Option<Run>,
    /// The last reply of any such run, and how far ahead the server's clock was.
    last: Option<(Instant, SignedDuration)>,
}

/// Replies in a row that told the same other time.
#[derive(Debug, Clone, Copy)]
struct Run {
    ahead: SignedDuration,
    first: Instant,
    last: Instant,
    replies: u32,
}

impl ServerClock {
    pub(crate) fn new(timing: &Timing) -> Self {
        Self {
            ours: Arc::new(SteadyClock::of_machine(timing)),
            skew: Arc::new(Mutex::new(Skew::new(timing))),
        }
    }

    /// Takes the `Date` of a reply in.
    pub(crate) fn hear(&self, headers: &HeaderMap) {
        if let Some(date) = headers
            .get(header::DATE)
            .and_then(|date| date.to_str().ok())
            && let Ok(server) = jiff::fmt::rfc2822::parse(date)
        {
            let ahead = server.timestamp().duration_since(Timestamp::now());
            self.skew().hear(Instant::now(), ahead);
        }
    }

    fn skew(&self) -> MutexGuard<'_, Skew> {
        self.skew.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for ServerClock {
    /// The later of the two clocks where they are far apart for long, so that nothing counts after its end by either.
    // See D-185.
    fn now(&self) -> Timestamp {
        let believed = self.skew().believed();
        match believed.filter(SignedDuration::is_positive) {
            Some(ahead) => {
                let wall = Timestamp::now();
                wall.checked_add(ahead).unwrap_or(wall)
            }
            None => self.ours.now(),
        }
    }

    fn doubt(&self) -> Option<ClockDoubt> {
        let differs = self.skew().doubted(Instant::now());
        differs
            .map(ClockDoubt::Differs)
            .or_else(|| self.ours.doubt())
    }
}

impl Skew {
    fn new(timing: &Timing) -> Self {
        Self {
            tolerance: timing.clock_tolerance,
            settles_after: timing.clock_settles_after,
            run: None,
            last: None,
        }
    }

    /// A reply told that the server's clock is this far ahead of this machine's.
    fn hear(&mut self, at: Instant, ahead: SignedDuration) {
        if ahead.abs() <= self.tolerance {
            self.run = None;
            return;
        }
        let same = self
            .run
            .filter(|run| (run.ahead - ahead).abs() <= self.tolerance);
        let run = same.map_or(
            Run {
                ahead,
                first: at,
                last: at,
                replies: 1,
            },
            |run| Run {
                last: at,
                replies: run.replies.saturating_add(1),
                ..run
            },
        );
        self.last = Some((at, run.ahead));
        self.run = Some(run);
    }

    /// How far the server's clock is ahead, when replies have told so for long enough.
    fn believed(&self) -> Option<SignedDuration> {
        let run = self.run?;
        let lasted = run.last.saturating_duration_since(run.first) >= self.settles_after;
        (lasted && run.replies >= REPLIES).then_some(run.ahead)
    }

    /// How far the server's clock is ahead, or was a moment ago: one of several servers may be wrong.
    fn doubted(&self, at: Instant) -> Option<SignedDuration> {
        let (last, ahead) = self.last?;
        let is_recent = at.saturating_duration_since(last) < self.settles_after;
        (self.run.is_some() || is_recent).then_some(ahead)
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const HOUR: SignedDuration = SignedDuration::from_hours(1);

    /// What is believed and doubted after replies, each at a second, with a clock so many seconds ahead; and the
    /// second at which that is asked.
    fn after(replies: &[(u64, i64)], at: u64) -> (Option<SignedDuration>, bool) {
        let began = Instant::now();
        let second = |second| began + Duration::from_secs(second);
        let mut skew = Skew::new(&Timing::default());
        for (at, ahead) in replies {
            skew.hear(second(*at), SignedDuration::from_secs(*ahead));
        }
        (skew.believed(), skew.doubted(second(at)).is_some())
    }

    fn heard(ahead: SignedDuration) -> ServerClock {
        let clock = ServerClock::new(&Timing::default());
        let server = Timestamp::now() + ahead;
        let date = server.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let mut headers = HeaderMap::new();
        headers.insert(header::DATE, HeaderValue::from_str(&date).unwrap());
        clock.hear(&headers);
        clock
    }

    #[test]
    fn one_reply_moves_nothing_and_raises_doubt() {
        for ahead in [HOUR, -HOUR] {
            let clock = heard(ahead);
            let off = clock.now().duration_since(Timestamp::now());
            assert!(off.abs() < SignedDuration::from_secs(3), "{off}");
            let doubt = clock.doubt().unwrap();
            assert!((doubt.apart() - ahead).abs() < SignedDuration::from_secs(3));
            assert!(doubt.to_string().contains("nothing is committed"));
        }
    }

    #[test]
    fn small_differences_are_the_way_of_clocks() {
        assert_eq!(heard(SignedDuration::from_secs(20)).doubt(), None);
    }

    #[test]
    fn another_time_is_believed_after_several_replies_over_a_while() {
        assert_eq!(
            after(&[(0, 3600), (119, 3600), (119, 3600)], 119),
            (None, true)
        );
        assert_eq!(after(&[(0, 3600), (500, 3600)], 500), (None, true));
        let lasted = [(0, 3600), (60, 3601), (120, 3599)];
        assert_eq!(after(&lasted, 120), (Some(HOUR), true));
        assert_eq!(
            after(&lasted, 9999),
            (Some(HOUR), true),
            "nothing else was heard"
        );
    }

    #[test]
    fn reply_that_agrees_ends_belief_at_once_and_doubt_after_a_while() {
        let ends = [(0, 3600), (60, 3600), (120, 3600), (121, 1)];
        assert_eq!(after(&ends, 121), (None, true));
        assert_eq!(after(&ends, 239), (None, true));
        assert_eq!(after(&ends, 240), (None, false));
    }

    #[test]
    fn one_of_two_servers_that_is_wrong_is_never_believed_and_always_doubted() {
        let replies: Vec<(u64, i64)> = (0..100)
            .map(|reply| (reply * 5, if reply % 2 == 0 { 3600 } else { 0 }))
            .collect();
        assert_eq!(after(&replies, 500), (None, true));
    }

    #[test]
    fn clock_that_runs_away_is_not_believed() {
        let replies: Vec<(u64, i64)> = (1..100).map(|reply| (reply * 5, 40 * 100)).collect();
        assert!(after(&replies, 500).0.is_some());
        let runs: Vec<(u64, i64)> = (1_u8..100)
            .map(|reply| (u64::from(reply) * 5, i64::from(reply) * 40))
            .collect();
        assert_eq!(after(&runs, 500), (None, true));
    }

    #[test]
    fn believed_clock_that_is_ahead_tells_the_time_and_one_behind_does_not() {
        let clock = heard(HOUR);
        let began = Instant::now();
        let long = Timing::default().clock_settles_after;
        for (wait, ahead) in [(1, HOUR), (2, HOUR)] {
            clock.skew().hear(began + long * wait, ahead);
        }
        let off = clock.now().duration_since(Timestamp::now());
        assert!((off - HOUR).abs() < SignedDuration::from_secs(3), "{off}");
        for wait in 3..9 {
            clock.skew().hear(began + long * wait, -HOUR);
        }
        let off = clock.now().duration_since(Timestamp::now());
        assert!(off.abs() < SignedDuration::from_secs(3), "{off}");
        assert!(clock.doubt().is_some());
    }
}
