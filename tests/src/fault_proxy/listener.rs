//! The port, and the thread that accepts connections at it, or has them refused.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener as StdListener};
use std::pin::pin;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use anyhow::{Context, Result};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, watch};

use super::exchange::Exchange;
use super::wire::{Line, Wire};

/// Whether the port is to listen, and who waits until it is so.
type Asked = (bool, Sender<io::Result<()>>);

/// A free port of this machine. Dropped, it ends with all its connections.
pub(super) struct Listener {
    pub(super) address: SocketAddr,
    asked: Option<mpsc::UnboundedSender<Asked>>,
    thread: Option<JoinHandle<()>>,
}

impl Listener {
    pub(super) fn start(runtime: Runtime, exchange: Arc<Exchange>) -> Result<Self> {
        let socket = StdListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        socket.set_nonblocking(true)?;
        let address = socket.local_addr()?;
        let (asked, asks) = mpsc::unbounded_channel();
        let serve = move || {
            runtime.block_on(async {
                let socket = TcpListener::from_std(socket).ok();
                accept(socket, address, exchange, asks).await;
            });
            // An action that still runs is not waited for.
            runtime.shutdown_background();
        };
        let thread = std::thread::Builder::new().name("fault proxy".to_owned());
        let thread = thread.spawn(serve).context("starting a thread")?;
        Ok(Self {
            address,
            asked: Some(asked),
            thread: Some(thread),
        })
    }

    /// Listens from now on, or has connections refused and those there are reset.
    pub(super) fn listen(&self, listen: bool) -> Result<()> {
        let (done, wait) = channel();
        let asked = self.asked.as_ref().context("the listener has ended")?;
        asked.send((listen, done))?;
        Ok(wait.recv()??)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.asked = None;
        if let Some(thread) = self.thread.take() {
            // A panic of it has been shown already.
            let _ = thread.join();
        }
    }
}

/// Accepts connections until nobody can ask for anything any more.
async fn accept(
    mut listener: Option<TcpListener>,
    address: SocketAddr,
    exchange: Arc<Exchange>,
    mut asks: mpsc::UnboundedReceiver<Asked>,
) {
    let up = watch::Sender::new(true);
    loop {
        tokio::select! {
            asked = asks.recv() => {
                let Some((listen, done)) = asked else { return };
                let outcome = if !listen {
                    listener = None;
                    Ok(())
                } else if listener.is_some() {
                    Ok(())
                } else {
                    TcpListener::bind(address).await.map(|bound| listener = Some(bound))
                };
                up.send_replace(listener.is_some());
                // Whoever waits may have lost patience.
                let _ = done.send(outcome);
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

/// Serves one connection until it ends, or the port is to listen no more.
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
