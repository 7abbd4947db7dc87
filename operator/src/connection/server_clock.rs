//! What time it is: ours, or the API server's when that is well ahead.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use http::{HeaderMap, header};
use jiff::{SignedDuration, Timestamp};

use crate::clock::Clock;

/// A clock that hears the API server's with every reply.
#[derive(Debug, Clone)]
pub(crate) struct ServerClock {
    /// The server's clock less ours, in seconds.
    ahead: Arc<AtomicI64>,
    tolerance: SignedDuration,
}

impl ServerClock {
    /// Two clocks that differ by more than this are not the same clock.
    pub(crate) fn new(tolerance: SignedDuration) -> Self {
        Self {
            ahead: Arc::default(),
            tolerance,
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
            self.ahead.store(ahead.as_secs(), Ordering::Relaxed);
        }
    }

    /// How far the server's clock is ahead of ours, when the two are too far apart.
    pub(crate) fn skew(&self) -> Option<SignedDuration> {
        Some(self.ahead()).filter(|ahead| ahead.abs() > self.tolerance)
    }

    fn ahead(&self) -> SignedDuration {
        SignedDuration::from_secs(self.ahead.load(Ordering::Relaxed))
    }
}

impl Clock for ServerClock {
    /// The later of the two clocks where they are far apart, so that nothing counts after its end by either.
    // See D-073.
    fn now(&self) -> Timestamp {
        let (ours, ahead) = (Timestamp::now(), self.ahead());
        if ahead > self.tolerance {
            ours.checked_add(ahead).unwrap_or(ours)
        } else {
            ours
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::timing::Timing;

    fn heard(ahead: SignedDuration) -> ServerClock {
        let clock = ServerClock::new(Timing::default().clock_tolerance);
        let server = Timestamp::now() + ahead;
        let date = server.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let mut headers = HeaderMap::new();
        headers.insert(header::DATE, HeaderValue::from_str(&date).unwrap());
        clock.hear(&headers);
        clock
    }

    #[test]
    fn a_server_that_is_well_ahead_tells_the_time() {
        let clock = heard(SignedDuration::from_hours(1));
        let ahead = clock.now().duration_since(Timestamp::now());
        assert!((ahead - SignedDuration::from_hours(1)).abs() < SignedDuration::from_secs(3));
        assert!(clock.skew().is_some());
    }

    #[test]
    fn a_server_that_is_behind_does_not_but_its_skew_is_told() {
        let clock = heard(SignedDuration::from_hours(-1));
        assert!(clock.now().duration_since(Timestamp::now()).abs() < SignedDuration::from_secs(3));
        assert!(clock.skew().is_some_and(|ahead| ahead.is_negative()));
    }

    #[test]
    fn small_differences_are_the_way_of_clocks() {
        let clock = heard(SignedDuration::from_secs(20));
        assert!(clock.now().duration_since(Timestamp::now()).abs() < SignedDuration::from_secs(3));
        assert_eq!(clock.skew(), None);
    }
}
