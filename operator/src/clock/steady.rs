//! This machine's clock, believed as long as it goes on as steadily as the one that nobody sets.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use super::{Clock, ClockDoubt, SystemClock};
use crate::timing::Timing;

/// A clock that does not follow a jump before it has lasted. Until then it goes on as if there had been none.
///
/// A machine that slept wakes up with such a jump; it is believed like any other.
// See D-185.
#[derive(Debug)]
pub struct SteadyClock {
    wall: Arc<dyn Clock>,
    /// Two readings that differ by more are a jump.
    tolerance: SignedDuration,
    settles_after: Duration,
    reading: Mutex<Reading>,
}

/// What was believed last, and what is not believed yet.
#[derive(Debug)]
struct Reading {
    at: Instant,
    shown: Timestamp,
    jump: Option<Jump>,
}

/// A jump, and since when the clock shows it.
#[derive(Debug, Clone, Copy)]
struct Jump {
    by: SignedDuration,
    since: Instant,
}

impl SteadyClock {
    /// This machine's clock.
    pub fn of_machine(timing: &Timing) -> Self {
        Self::of(Arc::new(SystemClock), timing)
    }

    /// Another clock that somebody may set.
    pub fn of(wall: Arc<dyn Clock>, timing: &Timing) -> Self {
        let reading = Reading {
            at: Instant::now(),
            shown: wall.now(),
            jump: None,
        };
        Self {
            wall,
            tolerance: timing.clock_tolerance,
            settles_after: timing.clock_settles_after,
            reading: Mutex::new(reading),
        }
    }
}

impl Clock for SteadyClock {
    fn now(&self) -> Timestamp {
        let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, wall) = (Instant::now(), self.wall.now());
        reading.take(at, wall, self.tolerance, self.settles_after)
    }

    fn doubt(&self) -> Option<ClockDoubt> {
        // A jump that nobody has seen yet counts.
        self.now();
        let reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        reading.jump.map(|jump| ClockDoubt::Jumped(jump.by))
    }
}

impl Reading {
    /// Takes in what the wall clock shows at an instant of the clock that nobody sets, and returns what is believed.
    fn take(
        &mut self,
        at: Instant,
        wall: Timestamp,
        tolerance: SignedDuration,
        settles_after: Duration,
    ) -> Timestamp {
        let passed = at.saturating_duration_since(self.at);
        let steady = self.shown.checked_add(passed).unwrap_or(self.shown);
        let by = wall.duration_since(steady);
        let known = self.jump.filter(|jump| (jump.by - by).abs() <= tolerance);
        let jump = known.unwrap_or(Jump { by, since: at });
        let lasted = at.saturating_duration_since(jump.since) >= settles_after;
        if by.abs() <= tolerance || lasted {
            *self = Self {
                at,
                shown: wall,
                jump: None,
            };
            return wall;
        }
        self.jump = Some(jump);
        steady
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reading that was taken at second 0 of a day, and what it believes at a second when the wall shows another.
    struct Sight {
        began: Instant,
        reading: Reading,
    }

    fn instant(second: i64) -> Timestamp {
        let noon: Timestamp = "2026-06-01T12:00:00Z".parse().unwrap();
        noon + SignedDuration::from_secs(second)
    }

    impl Sight {
        fn new() -> Self {
            let began = Instant::now();
            let reading = Reading {
                at: began,
                shown: instant(0),
                jump: None,
            };
            Self { began, reading }
        }

        fn believes(&mut self, at: u64, wall: i64) -> Timestamp {
            let it = Timing::default();
            let at = self.began + Duration::from_secs(at);
            let (tolerance, settles_after) = (it.clock_tolerance, it.clock_settles_after);
            self.reading
                .take(at, instant(wall), tolerance, settles_after)
        }
    }

    #[test]
    fn clock_that_is_slewed_is_followed() {
        let mut sight = Sight::new();
        for second in 1..1000 {
            let wall = i64::try_from(second).unwrap() * 2;
            assert_eq!(sight.believes(second, wall), instant(wall));
            assert!(sight.reading.jump.is_none());
        }
    }

    #[test]
    fn glimpse_of_another_time_is_not_followed_on_either_side() {
        for jump in [-90_000, -31, 31, 63_072_000] {
            let mut sight = Sight::new();
            assert_eq!(sight.believes(10, 10 + jump), instant(10), "{jump}");
            assert_eq!(sight.believes(44, 44 + jump), instant(44), "{jump}");
            assert!(sight.reading.jump.is_some());
            assert_eq!(sight.believes(45, 45), instant(45), "{jump}");
            assert!(sight.reading.jump.is_none());
        }
    }

    #[test]
    fn another_time_that_lasts_is_believed() {
        let mut sight = Sight::new();
        assert_eq!(sight.believes(10, 90_010), instant(10));
        assert_eq!(sight.believes(129, 90_129), instant(129));
        assert_eq!(sight.believes(130, 90_130), instant(90_130));
        assert!(sight.reading.jump.is_none());
        assert_eq!(sight.believes(131, 90_131), instant(90_131));
    }

    #[test]
    fn clock_that_jumps_to_and_fro_is_never_believed() {
        let mut sight = Sight::new();
        for second in (10..1000_u32).step_by(20) {
            let jump = if second % 40 == 10 { 3_600 } else { 7_200 };
            let second = i64::from(second);
            let believed = sight.believes(second.unsigned_abs(), second + jump);
            assert_eq!(believed, instant(second));
        }
    }
}
