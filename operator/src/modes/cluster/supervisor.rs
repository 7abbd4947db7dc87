//! The operator's parts, started and ended together.

use std::fmt;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use gradus_engine::key::Name;
use kube::Client;
use thiserror::Error;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot, watch};

use super::clock_uncertain::ClockUncertain;
use super::contests::Contests;
use super::event_loop::{EVENTS, EventLoop, FirstLists};
use super::events::EventBacklog;
use super::inbox::Inbox;
use super::options::ClusterOptions;
use super::parts::{DeadPart, Parts};
use super::resync::Resync;
use super::sources::Sources;
use super::state::ClusterState;
use super::writer::{AT_ONCE, StatusWriter, outcome_of_failure};
use crate::connection::Connection;
use crate::inputs::watch::{ResyncRequest, SourceReport, WatchOptions, WatchScope, WatchTask};
use crate::leader::Election;
use crate::leader::election::{Elector, Leading};
use crate::outputs::events::Sent;
use crate::outputs::events::publisher::EventPublisher;
use crate::outputs::metrics::WriteOutcome;
use crate::scoring::{Feed, Published, Publisher};
use crate::timing::Timing;

/// Reports that wait for the event loop; when there are more, sources wait.
const WAITING: usize = 1024;
/// Namespaces that wait to be listed by one source; when there are more, they are asked for again.
const NAMESPACES: usize = 64;
/// Who writes Events where no replica has a name.
const ONLY_REPLICA: &str = "gradus";

/// A cluster that is scored as it changes.
#[derive(Debug)]
pub struct ClusterOperator {
    feed: Feed,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    candidate: Option<Candidate>,
    parts: Parts,
    timing: Timing,
}

/// A replica that takes part in an election.
struct Candidate {
    leading: watch::Receiver<Leading>,
    resign: oneshot::Sender<()>,
    /// Told when the campaign has given the lease back; dropped when it ended by itself.
    resigned: oneshot::Receiver<()>,
    election: Election,
    client: Client,
}

/// Why the operator cannot start.
#[derive(Debug, Error)]
pub enum StartError {
    /// No thread can be started.
    #[error("no thread can be started: {0}")]
    Thread(#[from] std::io::Error),
}

impl ClusterOperator {
    /// Starts to read, score and, where it leads, write.
    ///
    /// # Errors
    ///
    /// No thread can be started.
    pub async fn start(
        connection: &Connection,
        options: &ClusterOptions,
    ) -> Result<Self, StartError> {
        let timing = options.timing;
        let sources = Sources::new(WatchScope::all(&options.namespaces), timing.silent_after);
        let (reports, reported) = mpsc::channel(WAITING);
        let (requests, requested) = watch::channel(ResyncRequest::default());
        let mut parts = Parts::default();
        let namespaces = watch_all(
            connection, options, &sources, &requested, &reports, &mut parts,
        )
        .await;
        drop(reports);
        let client = connection.client.clone();
        let candidate = Candidate::start(client, options, &mut parts);
        let (stop, stopped) = oneshot::channel();
        let (answers, answered) = mpsc::channel(AT_ONCE);
        let unread = Published::nothing("not everything has been read yet");
        let publisher = Publisher::new(unread, timing.cluster_hang_after);
        let feed = publisher.feed();
        let runtime = Handle::current();
        let inbox = Inbox {
            reports: reported,
            answers: answered,
            leading: candidate.as_ref().map(|it| it.leading.clone()),
            stopped,
        };
        let client = connection.client.clone();
        let mut event_loop = EventLoop {
            timing,
            metrics: Arc::clone(&options.metrics),
            uncertain: ClockUncertain::new(timing.clock_settles_after),
            sources,
            state: ClusterState::new(
                Arc::new(connection.clock.clone()),
                Arc::clone(&options.metrics),
            ),
            resync: Resync::new(requests, namespaces, &timing),
            writer: StatusWriter::new(client, runtime.clone(), answers, &timing),
            events: EventBacklog::new(publish_events(connection, options, &mut parts)),
            contests: Contests::new(timing.contested_writes),
            writes_cluster_scoped: options.writes_cluster_scoped,
            publisher,
            leading: Leading::No,
            first_lists: FirstLists::new(),
        };
        let thread = parts.thread("engine", move || event_loop.run(inbox, &runtime))?;
        Ok(Self {
            feed,
            stop: Some(stop),
            thread: Some(thread),
            candidate,
            parts,
            timing,
        })
    }

    /// What it publishes.
    pub fn feed(&self) -> Feed {
        self.feed.clone()
    }

    /// Waits until a part of it ends by itself. Then it is to be stopped: nothing else would notice for long.
    pub async fn dead(&mut self) -> DeadPart {
        self.parts.dead().await
    }

    /// Ends in order: no new write begins, those under way are answered, and then the lease goes back.
    pub async fn stop(self) {
        let drain_timeout = self.timing.drain_timeout;
        self.stop_within(drain_timeout).await;
    }

    /// Ends after a part ended by itself: the same, but what is left does not wait for long.
    pub async fn stop_without(self, dead: DeadPart) -> DeadPart {
        let within = self.timing.dead_part_timeout;
        // What is not given back by then ends by itself.
        let _ = tokio::time::timeout(within, self.stop_within(within / 4)).await;
        dead
    }

    async fn stop_within(mut self, drain_timeout: Duration) {
        if let Some(stop) = self.stop.take() {
            // It may have ended by itself.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let joined = tokio::task::spawn_blocking(move || thread.join());
            let _ = tokio::time::timeout(drain_timeout, joined).await;
        }
        if let Some(candidate) = self.candidate.take() {
            candidate.resign(&self.timing).await;
        }
    }
}

/// Starts a part a source; each hears in a channel of its own which namespaces it is to list.
async fn watch_all(
    connection: &Connection,
    options: &ClusterOptions,
    sources: &Sources,
    requests: &watch::Receiver<ResyncRequest>,
    reports: &mpsc::Sender<SourceReport>,
    parts: &mut Parts,
) -> Vec<mpsc::Sender<Name>> {
    let streams_lists = connection.streams_lists(&options.timing).await;
    let mut channels = Vec::new();
    for (source, state) in sources.all().iter().enumerate() {
        let (asks, namespaces) = mpsc::channel(NAMESPACES);
        channels.push(asks);
        let task = WatchTask::new(WatchOptions {
            source,
            scope: state.scope.clone(),
            client: connection.client.clone(),
            timing: options.timing,
            streams_lists,
            pulse: Arc::clone(&state.pulse),
            requests: requests.clone(),
            namespaces,
            reports: reports.clone(),
        });
        parts.task(format!("the source {}", state.name), task.run());
    }
    channels
}

fn publish_events(
    connection: &Connection,
    options: &ClusterOptions,
    parts: &mut Parts,
) -> EventPublisher {
    let metrics = Arc::clone(&options.metrics);
    let instance = match &options.election {
        Some(election) => election.identity.as_str(),
        None => ONLY_REPLICA,
    };
    let client = connection.client.clone();
    let (publisher, send) = EventPublisher::start(client, instance, &options.timing, move |sent| {
        let outcome = match sent {
            Sent::Written => WriteOutcome::Written,
            Sent::Failed(failure) => outcome_of_failure(failure),
            Sent::NoNamespace => WriteOutcome::Dropped,
        };
        metrics.wrote(EVENTS, outcome);
    });
    parts.task("the publisher of Events", send);
    publisher
}

impl Candidate {
    /// Takes part in the election, where there is one.
    fn start(client: Client, options: &ClusterOptions, parts: &mut Parts) -> Option<Self> {
        let election = options.election.clone()?;
        let (leads, leading) = watch::channel(Leading::No);
        let (resign, told) = oneshot::channel();
        let (done, resigned) = oneshot::channel();
        let campaign = Elector::new(client.clone(), election.clone(), leads, &options.timing);
        parts.task("the election", async move {
            campaign.run(told).await;
            // Nobody waits any more when the process ends.
            let _ = done.send(());
        });
        Some(Self {
            leading,
            resign,
            resigned,
            election,
            client,
        })
    }

    /// Gives the lease back, also in the place of a campaign that ended by itself.
    async fn resign(self, timing: &Timing) {
        let _ = self.resign.send(());
        if self.resigned.await.is_err() {
            let (leads, _) = watch::channel(Leading::No);
            let campaign = Elector::new(self.client, self.election, leads, timing);
            campaign.clear().await;
        }
    }
}

impl fmt::Debug for Candidate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let candidate = &mut formatter.debug_struct("Candidate");
        candidate
            .field("election", &self.election)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
