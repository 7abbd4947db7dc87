//! `/metrics`: one scrape, streamed in chunks, so that its size is nobody's memory.

use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use tokio::sync::mpsc;

use super::source::Source;
use crate::metrics::catalogue::Tier;
use crate::metrics::{self, Format, OperatorMetrics};

/// Bytes of a chunk.
const CHUNK: usize = 64 * 1024;

/// Chunks that wait for a slow reader.
const WAITING: usize = 4;

/// What the writer hands to the reader. Without `End`, half a scrape would pass for a whole one.
enum Piece {
    Chunk(Bytes),
    End,
}

/// Answers one scrape.
pub(super) async fn serve(
    State(source): State<Arc<dyn Source>>,
    State(operator): State<Arc<OperatorMetrics>>,
) -> Response {
    let (sender, receiver) = mpsc::channel(WAITING);
    tokio::task::spawn_blocking(move || {
        let mut out = BufWriter::with_capacity(CHUNK, Chunks(sender));
        let how = ([Tier::Core, Tier::Capability].as_slice(), Format::Classic);
        let (snapshot, findings) = (source.snapshot(), source.findings());
        let written = metrics::write(&snapshot, &findings, &operator, how, &mut out);
        if written.and_then(|()| out.flush()).is_ok() {
            // A reader that left is no error of ours.
            let _ = out.get_ref().0.blocking_send(Piece::End);
        }
    });
    let body = unfold(Some(receiver), |receiver| async move {
        let mut receiver = receiver?;
        match receiver.recv().await {
            Some(Piece::Chunk(bytes)) => Some((Ok(bytes), Some(receiver))),
            Some(Piece::End) => None,
            None => Some((Err(io::Error::other("the scrape was not completed")), None)),
        }
    });
    (
        [(header::CONTENT_TYPE, Format::Classic.content_type())],
        Body::from_stream(body),
    )
        .into_response()
}

/// Sends what is written to the reader.
struct Chunks(mpsc::Sender<Piece>);

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let chunk = Piece::Chunk(Bytes::copy_from_slice(bytes));
        self.0
            .blocking_send(chunk)
            .map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
