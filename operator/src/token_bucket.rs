//! How often something may happen: at once for a few times, and then at a steady pace. Time is an argument.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::{Duration, Instant};

/// Keys that make it worth while to forget those at rest.
const FORGET_AT: usize = 1024;

/// How often something may happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// So often at once.
    pub burst: u32,
    /// And then once in this time.
    pub every: Duration,
}

/// Allows what keeps to a rate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TokenBucket {
    rate: Rate,
    /// When nothing is taken any more. Why: one instant says as much as a number of tokens and when it was counted.
    full_at: Option<Instant>,
}

impl TokenBucket {
    pub(crate) fn new(rate: Rate) -> Self {
        Self {
            rate,
            full_at: None,
        }
    }

    /// When it may happen next: now, or later.
    pub(crate) fn next(&self, now: Instant) -> Instant {
        let Rate { burst, every } = self.rate;
        let ahead = every * burst.saturating_sub(1);
        let allowed = self.full_at.and_then(|full| full.checked_sub(ahead));
        allowed.map_or(now, |at| at.max(now))
    }

    /// Whether it may happen now; then it counts as happened.
    pub(crate) fn take(&mut self, now: Instant) -> bool {
        let may = self.next(now) == now;
        if may {
            let from = self.full_at.map_or(now, |full| full.max(now));
            self.full_at = Some(from + self.rate.every);
        }
        may
    }

    /// Whether it has not happened for so long that the next time is as the first.
    pub(crate) fn is_full(&self, now: Instant) -> bool {
        self.full_at.is_none_or(|full| full <= now)
    }
}

/// A bucket for each key: what one does costs no other.
#[derive(Debug)]
pub(crate) struct TokenBuckets<K> {
    rate: Rate,
    buckets: HashMap<K, TokenBucket>,
    forget_at: usize,
}

impl<K: Eq + Hash + Clone> TokenBuckets<K> {
    pub(crate) fn new(rate: Rate) -> Self {
        Self {
            rate,
            buckets: HashMap::new(),
            forget_at: FORGET_AT,
        }
    }

    /// Whether it may happen for a key now; then it counts as happened.
    pub(crate) fn take(&mut self, key: &K, now: Instant) -> bool {
        if self.buckets.len() >= self.forget_at {
            self.buckets.retain(|_, bucket| !bucket.is_full(now));
            self.forget_at = FORGET_AT.max(self.buckets.len() * 2);
        }
        let bucket = self.buckets.entry(key.clone());
        bucket.or_insert(TokenBucket::new(self.rate)).take(now)
    }

    /// When it may happen for a key next: now, or later.
    pub(crate) fn next(&self, key: &K, now: Instant) -> Instant {
        let bucket = self.buckets.get(key);
        bucket.map_or(now, |bucket| bucket.next(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate {
        burst: 3,
        every: Duration::from_secs(1),
    };

    #[test]
    fn burst_is_allowed_at_once_and_then_one_in_each_interval() {
        let start = Instant::now();
        let mut bucket = TokenBucket::new(RATE);
        assert_eq!(
            [(); 5].map(|()| bucket.take(start)),
            [true, true, true, false, false]
        );
        assert_eq!(bucket.next(start), start + RATE.every);
        assert!(bucket.take(start + RATE.every));
        assert!(!bucket.take(start + RATE.every));
    }

    #[test]
    fn rested_bucket_allows_no_more_than_a_burst() {
        let start = Instant::now();
        let mut bucket = TokenBucket::new(RATE);
        bucket.take(start);
        assert!(!bucket.is_full(start));
        let later = start + RATE.every * 100;
        assert!(bucket.is_full(later));
        assert_eq!(
            [(); 4].map(|()| bucket.take(later)),
            [true, true, true, false]
        );
    }

    #[test]
    fn keys_do_not_share_a_bucket_and_those_at_rest_are_forgotten() {
        let start = Instant::now();
        let mut buckets = TokenBuckets::new(RATE);
        while buckets.take(&0, start) {}
        assert!(buckets.take(&1, start));
        assert!(buckets.next(&0, start) > start);
        let later = start + RATE.every * 100;
        for key in 0..FORGET_AT * 2 {
            buckets.take(&key, later + RATE.every * u32::try_from(key).unwrap());
        }
        assert!(
            buckets.buckets.len() <= FORGET_AT + 1,
            "{}",
            buckets.buckets.len()
        );
    }
}
