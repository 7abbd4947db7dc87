//! Serves a router, so that nobody who connects can hold up another or use up the process.
//!
//! ```text
//! accept ─▶ room? ─▶ TLS handshake ─▶ head of a request ─▶ router ─▶ answer
//!            │            └── head_timeout ──┘                        │
//!            └─ full: the oldest that waits gives way                 └ send_timeout without a byte taken: closed
//! ```
//!
//! Why not `axum::serve`: it sets no timer, so it never closes a connection that asks for nothing, and it bounds neither
//! their number nor the size of a head.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::serve::Listener;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::Request;
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::timeout;
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

use super::tls::{Tls, TlsError, TlsFiles};
use crate::timing::Timing;

/// Connections at once. Why so few: a process has 256 file descriptors on some systems, and the folder needs some.
const CONNECTIONS: usize = 128;
/// Bytes of a request's line and headers; a token of an account may take some thousand.
const HEAD: usize = 16 * 1024;

/// Serves until it is dropped. With files of a certificate, nothing is served without TLS.
///
/// # Errors
///
/// The certificate cannot be used.
pub fn serve(
    listener: TcpListener,
    router: Router,
    tls: Option<TlsFiles>,
    timing: &Timing,
) -> Result<BoxFuture<'static, ()>, TlsError> {
    let tls = tls.map(TlsFiles::open).transpose()?;
    let waits = Waits::of(timing);
    Ok(accept(listener, router, tls, waits).boxed())
}

pub(super) async fn accept(
    mut listener: TcpListener,
    router: Router,
    tls: Option<Tls>,
    waits: Waits,
) {
    let mut connections = Connections::default();
    loop {
        // Why the trait's: it waits where no file descriptor is left, and goes on after a connection that broke.
        let (stream, _) = Listener::accept(&mut listener).await;
        connections.make_room().await;
        connections.begin(stream, router.clone(), tls.clone(), waits);
    }
}

/// How long a client is waited for.
#[derive(Clone, Copy)]
pub(super) struct Waits {
    /// For its handshake, and for the head of each request.
    head: Duration,
    /// Until it takes more of an answer.
    send: Duration,
}

impl Waits {
    pub(super) fn of(timing: &Timing) -> Self {
        Self {
            head: timing.head_timeout,
            send: timing.send_timeout,
        }
    }
}

/// The open connections.
#[derive(Default)]
struct Connections {
    tasks: JoinSet<()>,
    /// Oldest first.
    known: VecDeque<Connection>,
}

/// A connection, and what says whether it is being answered.
struct Connection {
    task: AbortHandle,
    answering: Weak<()>,
}

impl Connection {
    /// Whether it asks for nothing now: it has begun, and nothing but the connection holds it.
    fn is_idle(&self) -> bool {
        self.answering.strong_count() <= 1
    }
}

impl Connections {
    /// Waits until there is room for one more: the oldest that asks for nothing gives way, or else the oldest.
    // See D-180.
    async fn make_room(&mut self) {
        while self.tasks.try_join_next().is_some() {}
        self.known
            .retain(|connection| !connection.task.is_finished());
        if self.tasks.len() < CONNECTIONS {
            return;
        }
        let mut known = self.known.iter();
        if let Some(oldest) = known.find(|it| it.is_idle()).or(self.known.front()) {
            oldest.task.abort();
        }
        self.tasks.join_next().await;
    }

    fn begin(&mut self, stream: TcpStream, router: Router, tls: Option<Tls>, waits: Waits) {
        let answering = Arc::new(());
        let known = Arc::downgrade(&answering);
        let task = self.tasks.spawn(async move {
            match tls {
                None => converse(stream, router, answering, waits).await,
                Some(tls) => {
                    let shaken = timeout(waits.head, tls.acceptor.accept(stream)).await;
                    if let Ok(Ok(stream)) = shaken {
                        converse(stream, router, answering, waits).await;
                    }
                }
            }
        });
        let answering = known;
        self.known.push_back(Connection { task, answering });
    }
}

/// Answers the requests of one connection, one after the other.
async fn converse<S>(stream: S, router: Router, answering: Arc<()>, waits: Waits)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(waits.send));
    let answer = service_fn(|request: Request<Incoming>| {
        let answering = Arc::clone(&answering);
        let answered = router.clone().oneshot(request.map(Body::new));
        answered.map(|answer| {
            answer.map(|answer| {
                answer.map(|body| Held {
                    body,
                    _answering: answering,
                })
            })
        })
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        // Between two requests too: then it waits for the next head.
        .header_read_timeout(waits.head)
        .max_header_size(HEAD)
        .serve_connection(TokioIo::new(Box::pin(stream)), answer);
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection broke");
    }
}

/// The body of an answer; while it is there, its connection is being answered.
struct Held {
    body: Body,
    _answering: Arc<()>,
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
