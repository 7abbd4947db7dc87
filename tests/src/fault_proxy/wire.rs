//! The client's side of the wire: where bytes freeze, and where a connection is cut.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::watch;

/// What is done once all that was said so far has left.
pub(super) type Hook = Box<dyn FnOnce() + Send>;

/// What an answer and the wire that carries it have to tell each other.
#[derive(Default)]
pub(super) struct Line(Mutex<Said>);

#[derive(Default)]
struct Said {
    unflushed: bool,
    awaited: bool,
    reset: bool,
    when_flushed: Vec<Hook>,
}

impl Line {
    fn said(&self) -> MutexGuard<'_, Said> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something was said that has not left yet.
    pub(super) fn speak(&self) {
        self.said().unflushed = true;
    }

    /// Whether all has left. If not, whoever serves the wire is woken when it has.
    pub(super) fn is_flushed(&self) -> bool {
        let mut said = self.said();
        said.awaited = said.unflushed;
        !said.unflushed
    }

    /// Does something once all that was said so far has left.
    pub(super) fn when_flushed(&self, hook: Hook) {
        self.said().when_flushed.push(hook);
    }

    /// When the wire is dropped, it is with a reset.
    pub(super) fn reset(&self) {
        self.said().reset = true;
    }

    fn flushed(&self, context: &Context<'_>) {
        let mut said = self.said();
        said.unflushed = false;
        if std::mem::take(&mut said.awaited) {
            context.waker().wake_by_ref();
        }
        let hooks = std::mem::take(&mut said.when_flushed);
        drop(said);
        for hook in hooks {
            hook();
        }
    }
}

/// A client's connection.
pub(super) struct Wire {
    io: TokioIo<TcpStream>,
    line: Arc<Line>,
    paused: watch::Receiver<bool>,
    thaw: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl Wire {
    pub(super) fn new(stream: TcpStream, line: Arc<Line>, paused: watch::Receiver<bool>) -> Self {
        Self {
            io: TokioIo::new(stream),
            line,
            paused,
            thaw: None,
        }
    }

    fn poll_thawed(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.thaw.is_none() {
            if !*self.paused.borrow() {
                return Poll::Ready(());
            }
            let mut paused = self.paused.clone();
            self.thaw = Some(Box::pin(async move {
                // The sender gone means that the proxy is, and this wire with it.
                let _ = paused.wait_for(|paused| !paused).await;
            }));
        }
        if let Some(thaw) = &mut self.thaw {
            ready!(thaw.as_mut().poll(context));
        }
        self.thaw = None;
        Poll::Ready(())
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if self.line.said().reset {
            // It fails only when there is no connection any more.
            let _ = self.io.inner().set_zero_linger();
        }
    }
}

impl Read for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        ready!(self.poll_thawed(context));
        Pin::new(&mut self.io).poll_read(context, buffer)
    }
}

impl Write for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_thawed(context));
        Pin::new(&mut self.io).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.io).poll_flush(context))?;
        // hyper flushes only after it has written all it has.
        self.line.flushed(context);
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_thawed(context));
        Pin::new(&mut self.io).poll_write_vectored(context, buffers)
    }
}
