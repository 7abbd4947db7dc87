//! A proxy between a client and the API server that injects faults.
//!
//! ```text
//! client ─▶ wire ─▶ exchange ─▶ fault ─▶ upstream ─▶ API server
//!             ▲        │ points    │ rules
//!             │        │ log       ▼
//!             └─ answer ◀──────── stream (one WatchStream per watch)
//! ```
//!
//! Without rules it passes everything on as it comes, credentials too, and writes each request
//! down. [`Rule`]s say which [`Fault`]s strike which requests, events and watches; a [`KillPoint`]
//! runs an action at a moment of one request, a [`Hold`] keeps one request back.

mod answer;
mod call;
mod exchange;
mod fault;
mod list;
mod listener;
mod log;
mod point;
mod refusal;
mod rule;
mod stream;
mod upstream;
mod watch_stream;
mod wire;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Result, ensure};
use tokio::runtime::Builder;

pub use call::{Call, Change, Matcher, Verb};
pub use log::Request;
pub use point::{Hold, KillPoint, Moment};
pub use refusal::Refusal;
pub use rule::{Ending, Fault, Rule};

use exchange::Exchange;
use listener::Listener;
use rule::Rules;
use stream::Order;
use upstream::Upstream;

/// A running proxy. It ends, and cuts all its connections, when it is dropped.
pub struct FaultProxy {
    url: String,
    exchange: Arc<Exchange>,
    listener: Listener,
}

impl FaultProxy {
    /// Starts a proxy on a free port of this machine, before a server of which the certificate is
    /// to be trusted. A server that speaks plain HTTP needs none, and the file is not read.
    ///
    /// # Errors
    ///
    /// When the URL or the certificate is unfit, or no port is free.
    pub fn start(upstream_url: &str, certificate: &Path) -> Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let upstream = {
            let _inside = runtime.enter();
            Upstream::new(upstream_url, certificate)?
        };
        let exchange = Arc::new(Exchange::new(upstream));
        let listener = Listener::start(runtime, exchange.clone())?;
        Ok(Self {
            url: format!("http://{}", listener.address),
            exchange,
            listener,
        })
    }

    /// Where it listens, in plain HTTP. kubectl shows no token to such a server; kube does.
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

    /// Whether each of the rules that stand has struck.
    pub fn has_struck(&self) -> bool {
        self.exchange.rules.borrow().never_struck().is_empty()
    }

    /// No rules stand from now on, each of which has struck: a test under a fault that strikes nothing shows nothing.
    ///
    /// # Errors
    ///
    /// When one has not.
    pub fn clear_struck(&self) -> Result<()> {
        let idle = self.exchange.rules.borrow().never_struck();
        self.clear();
        ensure!(idle.is_empty(), "never struck: {idle:?}");
        Ok(())
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

    /// Resets all connections, and has new ones refused.
    ///
    /// # Errors
    ///
    /// When its thread has panicked.
    pub fn go_down(&self) -> Result<()> {
        self.listener.listen(false)
    }

    /// Accepts connections again, on the same port.
    ///
    /// # Errors
    ///
    /// When somebody has taken the port meanwhile.
    pub fn come_up(&self) -> Result<()> {
        self.listener.listen(true)
    }
}

impl fmt::Debug for FaultProxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("FaultProxy");
        shown.field("url", &self.url).finish_non_exhaustive()
    }
}
