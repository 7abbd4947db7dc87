//! Everything over TLS, with a certificate that is renewed while it is served.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use gradus_operator::outputs::metrics::OperatorMetrics;
use gradus_operator::outputs::web::{Hosts, Scraping, TlsError, TlsFiles, router, serve};
use gradus_operator::timing::Timing;
use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;

use crate::support::{self, Published};

/// Puts a new certificate into the folder, and returns it.
pub(super) fn certify(folder: &Path) -> String {
    let made = rcgen::generate_simple_self_signed(["gradus.example".to_owned()]).unwrap();
    let certificate = made.cert.pem();
    fs::write(folder.join("tls.key"), made.signing_key.serialize_pem()).unwrap();
    fs::write(folder.join("tls.crt"), &certificate).unwrap();
    certificate
}

pub(super) fn files(folder: &Path) -> TlsFiles {
    TlsFiles {
        certificate: folder.join("tls.crt"),
        key: folder.join("tls.key"),
    }
}

async fn start(folder: &Path) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let operator = Arc::new(OperatorMetrics::new().unwrap());
    let published = Published::new(support::snapshot());
    let hosts = Hosts::new(["gradus.example".to_owned()]);
    let router = router(published, operator, Scraping::default(), hosts);
    let tls = Some(files(folder));
    tokio::spawn(serve(listener, router, tls, &Timing::default()).unwrap());
    address
}

/// Gets a path, trusting one certificate only.
async fn get(address: SocketAddr, trusted: &str, path: &str) -> std::io::Result<String> {
    get_by(address, trusted, "gradus.example", path).await
}

/// The same from a host of this name.
pub(super) async fn get_by(
    address: SocketAddr,
    trusted: &str,
    host: &str,
    path: &str,
) -> std::io::Result<String> {
    let mut roots = rustls::RootCertStore::empty();
    let trusted = CertificateDer::from_pem_slice(trusted.as_bytes()).unwrap();
    roots.add(trusted).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("gradus.example").unwrap();
    let stream = TcpStream::connect(address).await?;
    let connector = TlsConnector::from(Arc::new(config));
    let mut stream = connector.connect(name, stream).await?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[tokio::test]
async fn page_health_and_metrics_are_served_with_tls_and_nothing_without() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = certify(folder.path());
    let address = start(folder.path()).await;
    for (path, part) in [
        ("/metrics", "gradus_leader 1\n"),
        ("/healthz", "\r\nok\n"),
        ("/", "<html"),
    ] {
        let answer = get(address, &certificate, path).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains(part), "{answer}");
    }
    let mut plain = TcpStream::connect(address).await.unwrap();
    plain
        .write_all(b"GET /metrics HTTP/1.0\r\n\r\n")
        .await
        .unwrap();
    let mut answer = Vec::new();
    // It may be cut off, or told in TLS that this is none.
    let _ = plain.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
}

#[tokio::test]
async fn client_without_a_handshake_blocks_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = certify(folder.path());
    let address = start(folder.path()).await;
    // More than there is room for.
    let mut silent = Vec::new();
    for _ in 0..256 {
        silent.push(TcpStream::connect(address).await.unwrap());
    }
    // Before those that were there first are closed for their time.
    let within = Timing::default().head_timeout / 2;
    let asked = get(address, &certificate, "/healthz");
    let answer = tokio::time::timeout(within, asked).await.unwrap().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn a_renewed_certificate_is_served_and_a_broken_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let first = certify(folder.path());
    let address = start(folder.path()).await;
    get(address, &first, "/healthz").await.unwrap();
    let second = certify(folder.path());
    eventually(address, &second).await;
    assert!(
        get(address, &first, "/healthz").await.is_err(),
        "the one before is no longer shown"
    );
    fs::write(folder.path().join("tls.crt"), "no certificate").unwrap();
    let third = rcgen::generate_simple_self_signed(["gradus.example".to_owned()]).unwrap();
    fs::write(
        folder.path().join("tls.key"),
        third.signing_key.serialize_pem(),
    )
    .unwrap();
    // Long enough for the files to be looked at twice.
    for _ in 0..50 {
        get(address, &second, "/healthz").await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let fourth = certify(folder.path());
    eventually(address, &fourth).await;
}

/// Waits until a certificate is served.
async fn eventually(address: SocketAddr, certificate: &str) {
    for _ in 0..600 {
        if get(address, certificate, "/healthz").await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the certificate is not served");
}

#[tokio::test]
async fn invalid_certificate_is_reported_at_once_with_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let said = async |files: TlsFiles| -> TlsError {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let operator = Arc::new(OperatorMetrics::new().unwrap());
        let published = Published::new(support::snapshot());
        let router = router(published, operator, Scraping::default(), Hosts::default());
        serve(listener, router, Some(files), &Timing::default())
            .err()
            .unwrap()
    };
    let missing = said(files(folder.path())).await;
    assert!(matches!(missing, TlsError::Unreadable(..)), "{missing}");
    assert!(missing.to_string().contains("tls.crt"), "{missing}");
    certify(folder.path());
    let swapped = TlsFiles {
        certificate: folder.path().join("tls.key"),
        key: folder.path().join("tls.crt"),
    };
    let swapped = said(swapped).await;
    assert!(swapped.to_string().contains("tls.key"), "{swapped}");
    let key = fs::read(folder.path().join("tls.key")).unwrap();
    certify(folder.path());
    fs::write(folder.path().join("tls.key"), key).unwrap();
    let other = said(files(folder.path())).await;
    assert!(matches!(other, TlsError::Unusable(..)), "{other}");
}
