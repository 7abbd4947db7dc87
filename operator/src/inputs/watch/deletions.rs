//! Deletions that a watch shows, held until it is known whether objects were deleted or their whole kind.

use std::time::Instant;

use super::versions::NamespacedName;
use crate::token_bucket::{Rate, TokenBucket};

/// Deletions of which nobody knows yet what they mean. One answer decides all that are held.
// See D-161.
#[derive(Debug)]
pub(super) struct Deletions {
    held: Vec<(NamespacedName, u64)>,
    questions: TokenBucket,
}

impl Deletions {
    /// The server is asked at this rate.
    pub(super) fn new(rate: Rate) -> Self {
        Self {
            held: Vec::new(),
            questions: TokenBucket::new(rate),
        }
    }

    /// A watch shows that an object is gone, in a version.
    pub(super) fn hold(&mut self, name: NamespacedName, version: u64) {
        self.held.push((name, version));
    }

    /// Whether a deletion of an object is held.
    pub(super) fn holds(&self, name: &NamespacedName) -> bool {
        self.held.iter().any(|(held, _)| held == name)
    }

    /// When the server is to be asked what they mean; none while none is held.
    pub(super) fn due(&self, now: Instant) -> Option<Instant> {
        (!self.held.is_empty()).then(|| self.questions.next(now))
    }

    /// The server is asked now.
    pub(super) fn ask(&mut self, now: Instant) {
        self.questions.take(now);
    }

    /// Those that are decided now.
    pub(super) fn take(&mut self) -> Vec<(NamespacedName, u64)> {
        std::mem::take(&mut self.held)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn first_deletions_are_asked_about_at_once_and_a_burst_together() {
        let rate = Rate {
            burst: 2,
            every: Duration::from_secs(1),
        };
        let mut deletions = Deletions::new(rate);
        let start = Instant::now();
        assert_eq!(deletions.due(start), None);
        let (mut asked, mut decided) = (0, 0);
        for number in 0..1000 {
            // A deletion each millisecond.
            let now = start + Duration::from_millis(number);
            deletions.hold(("north".into(), number.to_string().into()), number);
            if deletions.due(now) == Some(now) {
                deletions.ask(now);
                decided += deletions.take().len();
                asked += 1;
            }
        }
        assert_eq!(asked, 2);
        let end = start + Duration::from_secs(2);
        assert_eq!(deletions.due(end), Some(end));
        deletions.ask(end);
        assert_eq!(decided + deletions.take().len(), 1000);
    }
}
