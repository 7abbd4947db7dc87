//! Sends Events: namespaces in turn, one at a time each and at its own rate. What is refused in one namespace is tried
//! again without keeping another waiting.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use gradus_engine::key::Name;
use k8s_openapi::api::events::v1::Event;
use kube::api::{Api, PostParams};
use kube::{Client, Error};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout, timeout_at};

use crate::fair_queue::FairQueue;
use crate::inputs::watch::Failure;
use crate::timing::Timing;
use crate::token_bucket::TokenBuckets;

/// Attempts before an Event is given up: the history has the transition in any case.
const ATTEMPTS: u32 = 8;
/// Events that wait in all, and of one namespace.
const WAITING: usize = 4096;
const WAITING_OF_ONE: usize = 128;
/// Namespaces to which Events are sent at once.
const AT_ONCE: usize = 4;
/// Why a namespace that is going takes nothing new.
const TERMINATING: &str = "NamespaceTerminating";

/// How an Event ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    /// The server has it.
    Written,
    /// It was given up.
    Failed(Failure),
    /// Its namespace is gone, or is going.
    NoNamespace,
}

/// Events that wait.
// See D-168.
#[derive(Debug)]
pub(super) struct EventQueue {
    waiting: Mutex<Waiting>,
    changed: Notify,
}

#[derive(Debug)]
struct Waiting {
    queue: FairQueue<Queued>,
    rates: TokenBuckets<Name>,
    /// Namespaces to which an Event is being sent.
    under_way: HashSet<Name>,
    /// Until when namespaces rest after a failure.
    resting: HashMap<Name, Instant>,
}

#[derive(Debug)]
struct Queued {
    event: Box<Event>,
    failures: u32,
}

impl EventQueue {
    pub(super) fn new(timing: &Timing) -> Self {
        Self {
            waiting: Mutex::new(Waiting {
                queue: FairQueue::default(),
                rates: TokenBuckets::new(timing.events),
                under_way: HashSet::new(),
                resting: HashMap::new(),
            }),
            changed: Notify::new(),
        }
    }

    /// Has an Event sent. False when there is no room.
    pub(super) fn push(&self, namespace: &Name, event: Event) -> bool {
        let mut waiting = self.lock();
        let queue = &mut waiting.queue;
        let has_room = queue.len() < WAITING && queue.len_of(namespace) < WAITING_OF_ONE;
        if has_room {
            let event = Box::new(event);
            queue.push(namespace, Queued { event, failures: 0 });
            self.changed.notify_one();
        }
        has_room
    }

    /// The next Event, once its namespace has its turn.
    async fn next(&self) -> Queued {
        loop {
            let wakes_at = {
                let mut waiting = self.lock();
                let now = Instant::now();
                if let Some(queued) = waiting.pop(now) {
                    return queued;
                }
                waiting.wakes_at(now)
            };
            match wakes_at {
                Some(at) => {
                    // Something else may be there before.
                    let _ = timeout_at(at.into(), self.changed.notified()).await;
                }
                None => self.changed.notified().await,
            }
        }
    }

    /// The names of all that wait, which do not wait any more.
    #[cfg(test)]
    pub(super) fn drain(&self) -> Vec<String> {
        let mut waiting = self.lock();
        let all = std::iter::from_fn(|| waiting.queue.pop(|_, _| true));
        all.filter_map(|queued| queued.event.metadata.name)
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn pop(&mut self, now: Instant) -> Option<Queued> {
        self.resting.retain(|_, until| *until > now);
        let (rates, under_way, resting) = (&self.rates, &self.under_way, &self.resting);
        let may_go = |namespace: &Name, _: &Queued| {
            !under_way.contains(namespace)
                && !resting.contains_key(namespace)
                && rates.next(namespace, now) == now
        };
        let queued = self.queue.pop(may_go)?;
        let namespace = namespace_of(&queued.event);
        self.rates.take(&namespace, now);
        self.under_way.insert(namespace);
        Some(queued)
    }

    /// When a namespace has its turn by time alone.
    fn wakes_at(&self, now: Instant) -> Option<Instant> {
        let waiting = self.queue.namespaces();
        let waiting = waiting.filter(|namespace| !self.under_way.contains(*namespace));
        let at = waiting.map(|namespace| {
            let rested = self.resting.get(namespace).copied();
            rested.max(Some(self.rates.next(namespace, now)))
        });
        at.flatten().min()
    }
}

/// The namespace that an Event goes to.
fn namespace_of(event: &Event) -> Name {
    event
        .metadata
        .namespace
        .as_deref()
        .unwrap_or_default()
        .into()
}

/// Sends what waits.
pub(super) struct EventSender<F> {
    pub(super) client: Client,
    pub(super) timing: Timing,
    pub(super) queue: Arc<EventQueue>,
    /// Hears how each Event ended.
    pub(super) sent: F,
}

impl<F: Fn(Sent) + Send + Sync + 'static> EventSender<F> {
    pub(super) fn start(self) {
        let sender = Arc::new(self);
        for _ in 0..AT_ONCE {
            let sender = Arc::clone(&sender);
            tokio::spawn(async move {
                loop {
                    let queued = sender.queue.next().await;
                    sleep(sender.timing.after_commit).await;
                    sender.try_once(queued).await;
                }
            });
        }
    }

    async fn try_once(&self, mut queued: Queued) {
        let namespace = namespace_of(&queued.event);
        let result = self.send(&namespace, &queued.event).await;
        let mut waiting = self.queue.lock();
        waiting.under_way.remove(&namespace);
        match result {
            Ok(()) => (self.sent)(Sent::Written),
            Err(Refused::NoNamespace) => {
                let others = waiting.queue.remove(&namespace);
                for _ in 0..=others {
                    (self.sent)(Sent::NoNamespace);
                }
            }
            Err(Refused::For(failure)) => {
                queued.failures += 1;
                if queued.failures < ATTEMPTS {
                    let wait = failure.wait(queued.failures, &self.timing);
                    waiting
                        .resting
                        .insert(namespace.clone(), Instant::now() + wait);
                    waiting.queue.push(&namespace, queued);
                } else {
                    let name = queued.event.metadata.name.as_deref();
                    tracing::warn!(event = name, %failure, "an Event could not be written");
                    (self.sent)(Sent::Failed(failure));
                }
            }
        }
        drop(waiting);
        self.queue.changed.notify_one();
    }

    async fn send(&self, namespace: &str, event: &Event) -> Result<(), Refused> {
        let api: Api<Event> = Api::namespaced(self.client.clone(), namespace);
        let parameters = PostParams::default();
        let created = timeout(self.timing.request_timeout, api.create(&parameters, event));
        match created.await {
            Ok(Ok(_)) => Ok(()),
            // An earlier process published it, or this one and the answer was lost.
            Ok(Err(Error::Api(status))) if status.is_already_exists() => Ok(()),
            Ok(Err(error)) if has_no_namespace(&error) => Err(Refused::NoNamespace),
            Ok(Err(error)) => Err(Refused::For(Failure::of(&error))),
            Err(_) => Err(Refused::For(Failure::Silent)),
        }
    }
}

/// Why an Event was not written.
enum Refused {
    For(Failure),
    /// Its namespace is gone, or is going: trying again is in vain.
    NoNamespace,
}

fn has_no_namespace(error: &Error) -> bool {
    let Error::Api(status) = error else {
        return false;
    };
    let causes = status.details.iter().flat_map(|details| &details.causes);
    status.code == 404 || causes.into_iter().any(|cause| cause.reason == TERMINATING)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

    use super::*;

    fn event(namespace: &str) -> Event {
        Event {
            metadata: ObjectMeta {
                namespace: Some(namespace.to_owned()),
                ..ObjectMeta::default()
            },
            ..Event::default()
        }
    }

    fn pop(queue: &EventQueue, now: Instant) -> Option<String> {
        let mut waiting = queue.lock();
        let queued = waiting.pop(now)?;
        let namespace = namespace_of(&queued.event);
        waiting.under_way.remove(&namespace);
        Some(namespace.to_string())
    }

    #[test]
    fn namespace_with_many_events_delays_another_by_one_at_most() {
        let queue = EventQueue::new(&Timing::default());
        while queue.push(&"loud".into(), event("loud")) {}
        assert!(queue.push(&"quiet".into(), event("quiet")), "there is room");
        let now = Instant::now();
        assert_eq!(pop(&queue, now).as_deref(), Some("loud"));
        assert_eq!(pop(&queue, now).as_deref(), Some("quiet"));
    }

    #[test]
    fn namespace_keeps_to_its_rate_and_rests_after_a_failure() {
        let timing = Timing::default();
        let queue = EventQueue::new(&timing);
        let now = Instant::now();
        let loud = Name::from("loud");
        let mut sent = 0;
        loop {
            queue.push(&loud, event("loud"));
            if pop(&queue, now).is_none() {
                break;
            }
            sent += 1;
        }
        assert_eq!(sent, timing.events.burst);
        let wakes_at = queue.lock().wakes_at(now);
        assert_eq!(wakes_at, Some(now + timing.events.every));
        let soon = now + Duration::from_secs(4);
        let rested = now + Duration::from_secs(5);
        queue.lock().resting.insert(loud.clone(), rested);
        assert_eq!(queue.lock().wakes_at(now), Some(rested));
        assert_eq!(pop(&queue, soon), None);
        assert!(pop(&queue, rested).is_some());
    }
}
