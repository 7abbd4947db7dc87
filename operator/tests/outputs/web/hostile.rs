//! Clients that ask for nothing, for half of something, or for more than there is room for.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use gradus_operator::outputs::metrics::OperatorMetrics;
use gradus_operator::outputs::web::{
    HealthServer, Hosts, PublishedState, Scraping, TlsFiles, router, serve, serve_health,
};
use gradus_operator::timing::Timing;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::tls::certify;
use crate::support::{self, Published};

/// Hostile connections of each test.
const HOSTILE: usize = 1000;

fn served() -> (Arc<dyn PublishedState>, Router) {
    let published: Arc<dyn PublishedState> = Published::new(support::snapshot());
    let operator = Arc::new(OperatorMetrics::new().unwrap());
    let source = Arc::clone(&published);
    let router = router(source, operator, Scraping::default(), Hosts::default());
    (published, router)
}

/// Short times, in the same order as the real ones.
fn timing() -> Timing {
    Timing {
        head_timeout: Duration::from_millis(500),
        send_timeout: Duration::from_secs(1),
        ..Timing::default()
    }
}

async fn start(router: Router, tls: Option<TlsFiles>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, router, tls, &timing()).unwrap());
    address
}

fn start_health(source: Arc<dyn PublishedState>) -> (SocketAddr, HealthServer) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let server = serve_health(listener, source, &timing()).unwrap();
    (address, server)
}

/// Opens connections that say this and then nothing.
async fn hold(address: SocketAddr, said: &str) -> Vec<TcpStream> {
    let mut held = Vec::new();
    for _ in 0..HOSTILE {
        let mut stream = TcpStream::connect(address).await.unwrap();
        // The server may have closed it already.
        let _ = stream.write_all(said.as_bytes()).await;
        held.push(stream);
    }
    held
}

/// How many of them the server has not closed; what it sent before is passed over.
async fn open(held: &mut [TcpStream]) -> usize {
    let mut open = 0;
    for stream in held {
        let drained = async {
            let mut answer = [0; 4096];
            while stream.read(&mut answer).await.is_ok_and(|read| read > 0) {}
        };
        let drained = tokio::time::timeout(Duration::from_millis(1), drained).await;
        open += usize::from(drained.is_err());
    }
    open
}

async fn ask(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    // A refusal may be followed by a reset.
    let _ = stream.read_to_string(&mut answer).await;
    answer
}

async fn get(address: SocketAddr, path: &str) -> String {
    let host = "Host: 127.0.0.1\r\nConnection: close\r\n\r\n";
    ask(address, &format!("GET {path} HTTP/1.1\r\n{host}")).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_ask_for_nothing_are_closed_and_hold_up_nobody() {
    for said in [
        "",
        "G",
        "GET / HTTP/1.1\r\nX: ",
        "GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9999\r\n\r\n",
    ] {
        let (source, router) = served();
        let address = start(router, None).await;
        let (health, _server) = start_health(source);
        let mut held = hold(address, said).await;
        held.extend(hold(health, said).await);
        let answer = get(address, "/readyz").await;
        assert!(answer.ends_with("\r\n\r\nok\n"), "{said:?}: {answer}");
        let answer = get(health, "/readyz").await;
        assert!(answer.ends_with("\r\n\r\nok\n"), "{said:?}: {answer}");
        tokio::time::sleep(timing().head_timeout * 3).await;
        let open = open(&mut held).await;
        assert!(open <= 64, "{said:?}: {open} are open");
    }
}

/// A server that closes nothing for its time while a test looks.
async fn start_patient() -> SocketAddr {
    let (_, router) = served();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let patient = Timing {
        head_timeout: Duration::from_hours(1),
        ..Timing::default()
    };
    tokio::spawn(serve(listener, router, None, &patient).unwrap());
    address
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_connections_than_there_is_room_for_are_not_kept_open() {
    let address = start_patient().await;
    let mut held = hold(address, "GET / HTTP/1.1\r\nX: ").await;
    let answer = get(address, "/readyz").await;
    assert!(answer.ends_with("\r\n\r\nok\n"), "{answer}");
    let open = open(&mut held).await;
    assert!(open <= 128, "{open} are open");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_answered_stay_while_idle_ones_give_way() {
    let address = start_patient().await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let wanted = "GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    stream.write_all(wanted.as_bytes()).await.unwrap();
    let mut answer = [0; 4096];
    assert!(stream.read(&mut answer).await.unwrap() > 0);
    let _held = hold(address, "").await;
    let mut streams = [stream];
    assert_eq!(open(&mut streams).await, 1, "the stream goes on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reader_that_takes_nothing_is_left() {
    let (_, router) = served();
    let address = start(router, None).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let wanted = "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".repeat(2000);
    // The server stops to read as soon as nobody takes its answers.
    let _ = tokio::time::timeout(
        timing().send_timeout / 2,
        stream.write_all(wanted.as_bytes()),
    )
    .await;
    tokio::time::sleep(timing().send_timeout * 3).await;
    let mut rest = vec![0; 1 << 20];
    let mut taken = 0_usize;
    let ended = async {
        while let Ok(read) = stream.read(&mut rest).await {
            if read == 0 {
                break;
            }
            taken += read;
        }
    };
    let ended = tokio::time::timeout(Duration::from_secs(10), ended).await;
    assert!(ended.is_ok(), "the connection is closed");
    let one = get(address, "/metrics").await.len();
    assert!(taken < one * 2000, "{taken} bytes were taken");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_do_not_shake_hands_are_closed_and_hold_up_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = certify(folder.path());
    let (_, router) = served();
    let address = start(router, Some(super::tls::files(folder.path()))).await;
    let mut held = hold(address, "\x16\x03\x01").await;
    let asked = "/assets/nothing.css";
    let answer = super::tls::get_by(address, &certificate, "127.0.0.1", asked).await;
    let answer = answer.unwrap();
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    tokio::time::sleep(timing().head_timeout * 3).await;
    assert!(open(&mut held).await <= 64);
}

#[tokio::test]
async fn path_and_headers_that_nothing_needs_are_refused_at_once() {
    let (_, router) = served();
    let address = start(router, None).await;
    for (length, expected) in [
        (2_000, "HTTP/1.1 404"),
        (3_000, "HTTP/1.1 414"),
        (15_000, "HTTP/1.1 414"),
        (60_000, "HTTP/1.1 431"),
    ] {
        let answer = get(address, &format!("/{}", "a".repeat(length))).await;
        assert!(answer.starts_with(expected), "{length}: {answer:.60}");
    }
    let header = format!("X: {}\r\n", "x".repeat(20_000));
    let answer = ask(address, &format!("GET / HTTP/1.1\r\n{header}\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer:.60}");
    let many = "X: y\r\n".repeat(200);
    let answer = ask(address, &format!("GET / HTTP/1.1\r\n{many}\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer:.60}");
}

#[tokio::test]
async fn name_of_a_stranger_and_page_of_another_site_get_nothing() {
    let (_, router) = served();
    let address = start(router, None).await;
    for path in ["/", "/metrics", "/events", "/readyz", "/assets/x.css"] {
        let foreign = format!("GET {path} HTTP/1.1\r\nHost: evil.example\r\n\r\n");
        let answer = ask(address, &foreign).await;
        assert!(answer.starts_with("HTTP/1.1 421"), "{path}: {answer}");
        assert!(answer.contains("--allow-host"), "{answer}");
        let host = "Host: 127.0.0.1\r\nSec-Fetch-Site: cross-site\r\n\r\n";
        let answer = ask(address, &format!("GET {path} HTTP/1.1\r\n{host}")).await;
        assert!(answer.starts_with("HTTP/1.1 403"), "{path}: {answer}");
    }
}
