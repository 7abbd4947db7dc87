//! One request and its answer, and the points at which a client is killed or a request held.

use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::answer::{Answer, Cut};
use super::call::{Call, Verb};
use super::fault::Asked;
use super::log::Log;
use super::point::{Kill, Moment, Points};
use super::rule::{Ending, Rules};
use super::stream::Streams;
use super::upstream::Upstream;
use super::wire::Line;

/// What all connections of a proxy share.
pub(super) struct Exchange {
    pub(super) upstream: Upstream,
    pub(super) rules: watch::Sender<Arc<Rules>>,
    pub(super) paused: watch::Sender<bool>,
    pub(super) log: Log,
    pub(super) points: Points,
    pub(super) streams: Arc<Streams>,
    /// How many actions of kill points run right now.
    striking: watch::Sender<usize>,
}

impl Exchange {
    pub(super) fn new(upstream: Upstream) -> Self {
        Self {
            upstream,
            rules: watch::Sender::default(),
            paused: watch::Sender::default(),
            log: Log::default(),
            points: Points::default(),
            streams: Arc::default(),
            striking: watch::Sender::default(),
        }
    }

    /// Answers a request of a client; an error ends its connection.
    pub(super) async fn serve(
        self: Arc<Self>,
        request: Request<Incoming>,
        line: Arc<Line>,
    ) -> Result<Response<Answer>, Cut> {
        let outcome = self.clone().exchange(request, &line).await;
        outcome.map_err(|ending| {
            if ending == Ending::Reset {
                line.reset();
            }
            Cut
        })
    }

    async fn exchange(
        self: Arc<Self>,
        request: Request<Incoming>,
        line: &Arc<Line>,
    ) -> Result<Response<Answer>, Ending> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(|_| Ending::Closed)?.to_bytes();
        let call = Call::of(
            &head.method,
            head.uri.path(),
            head.uri.query().unwrap_or_default(),
        );
        let number = self.log.enter(&head, &call);
        let mut reached = self.points.reach(&call);
        self.pass_gates().await;
        self.strike(reached.at(Moment::BeforeSend), number).await?;

        let is_watch = call.verb == Verb::Watch;
        let asked = Asked { head, body, call };
        let response = if reached.holds.is_empty() {
            self.through_faults(asked).await?
        } else {
            let holds = std::mem::take(&mut reached.holds);
            let exchange = self.clone();
            // What was sent arrives even when whoever sent it has died since.
            let late = tokio::spawn(async move {
                for mut held in holds {
                    held.hold(number).await;
                }
                exchange.through_faults(asked).await
            });
            late.await.unwrap_or(Err(Ending::Closed))?
        };

        let unanswered = reached.at(Moment::SentUnanswered);
        if !unanswered.is_empty() {
            if !is_watch {
                response.into_body().drain().await;
            }
            self.strike(unanswered, number).await?;
            return Err(Ending::Closed);
        }

        self.log.answered(number, response.status().as_u16());
        let mut response = response.map(|content| Answer::new(content, line.clone()));
        let answered = reached.at(Moment::Answered);
        if !answered.is_empty() {
            let exchange = self.clone();
            let hook = Box::new(move || drop(exchange.start_strike(answered, number)));
            if is_watch {
                line.when_flushed(hook);
            } else {
                response.body_mut().when_whole(hook);
            }
        }
        Ok(response)
    }

    /// Runs what is to run at a point before the answer; the connection then ends.
    async fn strike(self: &Arc<Self>, kills: Vec<Kill>, number: usize) -> Result<(), Ending> {
        if kills.is_empty() {
            return Ok(());
        }
        // It is not cancelled with the request when the client dies of it.
        let _ = self.start_strike(kills, number).await;
        Err(Ending::Closed)
    }

    /// Starts the actions of kill points; nothing new reaches the server until they have returned.
    fn start_strike(self: &Arc<Self>, kills: Vec<Kill>, number: usize) -> JoinHandle<()> {
        self.striking.send_modify(|count| *count += 1);
        let exchange = self.clone();
        tokio::task::spawn_blocking(move || {
            for kill in kills {
                kill.run(number);
            }
            exchange.striking.send_modify(|count| *count -= 1);
        })
    }

    /// Waits while everything is paused, or a client is being killed.
    async fn pass_gates(&self) {
        // The senders are in `self`: they cannot be gone.
        let _ = self.paused.subscribe().wait_for(|paused| !paused).await;
        if *self.striking.borrow() > 0 {
            let _ = self
                .striking
                .subscribe()
                .wait_for(|count| *count == 0)
                .await;
            // A client that was killed meanwhile is noticed before what it sent goes on.
            sleep(Duration::from_millis(1)).await;
        }
    }
}
