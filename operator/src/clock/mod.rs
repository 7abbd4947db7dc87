//! What time it is, asked at the edge and nowhere else, and whether that is certain.

mod steady;

use std::fmt::{self, Debug, Display, Formatter};
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

pub use self::steady::SteadyClock;

/// Tells the time.
pub trait Clock: Send + Sync + Debug {
    /// The present instant.
    fn now(&self) -> Timestamp;

    /// Why it is not certain what time it is. While it is not, nothing is committed: what a wrong clock ends, nobody
    /// could take back.
    // See D-185.
    fn doubt(&self) -> Option<ClockDoubt> {
        None
    }
}

/// Why it is not certain what time it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockDoubt {
    /// This machine's clock jumped by this, and has not gone on steadily for long enough since.
    Jumped(SignedDuration),
    /// Another clock is this far ahead of this machine's, or was a moment ago.
    Differs(SignedDuration),
}

impl ClockDoubt {
    /// How far the clocks are apart: the other one ahead of this machine's, or this one ahead of what it should show.
    pub fn apart(self) -> SignedDuration {
        match self {
            Self::Jumped(by) | Self::Differs(by) => by,
        }
    }
}

impl Display for ClockDoubt {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let seconds = self.apart().as_secs();
        let (count, ahead) = (seconds.abs(), seconds > 0);
        match self {
            Self::Jumped(_) => {
                let to = if ahead { "forward" } else { "back" };
                write!(
                    formatter,
                    "this machine's clock jumped {to} by {count} seconds"
                )?;
            }
            Self::Differs(_) => {
                let side = if ahead { "ahead of" } else { "behind" };
                write!(
                    formatter,
                    "the API server's clock is {count} seconds {side} this one"
                )?;
            }
        }
        formatter.write_str("; nothing is committed until the time is certain")
    }
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that shows one instant until somebody sets it: for a chosen instant, and for tests.
#[derive(Debug)]
pub struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    /// A clock that shows this instant.
    pub fn at(instant: Timestamp) -> Self {
        Self(Mutex::new(instant))
    }

    /// Sets it to another instant.
    pub fn set(&self, instant: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = instant;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
