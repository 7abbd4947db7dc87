//! A plain request to the API server: no runtime, no retry.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// A reply: its status code and its body.
pub(super) struct Reply {
    pub(super) code: u16,
    pub(super) body: String,
}

/// What is asked: a verb and a path, and a body with its type, which may be empty.
pub(super) struct Request<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) content_type: &'a str,
    pub(super) body: &'a str,
}

/// The certificates of a PEM file.
pub(super) fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let certificates = CertificateDer::pem_file_iter(file)?;
    Ok(certificates.collect::<Result<_, _>>()?)
}

/// Asks the server at a port, trusting its certificate.
pub(super) fn send(port: u16, certificate: &Path, token: &str, request: &Request) -> Result<Reply> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates(certificate)?);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connection = ClientConnection::new(Arc::new(config), ServerName::try_from("127.0.0.1")?)?;
    let stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let mut stream = StreamOwned::new(connection, stream);
    // HTTP/1.0: the reply comes whole, and ends with the connection.
    write!(
        stream,
        "{} {} HTTP/1.0\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nAccept: application/json\r\n\
         Content-Type: {}\r\nContent-Length: {}\r\n\r\n{}",
        request.method,
        request.path,
        request.content_type,
        request.body.len(),
        request.body
    )?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let (head, body) = text.split_once("\r\n\r\n").context("no end of headers")?;
    let code = head
        .split_whitespace()
        .nth(1)
        .context("no status")?
        .parse()?;
    Ok(Reply {
        code,
        body: body.to_owned(),
    })
}
