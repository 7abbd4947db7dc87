//! Points in a client's life where it is killed, or where what it sent is held.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::call::{Call, Matcher};

/// When in a request's life something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Moment {
    /// Before the server sees any of it: it is never forwarded.
    BeforeSend,
    /// After the server has answered and before the client learns of it, which it never does.
    SentUnanswered,
    /// After the answer has left for the client; of a watch, after its answer has begun.
    Answered,
}

/// Whether something happened, and at which request.
#[derive(Debug, Default)]
struct Event {
    request: Mutex<Option<usize>>,
    happened: Condvar,
}

impl Event {
    fn happen(&self, request: usize) {
        *self.request.lock().unwrap_or_else(PoisonError::into_inner) = Some(request);
        self.happened.notify_all();
    }

    fn request(&self) -> Option<usize> {
        *self.request.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, patience: Duration) -> Option<usize> {
        let request = self.request.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .happened
            .wait_timeout_while(request, patience, |request| request.is_none());
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

/// A point at which an action runs once.
#[derive(Debug)]
pub struct KillPoint(Arc<Event>);

impl KillPoint {
    /// The number of the request at which the action ran, once it has returned.
    pub fn fired(&self) -> Option<usize> {
        self.0.request()
    }

    /// Waits until the action has run, and returns the request's number.
    pub fn wait(&self, patience: Duration) -> Option<usize> {
        self.0.wait(patience)
    }
}

/// A point at which one request is held, while all others pass.
///
/// It goes to the server when the hold is released or dropped, even when whoever sent it is dead by
/// then: a request can arrive late.
#[derive(Debug)]
pub struct Hold {
    reached: Arc<Event>,
    released: watch::Sender<bool>,
}

impl Hold {
    /// The number of the request that is held.
    pub fn reached(&self) -> Option<usize> {
        self.reached.request()
    }

    /// Waits until a request is held, and returns its number.
    pub fn wait(&self, patience: Duration) -> Option<usize> {
        self.reached.wait(patience)
    }

    /// Lets the request go on.
    pub fn release(self) {
        drop(self);
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.released.send_replace(true);
    }
}

/// What runs at a kill point.
pub(super) struct Kill {
    action: Box<dyn FnOnce() + Send>,
    fired: Arc<Event>,
}

impl Kill {
    /// Runs the action at a request. It may block.
    pub(super) fn run(self, request: usize) {
        (self.action)();
        self.fired.happen(request);
    }
}

impl fmt::Debug for Kill {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Kill").field(&self.fired).finish()
    }
}

/// What is held at a hold.
#[derive(Debug)]
pub(super) struct Held {
    reached: Arc<Event>,
    released: watch::Receiver<bool>,
}

impl Held {
    /// Says that a request is held, and returns when it may go on.
    pub(super) async fn hold(&mut self, request: usize) {
        self.reached.happen(request);
        // A hold that was dropped has released it.
        let _ = self.released.wait_for(|released| *released).await;
    }
}

#[derive(Debug)]
enum What {
    Kill(Moment, Kill),
    Hold(Held),
}

#[derive(Debug)]
struct Point {
    matcher: Matcher,
    left: usize,
    what: What,
}

/// The points that a request has reached.
#[derive(Debug, Default)]
pub(super) struct Reached {
    pub(super) holds: Vec<Held>,
    kills: Vec<(Moment, Kill)>,
}

impl Reached {
    /// What is to run at a moment of the request, each once.
    pub(super) fn at(&mut self, moment: Moment) -> Vec<Kill> {
        let due = self.kills.extract_if(.., |(at, _)| *at == moment);
        due.map(|(_, kill)| kill).collect()
    }
}

/// The points that nothing has reached yet.
#[derive(Debug, Default)]
pub(super) struct Points(Mutex<Vec<Point>>);

impl Points {
    pub(super) fn kill(
        &self,
        matcher: Matcher,
        n: usize,
        moment: Moment,
        action: impl FnOnce() + Send + 'static,
    ) -> KillPoint {
        let fired = Arc::new(Event::default());
        let kill = Kill {
            action: Box::new(action),
            fired: fired.clone(),
        };
        self.add(matcher, n, What::Kill(moment, kill));
        KillPoint(fired)
    }

    pub(super) fn hold(&self, matcher: Matcher, n: usize) -> Hold {
        let reached = Arc::new(Event::default());
        let (released, receiver) = watch::channel(false);
        let held = Held {
            reached: reached.clone(),
            released: receiver,
        };
        self.add(matcher, n, What::Hold(held));
        Hold { reached, released }
    }

    fn add(&self, matcher: Matcher, left: usize, what: What) {
        let point = Point {
            matcher,
            left,
            what,
        };
        let mut points = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        points.push(point);
    }

    /// Counts a request, and takes the points that it reaches.
    pub(super) fn reach(&self, call: &Call) -> Reached {
        let mut points = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut reached = Reached::default();
        let hit = points.extract_if(.., |point| {
            if point.matcher.fits(call) {
                point.left = point.left.saturating_sub(1);
            }
            point.left == 0
        });
        for point in hit {
            match point.what {
                What::Kill(moment, kill) => reached.kills.push((moment, kill)),
                What::Hold(held) => reached.holds.push(held),
            }
        }
        reached
    }
}
