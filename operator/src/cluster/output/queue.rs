//! Which statuses are to be looked at: keys only, each once, in the order in which they were named;
//! assessments first, since people wait for them.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

use gradus_engine::key::{Kind, ObjectKey};

/// The first wait after a failed write.
const FIRST: Duration = Duration::from_millis(250);
/// The longest.
const LONGEST: Duration = Duration::from_secs(15);

/// Keys that wait, are under way, or rest after a failure.
#[derive(Debug, Default)]
pub(in crate::cluster) struct Queue {
    assessments: VecDeque<ObjectKey>,
    others: VecDeque<ObjectKey>,
    waiting: HashSet<ObjectKey>,
    under_way: HashSet<ObjectKey>,
    resting: BTreeSet<(Instant, ObjectKey)>,
    failures: HashMap<ObjectKey, u32>,
}

impl Queue {
    /// An object may have another status.
    pub(in crate::cluster) fn push(&mut self, key: ObjectKey) {
        if self.waiting.insert(key.clone()) {
            let queue = match key.kind {
                Kind::Assessment => &mut self.assessments,
                _ => &mut self.others,
            };
            queue.push_back(key);
        }
    }

    /// The next object to look at. One that is under way waits for its answer.
    pub(in crate::cluster) fn pop(&mut self, now: Instant) -> Option<ObjectKey> {
        self.wake(now);
        for queue in [&mut self.assessments, &mut self.others] {
            for _ in 0..queue.len() {
                let Some(key) = queue.pop_front() else {
                    break;
                };
                if self.under_way.contains(&key) {
                    queue.push_back(key);
                } else {
                    self.waiting.remove(&key);
                    return Some(key);
                }
            }
        }
        None
    }

    /// A write began.
    pub(in crate::cluster) fn begin(&mut self, key: ObjectKey) {
        self.under_way.insert(key);
    }

    /// A write succeeded, or is not wanted any more.
    pub(in crate::cluster) fn end(&mut self, key: &ObjectKey) {
        self.under_way.remove(key);
        self.failures.remove(key);
    }

    /// A write failed: it is looked at again after a while, longer each time.
    pub(in crate::cluster) fn fail(
        &mut self,
        key: &ObjectKey,
        now: Instant,
        asked: Option<Duration>,
    ) {
        self.under_way.remove(key);
        let failures = self.failures.entry(key.clone()).or_default();
        *failures = failures.saturating_add(1);
        let doubled = FIRST * 2_u32.saturating_pow((*failures).min(10) - 1);
        let wait = asked.unwrap_or(doubled).clamp(FIRST, LONGEST);
        self.resting.insert((now + wait, key.clone()));
    }

    /// How many writes are under way.
    pub(in crate::cluster) fn under_way(&self) -> usize {
        self.under_way.len()
    }

    /// How many keys wait or rest.
    pub(in crate::cluster) fn depth(&self) -> usize {
        self.waiting.len() + self.resting.len()
    }

    /// Whether something can be looked at now.
    pub(in crate::cluster) fn has_waiting(&self) -> bool {
        self.waiting.iter().any(|key| !self.under_way.contains(key))
    }

    /// When the next resting key is to be looked at.
    pub(in crate::cluster) fn wakes_at(&self) -> Option<Instant> {
        self.resting.first().map(|(at, _)| *at)
    }

    fn wake(&mut self, now: Instant) {
        while self.resting.first().is_some_and(|(at, _)| *at <= now) {
            if let Some((_, key)) = self.resting.pop_first() {
                self.push(key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(kind: Kind, name: &str) -> ObjectKey {
        ObjectKey::new(kind, "north", name)
    }

    #[test]
    fn a_key_waits_once_and_assessments_go_first() {
        let mut queue = Queue::default();
        for name in ["b", "a", "b"] {
            queue.push(key(Kind::Capability, name));
        }
        queue.push(key(Kind::Assessment, "z"));
        let now = Instant::now();
        let order: Vec<_> = std::iter::from_fn(|| queue.pop(now))
            .map(|key| key.name)
            .collect();
        assert_eq!(
            order.iter().map(|name| &**name).collect::<Vec<_>>(),
            ["z", "b", "a"]
        );
    }

    #[test]
    fn a_key_under_way_waits_for_its_answer_and_holds_up_no_other() {
        let mut queue = Queue::default();
        let (first, second) = (key(Kind::Assessment, "a"), key(Kind::Assessment, "b"));
        queue.begin(first.clone());
        queue.push(first.clone());
        queue.push(second.clone());
        let now = Instant::now();
        assert_eq!(queue.pop(now), Some(second));
        assert_eq!(queue.pop(now), None);
        assert!(!queue.has_waiting());
        queue.end(&first);
        assert_eq!(queue.pop(now), Some(first));
    }

    #[test]
    fn a_failed_key_rests_longer_each_time_and_a_success_forgets() {
        let mut queue = Queue::default();
        let it = key(Kind::Capability, "a");
        let start = Instant::now();
        queue.fail(&it, start, None);
        assert_eq!(queue.wakes_at(), Some(start + FIRST));
        assert_eq!(queue.pop(start), None);
        assert_eq!(queue.pop(start + FIRST), Some(it.clone()));
        queue.fail(&it, start, None);
        assert_eq!(queue.wakes_at(), Some(start + FIRST * 2));
        assert_eq!(queue.pop(start + FIRST * 2), Some(it.clone()));
        queue.end(&it);
        queue.fail(&it, start, None);
        assert_eq!(queue.wakes_at(), Some(start + FIRST));
    }
}
