//! A relay between a client and the API server that counts what the client reads.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use anyhow::Result;

/// A relay that runs for as long as this process.
pub(super) struct Relay {
    /// Where clients find it; the certificate that they see is the server's.
    pub(super) url: String,
    read: Arc<AtomicU64>,
}

impl Relay {
    /// Starts one in front of `https://HOST:PORT`.
    pub(super) fn start(url: &str) -> Result<Self> {
        let server = url.trim_start_matches("https://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("https://{}", listener.local_addr()?);
        let read = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&read);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // A server that is not there ends the connection.
                let Ok(server) = TcpStream::connect(&server) else {
                    continue;
                };
                let counted = Arc::clone(&counted);
                // A connection that breaks is its client's affair.
                let _ = join(client, server, counted);
            }
        });
        Ok(Self { url, read })
    }

    /// Bytes that clients have read, as they came over the wire.
    pub(super) fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }
}

fn join(client: TcpStream, server: TcpStream, read: Arc<AtomicU64>) -> Result<()> {
    let (from_client, to_client) = (client.try_clone()?, client);
    let (from_server, to_server) = (server.try_clone()?, server);
    thread::spawn(move || pass(from_client, to_server, &AtomicU64::new(0)));
    thread::spawn(move || pass(from_server, to_client, &read));
    Ok(())
}

fn pass(mut from: TcpStream, mut to: TcpStream, count: &AtomicU64) {
    let mut piece = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut piece) {
        count.fetch_add(length as u64, Ordering::Relaxed);
        if piece
            .get(..length)
            .is_none_or(|piece| to.write_all(piece).is_err())
        {
            break;
        }
    }
    // The other side may be gone already.
    let _ = to.shutdown(Shutdown::Both);
}
