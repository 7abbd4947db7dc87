//! `/metrics`: one scrape, streamed in chunks, so that memory does not grow with it.
//!
//! Compression stays our own: a layer of `tower-http` would compress every scrape on the threads that answer everybody
//! else. Here it happens on the writer's own thread, within the memory that the benchmark holds it to.

use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::stream::unfold;
use tokio::runtime::Handle;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::published_state::PublishedState;
use super::readers::ScrapeAuthorizer;
use crate::outputs::metrics::{
    Format, Labelled, OperatorMetrics, Scrape, SelectedTiers, TierPolicy, asks_for_gzip,
};

/// Bytes of a chunk that was compressed.
const CHUNK: usize = 32 * 1024;

/// Chunks that wait for a slow reader.
const WAITING: usize = 4;

/// How a scrape is answered.
#[derive(Debug, Clone, Default)]
pub struct Scraping {
    /// How much is shown.
    pub exposure: TierPolicy,
    /// Who may read it; everybody who reaches it when left out.
    pub readers: Option<Arc<ScrapeAuthorizer>>,
}

/// Scrapes that are written at once.
const AT_ONCE: usize = 2;

/// Turns at writing a scrape. Who waits for its reader lets another write, so that slow readers hold up nobody.
#[derive(Clone)]
pub(super) struct Turns(Arc<Semaphore>);

impl Default for Turns {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Turns {
    /// Waits for a turn. The semaphore is never closed.
    fn wait(&self, runtime: &Handle) -> Option<OwnedSemaphorePermit> {
        runtime.block_on(Arc::clone(&self.0).acquire_owned()).ok()
    }
}

/// What the writer hands to the reader. Without `End`, half a scrape would pass for a whole one.
enum Piece {
    Chunk(Bytes),
    End,
}

/// Answers one scrape.
pub(super) async fn serve(
    State(source): State<Arc<dyn PublishedState>>,
    State(operator): State<Arc<OperatorMetrics>>,
    State(scraping): State<Scraping>,
    State(turns): State<Turns>,
    headers: HeaderMap,
) -> Response {
    if let Some(readers) = &scraping.readers
        && let Err(refusal) = readers.admit(&headers).await
    {
        return refusal.into_response();
    }
    let asked = |name: HeaderName| {
        let values = headers.get_all(name).iter();
        let texts: Vec<&str> = values.filter_map(|value| value.to_str().ok()).collect();
        texts.join(",")
    };
    let format = Format::asked_for(&asked(header::ACCEPT));
    let compressed = asks_for_gzip(&asked(header::ACCEPT_ENCODING));
    let (sender, receiver) = mpsc::channel(WAITING);
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || {
        let chunks = Chunks {
            turn: turns.wait(&runtime),
            sender: sender.clone(),
            turns,
            runtime,
        };
        let written = write(
            source.as_ref(),
            &operator,
            &scraping.exposure,
            (format, compressed),
            chunks,
        );
        if written.is_ok() {
            // A reader that left is no error of ours.
            let _ = sender.blocking_send(Piece::End);
        }
    });
    let mut answer = Body::from_stream(body(receiver)).into_response();
    let headers = answer.headers_mut();
    let mut say = |name, value| headers.insert(name, HeaderValue::from_static(value));
    say(header::CONTENT_TYPE, format.content_type());
    say(header::VARY, "accept, accept-encoding");
    say(header::CACHE_CONTROL, "no-store");
    if compressed {
        say(header::CONTENT_ENCODING, "gzip");
    }
    answer
}

fn body(receiver: mpsc::Receiver<Piece>) -> impl futures_util::Stream<Item = io::Result<Bytes>> {
    unfold(Some(receiver), |receiver| async move {
        let mut receiver = receiver?;
        match receiver.recv().await {
            Some(Piece::Chunk(bytes)) => Some((Ok(bytes), Some(receiver))),
            Some(Piece::End) => None,
            None => Some((Err(io::Error::other("the scrape was not completed")), None)),
        }
    })
}

fn write(
    source: &dyn PublishedState,
    operator: &OperatorMetrics,
    exposure: &TierPolicy,
    (format, compressed): (Format, bool),
    mut out: Chunks,
) -> io::Result<()> {
    let Labelled { snapshot, labels } = source.labelled();
    let findings = source.findings();
    let choice = if source.shows_state() {
        exposure.choose(&snapshot)
    } else {
        SelectedTiers::default()
    };
    log_truncation(operator, exposure, &choice);
    let scrape = Scrape {
        snapshot: &snapshot,
        labels: &labels,
        findings: &findings,
        operator,
        tiers: &choice.shown,
    };
    if !compressed {
        return scrape.write(format, &mut out);
    }
    let chunks = BufWriter::with_capacity(CHUNK, out);
    let mut gzip = GzEncoder::new(chunks, Compression::fast());
    scrape.write(format, &mut gzip)?;
    gzip.finish()?.flush()
}

fn log_truncation(operator: &OperatorMetrics, exposure: &TierPolicy, choice: &SelectedTiers) {
    if !operator.truncated(&choice.left_out) {
        return;
    }
    let left_out: Vec<&str> = choice.left_out.iter().map(|tier| tier.as_str()).collect();
    if left_out.is_empty() {
        tracing::info!("every tier of metrics that is switched on is shown again");
    } else {
        tracing::warn!(
            tiers = left_out.join(","),
            ceiling = exposure.ceiling,
            "tiers of metrics are left out: more samples than --metrics-ceiling allows"
        );
    }
}

/// Sends what is written to the reader.
struct Chunks {
    sender: mpsc::Sender<Piece>,
    turns: Turns,
    runtime: Handle,
    turn: Option<OwnedSemaphorePermit>,
}

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let chunk = Piece::Chunk(Bytes::copy_from_slice(bytes));
        match self.sender.try_send(chunk) {
            Ok(()) => {}
            Err(TrySendError::Full(chunk)) => {
                self.turn = None;
                let sent = self.sender.blocking_send(chunk);
                sent.map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
                self.turn = self.turns.wait(&self.runtime);
            }
            Err(TrySendError::Closed(_)) => return Err(io::ErrorKind::BrokenPipe.into()),
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
