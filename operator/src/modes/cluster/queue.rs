//! Which statuses are to be looked at: keys only, each once, in the order in which they were named;
//! assessments first, since people wait for them, and the server is theirs alone for a moment.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

use gradus_engine::key::{Kind, ObjectKey};

use crate::outputs::events::AFTER;

/// The first wait after a failed write.
const FIRST: Duration = Duration::from_millis(250);
/// The longest.
const LONGEST: Duration = Duration::from_secs(15);

/// For so long everything else waits while assessments are written.
const HELD: Duration = Duration::from_millis(250);

/// Keys that wait, are under way, or rest after a failure.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    assessments: VecDeque<ObjectKey>,
    others: VecDeque<ObjectKey>,
    waiting: HashSet<ObjectKey>,
    under_way: HashSet<ObjectKey>,
    /// Since when assessments have been written without a pause.
    held_since: Option<Instant>,
    /// When the last of them was answered; none while any is under way.
    answered_at: Option<Instant>,
    resting: BTreeSet<(Instant, ObjectKey)>,
    failures: HashMap<ObjectKey, u32>,
}

impl Queue {
    /// An object may have another status.
    pub(crate) fn push(&mut self, key: ObjectKey) {
        if self.waiting.insert(key.clone()) {
            let queue = match key.kind {
                Kind::Assessment => &mut self.assessments,
                _ => &mut self.others,
            };
            queue.push_back(key);
        }
    }

    /// The next object to look at. One that is under way waits for its answer.
    pub(crate) fn pop(&mut self, now: Instant) -> Option<ObjectKey> {
        self.wake(now);
        let held = self.holds_others(now);
        let others = (!held).then_some(&mut self.others);
        for queue in [Some(&mut self.assessments), others].into_iter().flatten() {
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
    pub(crate) fn begin(&mut self, key: ObjectKey, now: Instant) {
        if key.kind == Kind::Assessment {
            let paused = self.answered_at.take().is_some_and(|at| now >= at + AFTER);
            let since = self.held_since.filter(|_| !paused);
            self.held_since = since.or(Some(now));
        }
        self.under_way.insert(key);
    }

    /// A write was answered.
    fn answered(&mut self, key: &ObjectKey, now: Instant) {
        self.under_way.remove(key);
        let is_assessment = |key: &ObjectKey| key.kind == Kind::Assessment;
        if !self.under_way.iter().any(is_assessment) && self.held_since.is_some() {
            self.answered_at.get_or_insert(now);
        }
    }

    /// Whether everything but assessments is to wait. A slow write of one holds up nothing for long.
    fn holds_others(&self, now: Instant) -> bool {
        self.held_until().is_some_and(|until| now < until)
    }

    fn held_until(&self) -> Option<Instant> {
        let longest = self.held_since? + HELD;
        let rested = self.answered_at.map(|at| at + AFTER);
        Some(rested.map_or(longest, |rested| rested.min(longest)))
    }

    /// A write succeeded, or is not wanted any more.
    pub(crate) fn end(&mut self, key: &ObjectKey, now: Instant) {
        self.answered(key, now);
        self.failures.remove(key);
    }

    /// A write failed: it is looked at again after a while, longer each time.
    pub(crate) fn fail(&mut self, key: &ObjectKey, now: Instant, asked: Option<Duration>) {
        self.answered(key, now);
        let failures = self.failures.entry(key.clone()).or_default();
        *failures = failures.saturating_add(1);
        let doubled = FIRST * 2_u32.saturating_pow((*failures).min(10) - 1);
        let wait = asked.unwrap_or(doubled).clamp(FIRST, LONGEST);
        self.resting.insert((now + wait, key.clone()));
    }

    /// How many writes are under way.
    pub(crate) fn under_way(&self) -> usize {
        self.under_way.len()
    }

    /// How many keys wait or rest.
    pub(crate) fn depth(&self) -> usize {
        self.waiting.len() + self.resting.len()
    }

    /// Whether something can be looked at now.
    pub(crate) fn has_waiting(&self, now: Instant) -> bool {
        let held = self.holds_others(now);
        let may_go = |key: &&ObjectKey| !held || key.kind == Kind::Assessment;
        let mut waiting = self.waiting.iter().filter(may_go);
        waiting.any(|key| !self.under_way.contains(key))
    }

    /// When the next resting or held key is to be looked at.
    pub(crate) fn wakes_at(&self, now: Instant) -> Option<Instant> {
        let held = self.held_until();
        let held = held.filter(|until| *until > now && !self.others.is_empty());
        let rested = self.resting.first().map(|(at, _)| *at);
        held.into_iter().chain(rested).min()
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
        let now = Instant::now();
        queue.begin(first.clone(), now);
        queue.push(first.clone());
        queue.push(second.clone());
        assert_eq!(queue.pop(now), Some(second));
        assert_eq!(queue.pop(now), None);
        assert!(!queue.has_waiting(now));
        queue.end(&first, now);
        assert_eq!(queue.pop(now), Some(first));
    }

    #[test]
    fn assessments_have_the_server_to_themselves_and_hold_up_nothing_for_long() {
        let mut queue = Queue::default();
        let (first, second) = (key(Kind::Assessment, "a"), key(Kind::Assessment, "b"));
        let other = key(Kind::Capability, "c");
        let start = Instant::now();
        queue.begin(first.clone(), start);
        queue.push(other.clone());
        assert!(!queue.has_waiting(start));
        assert_eq!(queue.pop(start), None);
        assert_eq!(queue.wakes_at(start), Some(start + HELD));
        // Another one does not begin the wait anew.
        queue.begin(second.clone(), start + HELD / 2);
        queue.end(&first, start);
        assert!(queue.has_waiting(start + HELD));
        assert_eq!(queue.pop(start + HELD), Some(other.clone()));
        queue.push(other.clone());
        queue.end(&second, start);
        assert_eq!(queue.pop(start), None, "whoever watches hears of it first");
        assert_eq!(queue.wakes_at(start), Some(start + AFTER));
        assert_eq!(queue.pop(start + AFTER), Some(other));
    }

    #[test]
    fn assessments_that_follow_each_other_closely_hold_up_nothing_for_long() {
        let mut queue = Queue::default();
        let other = key(Kind::Capability, "c");
        queue.push(other.clone());
        let start = Instant::now();
        let mut now = start;
        while now < start + HELD {
            assert!(!queue.has_waiting(now) || now == start);
            queue.begin(key(Kind::Assessment, "a"), now);
            queue.end(&key(Kind::Assessment, "a"), now + AFTER / 2);
            now += AFTER * 9 / 10;
        }
        assert_eq!(queue.pop(now), Some(other));
    }

    #[test]
    fn a_failed_key_rests_longer_each_time_and_a_success_forgets() {
        let mut queue = Queue::default();
        let it = key(Kind::Capability, "a");
        let start = Instant::now();
        queue.fail(&it, start, None);
        assert_eq!(queue.wakes_at(start), Some(start + FIRST));
        assert_eq!(queue.pop(start), None);
        assert_eq!(queue.pop(start + FIRST), Some(it.clone()));
        queue.fail(&it, start, None);
        assert_eq!(queue.wakes_at(start), Some(start + FIRST * 2));
        assert_eq!(queue.pop(start + FIRST * 2), Some(it.clone()));
        queue.end(&it, start);
        queue.fail(&it, start, None);
        assert_eq!(queue.wakes_at(start), Some(start + FIRST));
    }
}
