//! A proxy between a client and the API server that makes bad days.
//!
//! ```text
//! client ─▶ wire ─▶ exchange ─▶ fault ─▶ upstream ─▶ API server
//!             ▲        │ points    │ rules
//!             │        │ log       ▼
//!             └─ answer ◀──────── stream (a lane per watch)
//! ```
//!
//! Without rules it passes everything on as it comes, credentials too, and writes each request
//! down. [`Rule`]s say which [`Fault`]s strike which requests, events and watches; a [`KillPoint`]
//! runs an action at a moment of one request, a [`Hold`] keeps one request back.

mod answer;
mod call;
mod exchange;
mod fault;
mod lane;
mod list;
mod log;
mod point;
mod refusal;
mod rule;
mod stream;
mod upstream;
mod wire;

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr, TcpListener as StdListener};
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use anyhow::{Context, Result};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, watch};

pub use call::{Call, Change, Matcher, Verb};
pub use log::Request;
pub use point::{Hold, KillPoint, Moment};
pub use refusal::Refusal;
pub use rule::{Ending, Fault, Rule};

use exchange::Exchange;
use rule::Rules;
use stream::Order;
use upstream::Upstream;
use wire::{Line, Wire};

/// Whether the port is to listen, and who waits until it is so.
type Listening = (bool, Sender<()>);

/// A running proxy. It ends, and cuts all its connections, when it is dropped.
pub struct FaultProxy {
    url: String,
    exchange: Arc<Exchange>,
    listening: Option<mpsc::UnboundedSender<Listening>>,
    thread: Option<JoinHandle<()>>,
}

impl FaultProxy {
    /// Starts a proxy on a free port of this machine, before a server of which the certificate is
    /// to be trusted. A server that speaks plain HTTP needs none, and the file is not read.
    ///
    /// # Errors
    ///
    /// When the URL or the certificate is unfit, or no port is free.
    pub fn start(upstream_url: &str, certificate: &Path) -> Result<Self> {
        let listener = StdListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let upstream = {
            let _inside = runtime.enter();
            Upstream::new(upstream_url, certificate)?
        };
        let exchange = Arc::new(Exchange::new(upstream));
        let (listening, asked) = mpsc::unbounded_channel();
        let served = exchange.clone();
        let thread = std::thread::Builder::new()
            .name("fault proxy".to_owned())
            .spawn(move || run(runtime, listener, address, served, asked))
            .context("starting the proxy's thread")?;
        Ok(Self {
            url: format!("http://{address}"),
            exchange,
            listening: Some(listening),
            thread: Some(thread),
        })
    }

    /// Where it listens, in plain HTTP.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Every request so far, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.exchange.log.all()
    }

    /// Empties the list of requests.
    pub fn forget_requests(&self) {
        self.exchange.log.forget();
    }

    /// These rules stand from now on, and no others; what they count begins anew.
    pub fn set(&self, rules: Vec<Rule>) {
        self.exchange
            .rules
            .send_replace(Arc::new(Rules::new(rules)));
    }

    /// No rules stand from now on.
    pub fn clear(&self) {
        self.set(Vec::new());
    }

    /// Runs an action once, at a moment of the n-th request from now on that fits, counted from 1.
    ///
    /// The action may block; it is for killing the client. Until it has returned no new request
    /// reaches the server. Unless the moment is [`Moment::Answered`], the connection then ends.
    pub fn kill_at(
        &self,
        matcher: Matcher,
        n: usize,
        moment: Moment,
        action: impl FnOnce() + Send + 'static,
    ) -> KillPoint {
        self.exchange.points.kill(matcher, n, moment, action)
    }

    /// Holds the n-th request from now on that fits, counted from 1, before the server sees it.
    pub fn hold_at(&self, matcher: Matcher, n: usize) -> Hold {
        self.exchange.points.hold(matcher, n)
    }

    /// The watches that run, oldest first.
    pub fn watches(&self) -> Vec<Call> {
        self.exchange.streams.calls()
    }

    /// Cuts the running watches that fit, at once, and says how many they are.
    pub fn cut_watches(&self, matcher: &Matcher, ending: Ending) -> usize {
        self.exchange.streams.tell(matcher, Order::End(ending))
    }

    /// Ends the running watches that fit with a 410 in an `ERROR` event, at once, and says how many
    /// they are.
    pub fn expire_watches(&self, matcher: &Matcher) -> usize {
        self.exchange.streams.tell(matcher, Order::Expire)
    }

    /// Lets no byte of any client pass, in either direction, without a word to anybody.
    pub fn pause_all(&self) {
        self.exchange.paused.send_replace(true);
    }

    /// Lets everything go on where it was.
    pub fn resume_all(&self) {
        self.exchange.paused.send_replace(false);
    }

    /// Resets all connections, and refuses new ones.
    pub fn go_down(&self) {
        self.listen(false);
    }

    /// Accepts connections again, on the same port.
    pub fn come_up(&self) {
        self.listen(true);
    }

    fn listen(&self, listen: bool) {
        let (done, wait) = channel();
        if let Some(listening) = &self.listening {
            // It fails only when the thread has ended; then nothing listens, and waiting ends too.
            let _ = listening.send((listen, done));
        }
        let _ = wait.recv();
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.listening = None;
        if let Some(thread) = self.thread.take() {
            // A panic of it has been shown already.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for FaultProxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("FaultProxy");
        shown.field("url", &self.url).finish_non_exhaustive()
    }
}

fn run(
    runtime: Runtime,
    listener: StdListener,
    address: SocketAddr,
    exchange: Arc<Exchange>,
    asked: mpsc::UnboundedReceiver<Listening>,
) {
    runtime.block_on(async {
        let listener = TcpListener::from_std(listener).ok();
        accept(listener, address, exchange, asked).await;
    });
    // An action that still runs is not waited for.
    runtime.shutdown_background();
}

/// Accepts connections until nobody can ask for anything any more.
async fn accept(
    mut listener: Option<TcpListener>,
    address: SocketAddr,
    exchange: Arc<Exchange>,
    mut asked: mpsc::UnboundedReceiver<Listening>,
) {
    let up = watch::Sender::new(true);
    loop {
        tokio::select! {
            asked = asked.recv() => {
                let Some((listen, done)) = asked else { return };
                up.send_replace(listen);
                listener = match listener {
                    _ if !listen => None,
                    None => TcpListener::bind(address).await.ok(),
                    listening => listening,
                };
                // Whoever waits may have lost patience.
                let _ = done.send(());
            }
            Some(stream) = next(listener.as_ref()) => {
                tokio::spawn(serve(stream, exchange.clone(), up.subscribe()));
            }
        }
    }
}

async fn next(listener: Option<&TcpListener>) -> Option<TcpStream> {
    match listener {
        Some(listener) => listener.accept().await.ok().map(|(stream, _)| stream),
        None => std::future::pending().await,
    }
}

/// Serves one connection until it ends, or the proxy goes down.
async fn serve(stream: TcpStream, exchange: Arc<Exchange>, mut up: watch::Receiver<bool>) {
    // It fails only when there is no connection any more.
    let _ = stream.set_nodelay(true);
    let line = Arc::new(Line::default());
    let wire = Wire::new(stream, line.clone(), exchange.paused.subscribe());
    let service = service_fn(|request| exchange.clone().serve(request, line.clone()));
    let mut connection = pin!(http1::Builder::new().serve_connection(wire, service));
    tokio::select! {
        _ = up.wait_for(|up| !up) => line.reset(),
        // How it ended is the client's to judge.
        _ = connection.as_mut() => {}
    }
}
