//! Everything over TLS, with a certificate that is renewed while it is served.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use gradus_operator::outputs::metrics::OperatorMetrics;
use gradus_operator::outputs::web::{Scraping, TlsError, TlsFiles, router, serve};
use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;

use crate::support::{self, Published};

/// Puts a new certificate into the folder, and returns it.
fn certify(folder: &Path) -> String {
    let made = rcgen::generate_simple_self_signed(["gradus.example".to_owned()]).unwrap();
    let certificate = made.cert.pem();
    fs::write(folder.join("tls.key"), made.signing_key.serialize_pem()).unwrap();
    fs::write(folder.join("tls.crt"), &certificate).unwrap();
    certificate
}

fn files(folder: &Path) -> TlsFiles {
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
    let router = router(published, operator, Scraping::default());
    tokio::spawn(serve(listener, router, Some(files(folder))).unwrap());
    address
}

/// Gets a path, trusting one certificate only.
async fn get(address: SocketAddr, trusted: &str, path: &str) -> std::io::Result<String> {
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
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: gradus.example\r\nConnection: close\r\n\r\n");
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
    let mut silent = Vec::new();
    for _ in 0..32 {
        silent.push(TcpStream::connect(address).await.unwrap());
    }
    let answer = get(address, &certificate, "/healthz").await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn a_renewed_certificate_is_served_and_a_broken_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let first = certify(folder.path());
    let address = start(folder.path()).await;
    get(address, &first, "/healthz").await.unwrap();
    let second = certify(folder.path());
    let mut answered = get(address, &second, "/healthz").await;
    for _ in 0..600 {
        if answered.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        answered = get(address, &second, "/healthz").await;
    }
    answered.unwrap();
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
    get(address, &second, "/healthz").await.unwrap();
}

#[tokio::test]
async fn invalid_certificate_is_reported_at_once_with_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let said = async |files: TlsFiles| -> TlsError {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let operator = Arc::new(OperatorMetrics::new().unwrap());
        let published = Published::new(support::snapshot());
        let router = router(published, operator, Scraping::default());
        serve(listener, router, Some(files)).err().unwrap()
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
