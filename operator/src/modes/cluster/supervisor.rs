//! The operator's parts, started and ended together.

use std::sync::Arc;
use std::thread::JoinHandle;

use gradus_engine::world::World;
use thiserror::Error;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle as Task;

use super::event_loop::{Inbox, Turns};
use super::feed::Feed;
use super::objects::Objects;
use super::options::ClusterOptions;
use super::sources::Sources;
use crate::connection::Connection;
use crate::inputs::watch::{Asked, Pace, Scope, Watching};
use crate::leader::election::{Leading, campaign};
use crate::outputs::events::publisher::Teller;

/// Reports that wait for the engine; when there are more, sources wait.
const WAITING: usize = 1024;

/// A cluster that is scored live.
#[derive(Debug)]
pub struct Cluster {
    feed: Feed,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    resign: Option<oneshot::Sender<()>>,
    campaign: Option<Task<()>>,
    sources: Vec<Task<()>>,
}

/// Why the operator cannot start.
#[derive(Debug, Error)]
pub enum StartError {
    /// No thread can be started.
    #[error("no thread can be started: {0}")]
    Thread(#[from] std::io::Error),
}

impl Cluster {
    /// Starts to read, score and, where it leads, write.
    ///
    /// # Errors
    ///
    /// No thread can be started.
    pub async fn start(
        connection: &Connection,
        options: ClusterOptions,
    ) -> Result<Self, StartError> {
        let at_once = connection.lists_at_once().await;
        let sources = Sources::new(Scope::all(&options.namespaces), options.silent_after);
        let (sender, reports) = mpsc::channel(WAITING);
        let (asked, asking) = watch::channel(Asked::default());
        let pace = Pace {
            relist_every: options.relist_every,
            silent_after: options.silent_after,
            at_once,
        };
        let tasks = sources.all().iter().enumerate().map(|(index, source)| {
            let watching = Watching::new(
                (index, source.scope.clone()),
                connection.client.clone(),
                pace,
                Arc::clone(&source.pulse),
                asking.clone(),
                sender.clone(),
            );
            tokio::spawn(watching.run())
        });
        let tasks = tasks.collect();
        let (leads, leading) = watch::channel(match options.election {
            Some(_) => Leading::No,
            None => Leading::Always,
        });
        let (resign, resigned) = oneshot::channel();
        let campaign = options.election.clone().map(|election| {
            tokio::spawn(campaign(
                connection.client.clone(),
                election,
                leads,
                resigned,
            ))
        });
        let metrics = Arc::clone(&options.metrics);
        let instance = match &options.election {
            Some(election) => election.identity.clone(),
            None => "gradus".to_owned(),
        };
        let teller = Teller::start(connection.client.clone(), &instance, move |sent| {
            metrics.wrote(
                super::event_loop::EVENTS,
                super::event_loop::outcome_of(&sent),
            );
        });
        let (stop, stopped) = oneshot::channel();
        let (feed, announce) = Feed::new();
        let inbox = Inbox::new(reports, leading, stopped);
        let mut turns = Turns::new(
            connection.clone(),
            options,
            sources,
            (World::new(), Objects::default()),
            (asked, teller),
            (feed.clone(), announce),
        );
        let runtime = tokio::runtime::Handle::current();
        let thread = std::thread::Builder::new()
            .name("engine".to_owned())
            .spawn(move || turns.run(inbox, &runtime))?;
        Ok(Self {
            feed,
            stop: Some(stop),
            thread: Some(thread),
            resign: Some(resign),
            campaign,
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
        if let (Some(resign), Some(campaign)) = (self.resign.take(), self.campaign.take()) {
            let _ = resign.send(());
            let _ = campaign.await;
        }
        for source in &self.sources {
            source.abort();
        }
    }
}
