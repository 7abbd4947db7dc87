//! The real API server, as the proxy reaches it.

use std::path::Path;

use anyhow::{Context, Result};
use http::header::{CONNECTION, HOST, TRANSFER_ENCODING};
use http::uri::{Parts as UriParts, Uri};
use http::{HeaderMap, Request, Response};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client as Pool;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use kube::client::{Body, ConfigExt};
use kube::{Client, Config};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

/// A pool of connections to one server, with no credentials and no time limits of its own.
#[derive(Clone)]
pub(super) struct Upstream {
    client: Client,
    server: Uri,
}

impl Upstream {
    /// The server at a URL; the certificates in a file are the ones to trust, if it speaks TLS.
    ///
    /// # Errors
    ///
    /// When the URL is none, or the file holds no certificate.
    pub(super) fn new(url: &str, certificate: &Path) -> Result<Self> {
        let server: Uri = url.parse().with_context(|| format!("{url} is no URL"))?;
        let mut config = Config::new(server.clone());
        if server.scheme_str() == Some("https") {
            config.root_cert = Some(certificates(certificate)?);
        }
        let mut connector = HttpConnector::new();
        connector.enforce_http(false);
        connector.set_nodelay(true);
        let connector = config.rustls_https_connector_with_connector(connector)?;
        let pool = Pool::builder(TokioExecutor::new()).build::<_, Body>(connector);
        Ok(Self {
            client: Client::new(pool, config.default_namespace),
            server,
        })
    }

    /// Sends a request on, and returns how the answer begins.
    pub(super) async fn send(
        &self,
        head: http::request::Parts,
        body: Bytes,
    ) -> Result<Response<Body>> {
        let mut request = Request::from_parts(head, Body::from(body));
        *request.uri_mut() = self.target(request.uri())?;
        request.headers_mut().remove(HOST);
        remove_hop_by_hop(request.headers_mut());
        let mut response = self.client.send(request).await?;
        remove_hop_by_hop(response.headers_mut());
        Ok(response)
    }

    fn target(&self, asked: &Uri) -> Result<Uri> {
        let mut parts = UriParts::default();
        parts.scheme = self.server.scheme().cloned();
        parts.authority = self.server.authority().cloned();
        parts.path_and_query = asked.path_and_query().cloned();
        Ok(Uri::from_parts(parts)?)
    }
}

/// What is between two neighbours on the way is not passed on.
fn remove_hop_by_hop(headers: &mut HeaderMap) {
    headers.remove(CONNECTION);
    headers.remove(TRANSFER_ENCODING);
}

fn certificates(file: &Path) -> Result<Vec<Vec<u8>>> {
    let read = || -> Result<Vec<Vec<u8>>, rustls::pki_types::pem::Error> {
        CertificateDer::pem_file_iter(file)?
            .map(|certificate| Ok(certificate?.to_vec()))
            .collect()
    };
    read().with_context(|| format!("reading the certificates of {}", file.display()))
}
