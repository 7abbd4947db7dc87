//! The operator's parts, started and ended together.

use std::sync::Arc;
use std::thread::JoinHandle;

use gradus_engine::key::Name;
use thiserror::Error;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle as Task;

use super::contests::Contests;
use super::event_loop::{EVENTS, EventLoop, FirstLists};
use super::events::EventBacklog;
use super::inbox::Inbox;
use super::options::ClusterOptions;
use super::resync::Resync;
use super::sources::Sources;
use super::state::ClusterState;
use super::writer::{AT_ONCE, StatusWriter, outcome_of_failure};
use crate::connection::Connection;
use crate::inputs::watch::{ResyncRequest, SourceReport, WatchOptions, WatchScope, WatchTask};
use crate::leader::election::{Campaign, Leading};
use crate::outputs::events::Sent;
use crate::outputs::events::publisher::EventPublisher;
use crate::outputs::metrics::WriteOutcome;
use crate::scoring::{Feed, Published, Publisher};

/// Reports that wait for the engine; when there are more, sources wait.
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
    sources: Vec<Task<()>>,
}

/// A replica that takes part in an election.
#[derive(Debug)]
struct Candidate {
    leading: watch::Receiver<Leading>,
    resign: oneshot::Sender<()>,
    campaign: Task<()>,
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
        let (tasks, namespaces) =
            watch_all(connection, options, &sources, &requested, &reports).await;
        let candidate = Candidate::start(connection, options);
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
            clock: connection.clock.clone(),
            sources,
            state: ClusterState::new(
                Arc::new(connection.clock.clone()),
                Arc::clone(&options.metrics),
            ),
            resync: Resync::new(requests, namespaces, &timing),
            writer: StatusWriter::new(client, runtime.clone(), answers, &timing),
            events: EventBacklog::new(publish_events(connection, options)),
            contests: Contests::new(timing.contested_writes),
            writes_cluster_scoped: options.writes_cluster_scoped,
            publisher,
            leading: Leading::No,
            first_lists: FirstLists::new(),
        };
        let thread = std::thread::Builder::new()
            .name("engine".to_owned())
            .spawn(move || event_loop.run(inbox, &runtime))?;
        Ok(Self {
            feed,
            stop: Some(stop),
            thread: Some(thread),
            candidate,
            sources: tasks,
        })
    }

    /// What it publishes.
    pub fn feed(&self) -> Feed {
        self.feed.clone()
    }

    /// Ends in order: no new write begins, those under way are answered, and then the lease goes back.
    pub async fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            // It may have ended by itself.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
        if let Some(candidate) = self.candidate.take() {
            let _ = candidate.resign.send(());
            let _ = candidate.campaign.await;
        }
        for source in &self.sources {
            source.abort();
        }
    }
}

/// Starts a task a source; each hears in a channel of its own which namespaces it is to list.
async fn watch_all(
    connection: &Connection,
    options: &ClusterOptions,
    sources: &Sources,
    requests: &watch::Receiver<ResyncRequest>,
    reports: &mpsc::Sender<SourceReport>,
) -> (Vec<Task<()>>, Vec<mpsc::Sender<Name>>) {
    let streams_lists = connection.streams_lists(&options.timing).await;
    let tasks = sources.all().iter().enumerate().map(|(source, state)| {
        let (asks, namespaces) = mpsc::channel(NAMESPACES);
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
        (tokio::spawn(task.run()), asks)
    });
    tasks.unzip()
}

fn publish_events(connection: &Connection, options: &ClusterOptions) -> EventPublisher {
    let metrics = Arc::clone(&options.metrics);
    let instance = match &options.election {
        Some(election) => election.identity.as_str(),
        None => ONLY_REPLICA,
    };
    let client = connection.client.clone();
    EventPublisher::start(client, instance, &options.timing, move |sent| {
        let outcome = match sent {
            Sent::Written => WriteOutcome::Written,
            Sent::Failed(failure) => outcome_of_failure(failure),
            Sent::NoNamespace => WriteOutcome::Dropped,
        };
        metrics.wrote(EVENTS, outcome);
    })
}

impl Candidate {
    /// Takes part in the election, where there is one.
    fn start(connection: &Connection, options: &ClusterOptions) -> Option<Self> {
        let election = options.election.clone()?;
        let (leads, leading) = watch::channel(Leading::No);
        let (resign, resigned) = oneshot::channel();
        let client = connection.client.clone();
        let campaign = Campaign::new(client, election, leads, &options.timing);
        Some(Self {
            leading,
            resign,
            campaign: tokio::spawn(campaign.run(resigned)),
        })
    }
}
