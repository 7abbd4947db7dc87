//! The body of an answer: passed on as it comes, made here, or pumped piece by piece.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use hyper::body::Bytes;
use tokio::sync::mpsc;
use tokio::time::sleep;

use super::rule::Ending;
use super::wire::{Hook, Line};

/// A piece of a body that is pumped.
#[derive(Debug)]
pub(super) enum Piece {
    Data(Bytes),
    End(Ending),
}

/// Where a body comes from.
pub(super) enum Content {
    Whole(Option<Bytes>),
    Upstream(kube::client::Body),
    Pumped(mpsc::Receiver<Piece>),
}

impl From<Bytes> for Content {
    fn from(bytes: Bytes) -> Self {
        Self::Whole(Some(bytes).filter(|bytes| !bytes.is_empty()))
    }
}

impl Content {
    /// The first half of a body, and then this ending.
    pub(super) fn half(body: &Bytes, ending: Ending) -> Self {
        let half = body.slice(..body.len() / 2);
        Self::pumped(async move |pieces| {
            if pieces.send(Piece::Data(half)).await.is_ok() {
                // A client that is gone needs no ending.
                let _ = pieces.send(Piece::End(ending)).await;
            }
        })
    }

    /// A body in pieces of so many bytes, one each interval.
    pub(super) fn drip(body: Bytes, bytes: usize, every: Duration) -> Self {
        Self::pumped(async move |pieces| {
            for piece in body.chunks(bytes.max(1)) {
                sleep(every).await;
                if pieces
                    .send(Piece::Data(body.slice_ref(piece)))
                    .await
                    .is_err()
                {
                    return;
                }
            }
        })
    }

    fn pumped<F, P>(pump: F) -> Self
    where
        F: FnOnce(mpsc::Sender<Piece>) -> P,
        P: Future<Output = ()> + Send + 'static,
    {
        let (pieces, content) = mpsc::channel(1);
        tokio::spawn(pump(pieces));
        Self::Pumped(content)
    }

    /// Reads it to its end, for nobody.
    pub(super) async fn drain(self) {
        match self {
            Self::Whole(_) => {}
            Self::Upstream(body) => {
                // However it ends, it has ended.
                let _ = body.collect().await;
            }
            Self::Pumped(mut pieces) => while pieces.recv().await.is_some() {},
        }
    }
}

/// There is no more to come, and the client must notice.
#[derive(Debug)]
pub(super) struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("cut")
    }
}

impl Error for Cut {}

/// A body on its way to a client.
pub(super) struct Answer {
    content: Content,
    line: Arc<Line>,
    ending: Option<Ending>,
    when_whole: Option<Hook>,
}

impl Answer {
    pub(super) fn new(content: Content, line: Arc<Line>) -> Self {
        line.speak();
        Self {
            content,
            line,
            ending: None,
            when_whole: None,
        }
    }

    /// Does something once the whole answer has left.
    pub(super) fn when_whole(&mut self, hook: Hook) {
        self.when_whole = Some(hook);
    }

    fn poll_cut(&self, ending: Ending) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        if !self.line.is_flushed() {
            return Poll::Pending;
        }
        if ending == Ending::Reset {
            self.line.reset();
        }
        Poll::Ready(Some(Err(Cut)))
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        // hyper drops a body when it has taken all of it, and flushes next. When it drops it for
        // another reason the connection is lost, and nothing is ever flushed again.
        if let Some(hook) = self.when_whole.take() {
            self.line.when_flushed(hook);
        }
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        if let Some(ending) = self.ending {
            return self.poll_cut(ending);
        }
        let frame = match &mut self.content {
            Content::Whole(bytes) => bytes.take().map(|bytes| Ok(Frame::data(bytes))),
            Content::Upstream(body) => ready!(Pin::new(body).poll_frame(context)),
            Content::Pumped(pieces) => match ready!(pieces.poll_recv(context)) {
                Some(Piece::Data(bytes)) => Some(Ok(Frame::data(bytes))),
                Some(Piece::End(Ending::Whole)) | None => None,
                Some(Piece::End(ending)) => {
                    self.ending = Some(ending);
                    return self.poll_cut(ending);
                }
            },
        };
        match frame {
            Some(Ok(frame)) => {
                self.line.speak();
                Poll::Ready(Some(Ok(frame)))
            }
            // The server broke off in the middle: so does this.
            Some(Err(_)) => {
                self.ending = Some(Ending::Closed);
                self.poll_cut(Ending::Closed)
            }
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.content {
            Content::Whole(bytes) => bytes.is_none(),
            Content::Upstream(body) => self.ending.is_none() && body.is_end_stream(),
            Content::Pumped(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Whole(bytes) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |b| b.len() as u64))
            }
            Content::Upstream(body) => body.size_hint(),
            Content::Pumped(_) => SizeHint::default(),
        }
    }
}
