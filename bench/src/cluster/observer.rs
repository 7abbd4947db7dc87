//! Watches one assessment and records when it saw which stage.

use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use futures_util::StreamExt;
use gradus_engine::key::Kind;
use kube::Client;
use kube::api::{WatchEvent, WatchParams};
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use super::estate::{self, SITE, TRACK};

/// How long a change may take to be seen.
const TIMEOUT: Duration = Duration::from_mins(1);
/// How long the server lets a watch run.
const WATCH: u32 = 290;

/// A watch of the assessment of the track, of whichever group.
pub(super) struct Observer {
    seen: Receiver<(Instant, u64)>,
    watching: JoinHandle<()>,
}

impl Observer {
    pub(super) fn start(runtime: &Runtime, client: &Client, group: &str) -> Self {
        let assessments = estate::api(client, group, Kind::Assessment, TRACK);
        let (see, seen) = channel();
        let watching = runtime.spawn(async move {
            let parameters = WatchParams::default()
                .fields(&format!("metadata.name={SITE}"))
                .timeout(WATCH);
            // A watch that ends is opened again: it begins with what is there.
            while let Ok(events) = assessments.watch(&parameters, "0").await {
                let mut events = events.boxed();
                while let Some(Ok(event)) = events.next().await {
                    let (WatchEvent::Added(object) | WatchEvent::Modified(object)) = event else {
                        continue;
                    };
                    let at = Instant::now();
                    let stage = object.data["status"]["stage"].as_u64();
                    if stage.is_some_and(|stage| see.send((at, stage)).is_err()) {
                        return;
                    }
                }
            }
        });
        Self { seen, watching }
    }

    /// When it first saw a stage that fits, of what it has not told yet.
    pub(super) fn sees(&self, fits: impl Fn(u64) -> bool) -> Result<Instant> {
        let end = Instant::now() + TIMEOUT;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let (at, stage) = self.seen.recv_timeout(left).context("nothing is seen")?;
            if fits(stage) {
                return Ok(at);
            }
            if left.is_zero() {
                bail!("the stage that was waited for is not seen");
            }
        }
    }

    /// Leaves out what was seen so far.
    pub(super) fn forget(&self) {
        while self.seen.try_recv().is_ok() {}
    }
}

impl Drop for Observer {
    fn drop(&mut self) {
        self.watching.abort();
    }
}
