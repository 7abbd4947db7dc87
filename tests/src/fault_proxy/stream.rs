//! The watches that run, and the pump that moves each of them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use http_body_util::BodyExt;
use kube::client::Body;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};

use super::answer::{Content, Piece};
use super::call::{Call, Matcher};
use super::rule::{Ending, Rules};
use super::watch_stream::WatchStream;

/// What a running watch is told to do at once.
#[derive(Debug, Clone, Copy)]
pub(super) enum Order {
    Expire,
    End(Ending),
}

/// The watches that run.
#[derive(Debug, Default)]
pub(super) struct Streams(Mutex<Running>);

#[derive(Debug, Default)]
struct Running {
    opened: u64,
    streams: BTreeMap<u64, (Call, mpsc::UnboundedSender<Order>)>,
}

impl Streams {
    /// The calls of the watches that run, oldest first.
    pub(super) fn calls(&self) -> Vec<Call> {
        let running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        running
            .streams
            .values()
            .map(|(call, _)| call.clone())
            .collect()
    }

    /// Tells the watches that fit what to do, and says how many there are.
    pub(super) fn tell(&self, matcher: &Matcher, order: Order) -> usize {
        let running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fitting = running
            .streams
            .values()
            .filter(|(call, _)| matcher.fits(call));
        fitting
            .filter(|(_, orders)| orders.send(order).is_ok())
            .count()
    }

    /// Pumps a watch to its client, for as long as both of its ends are there.
    pub(super) fn run(
        self: &Arc<Self>,
        call: Call,
        upstream: Body,
        mut rules: watch::Receiver<Arc<Rules>>,
    ) -> Content {
        let (pieces, content) = mpsc::channel(1);
        let (sender, orders) = mpsc::unbounded_channel();
        let watch_stream = WatchStream::open(call.clone(), &rules.borrow_and_update());
        let entry = Entry::new(self.clone(), call, sender);
        tokio::spawn(async move {
            pump(upstream, watch_stream, rules, orders, pieces).await;
            drop(entry);
        });
        Content::Pumped(content)
    }
}

/// A place among the watches that run.
struct Entry {
    streams: Arc<Streams>,
    number: u64,
}

impl Entry {
    fn new(streams: Arc<Streams>, call: Call, orders: mpsc::UnboundedSender<Order>) -> Self {
        let mut running = streams.0.lock().unwrap_or_else(PoisonError::into_inner);
        running.opened += 1;
        let number = running.opened;
        running.streams.insert(number, (call, orders));
        drop(running);
        Self { streams, number }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut running = self
            .streams
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        running.streams.remove(&self.number);
    }
}

async fn pump(
    mut upstream: Body,
    mut watch_stream: WatchStream,
    mut rules: watch::Receiver<Arc<Rules>>,
    mut orders: mpsc::UnboundedReceiver<Order>,
    client: mpsc::Sender<Piece>,
) {
    loop {
        while let Some(piece) = watch_stream.give(Instant::now()) {
            let last = matches!(piece, Piece::End(_));
            if client.send(piece).await.is_err() || last {
                return;
            }
        }
        tokio::select! {
            () = client.closed() => return,
            Some(order) = orders.recv() => match order {
                Order::Expire => watch_stream.expire(),
                Order::End(ending) => watch_stream.end(ending),
            },
            Ok(()) = rules.changed() => watch_stream.obey(&rules.borrow_and_update()),
            () = until(watch_stream.due()) => {}
            frame = upstream.frame(), if watch_stream.is_open() => match frame {
                Some(Ok(frame)) => {
                    if let Some(bytes) = frame.data_ref() {
                        watch_stream.take(bytes, Instant::now());
                    }
                }
                Some(Err(_)) => watch_stream.end(Ending::Closed),
                None => watch_stream.end(Ending::Whole),
            },
        }
    }
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => sleep_until(due).await,
        None => std::future::pending().await,
    }
}
