//! The work queue of status writes: each key at most once, namespaces in turn. Assessments go first, since people wait
//! for them; other kinds wait while assessments are written and for `after_commit` afterwards.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::{Duration, Instant};

use gradus_engine::key::{Kind, Name, ObjectKey};

use crate::fair_queue::FairQueue;
use crate::timing::{Backoff, Timing};

/// Keys that wait, are under way, or rest after a failure.
#[derive(Debug)]
pub(super) struct Queue {
    backoff: Backoff,
    /// Everything else waits for assessments for this long at most.
    assessments_first: Duration,
    /// And for this long after each.
    after_commit: Duration,
    assessments: FairQueue<ObjectKey>,
    others: FairQueue<ObjectKey>,
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
    pub(super) fn new(timing: &Timing) -> Self {
        Self {
            backoff: timing.status_retry,
            assessments_first: timing.assessments_first,
            after_commit: timing.after_commit,
            assessments: FairQueue::default(),
            others: FairQueue::default(),
            waiting: HashSet::new(),
            under_way: HashSet::new(),
            held_since: None,
            answered_at: None,
            resting: BTreeSet::new(),
            failures: HashMap::new(),
        }
    }

    /// An object may have another status.
    pub(super) fn push(&mut self, key: ObjectKey) {
        if self.waiting.insert(key.clone()) {
            let queue = match key.kind {
                Kind::Assessment => &mut self.assessments,
                _ => &mut self.others,
            };
            queue.push(&key.namespace.clone(), key);
        }
    }

    /// The next object to look at. One that is under way waits for its answer.
    pub(super) fn pop(&mut self, now: Instant) -> Option<ObjectKey> {
        self.wake(now);
        let may_go = |_: &Name, key: &ObjectKey| !self.under_way.contains(key);
        let mut next = self.assessments.pop(may_go);
        if next.is_none() && !self.holds_others(now) {
            next = self.others.pop(may_go);
        }
        if let Some(key) = &next {
            self.waiting.remove(key);
        }
        next
    }

    /// A write began.
    pub(super) fn begin(&mut self, key: ObjectKey, now: Instant) {
        if key.kind == Kind::Assessment {
            let rested = self.after_commit;
            let paused = self.answered_at.take().is_some_and(|at| now >= at + rested);
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
        let longest = self.held_since? + self.assessments_first;
        let rested = self.answered_at.map(|at| at + self.after_commit);
        Some(rested.map_or(longest, |rested| rested.min(longest)))
    }

    /// A write succeeded, or is not wanted any more.
    pub(super) fn end(&mut self, key: &ObjectKey, now: Instant) {
        self.answered(key, now);
        self.failures.remove(key);
    }

    /// A write failed: it is looked at again after a while, longer each time.
    pub(super) fn fail(&mut self, key: &ObjectKey, now: Instant, asked: Option<Duration>) {
        self.answered(key, now);
        let failures = self.failures.entry(key.clone()).or_default();
        *failures = failures.saturating_add(1);
        let Backoff { first, longest } = self.backoff;
        let doubled = self.backoff.wait(*failures);
        let wait = asked.unwrap_or(doubled).clamp(first, longest);
        self.rest(key, now + wait);
    }

    /// It is looked at again at an instant.
    pub(super) fn rest(&mut self, key: &ObjectKey, until: Instant) {
        self.resting.insert((until, key.clone()));
    }

    /// How many writes are under way.
    pub(super) fn under_way(&self) -> usize {
        self.under_way.len()
    }

    /// How many keys wait or rest.
    pub(super) fn depth(&self) -> usize {
        self.waiting.len() + self.resting.len()
    }

    /// Whether something can be looked at now.
    pub(super) fn has_waiting(&self, now: Instant) -> bool {
        let held = self.holds_others(now);
        let may_go = |key: &&ObjectKey| !held || key.kind == Kind::Assessment;
        let mut waiting = self.waiting.iter().filter(may_go);
        waiting.any(|key| !self.under_way.contains(key))
    }

    /// When the next resting or held key is to be looked at.
    pub(super) fn wakes_at(&self, now: Instant) -> Option<Instant> {
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

    fn queue() -> Queue {
        Queue::new(&Timing::default())
    }

    fn key(kind: Kind, name: &str) -> ObjectKey {
        ObjectKey::new(kind, "north", name)
    }

    #[test]
    fn a_key_waits_once_and_assessments_go_first() {
        let mut queue = queue();
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
    fn namespace_with_much_to_write_does_not_keep_another_waiting() {
        let mut queue = queue();
        for number in 0..200 {
            queue.push(key(Kind::Assessment, &number.to_string()));
        }
        queue.push(ObjectKey::new(Kind::Assessment, "south", "a"));
        let now = Instant::now();
        let order: Vec<_> = std::iter::from_fn(|| queue.pop(now)).collect();
        assert_eq!(&*order[1].namespace, "south");
        assert_eq!(order.len(), 201);
    }

    #[test]
    fn a_key_under_way_waits_for_its_answer_and_holds_up_no_other() {
        let mut queue = queue();
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
        let mut queue = queue();
        let (first, second) = (key(Kind::Assessment, "a"), key(Kind::Assessment, "b"));
        let other = key(Kind::Capability, "c");
        let (held, after) = (queue.assessments_first, queue.after_commit);
        let start = Instant::now();
        queue.begin(first.clone(), start);
        queue.push(other.clone());
        assert!(!queue.has_waiting(start));
        assert_eq!(queue.pop(start), None);
        assert_eq!(queue.wakes_at(start), Some(start + held));
        // Another one does not begin the wait anew.
        queue.begin(second.clone(), start + held / 2);
        queue.end(&first, start);
        assert!(queue.has_waiting(start + held));
        assert_eq!(queue.pop(start + held), Some(other.clone()));
        queue.push(other.clone());
        queue.end(&second, start);
        assert_eq!(queue.pop(start), None, "whoever watches hears of it first");
        assert_eq!(queue.wakes_at(start), Some(start + after));
        assert_eq!(queue.pop(start + after), Some(other));
    }

    #[test]
    fn assessments_that_follow_each_other_closely_hold_up_nothing_for_long() {
        let mut queue = queue();
        let other = key(Kind::Capability, "c");
        queue.push(other.clone());
        let (held, after) = (queue.assessments_first, queue.after_commit);
        let start = Instant::now();
        let mut now = start;
        while now < start + held {
            assert!(!queue.has_waiting(now) || now == start);
            queue.begin(key(Kind::Assessment, "a"), now);
            queue.end(&key(Kind::Assessment, "a"), now + after / 2);
            now += after * 9 / 10;
        }
        assert_eq!(queue.pop(now), Some(other));
    }

    #[test]
    fn a_failed_key_rests_longer_each_time_and_a_success_forgets() {
        let mut queue = queue();
        let it = key(Kind::Capability, "a");
        let first = queue.backoff.first;
        let start = Instant::now();
        queue.fail(&it, start, None);
        assert_eq!(queue.wakes_at(start), Some(start + first));
        assert_eq!(queue.pop(start), None);
        assert_eq!(queue.pop(start + first), Some(it.clone()));
        queue.fail(&it, start, None);
        assert_eq!(queue.wakes_at(start), Some(start + first * 2));
        assert_eq!(queue.pop(start + first * 2), Some(it.clone()));
        queue.end(&it, start);
        queue.fail(&it, start, None);
        assert_eq!(queue.wakes_at(start), Some(start + first));
    }
}
