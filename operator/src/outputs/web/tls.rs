//! Transport security of the listener: a certificate from two files, read again when they change.
//!
//! Why no library does: `axum-server` brings an HTTP/2 stack that nothing here serves, and its errors do not name the file
//! that is wrong; `tls-listener` reports every scanner that breaks off a handshake as an error. Neither bounds how many
//! handshake at once, and neither looks at the files by itself.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, fs, io};

use arc_swap::ArcSwap;
use axum::serve::Listener;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use thiserror::Error;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How often the files are looked at: a certificate is renewed days before its end.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How long a client may take to shake hands.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// Connections that wait to be served, and those that shake hands beside them.
const WAITING: usize = 128;

/// The files of a certificate.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The certificate and those that vouch for it, as PEM.
    pub certificate: PathBuf,
    /// Its private key, as PEM.
    pub key: PathBuf,
}

/// Why a certificate cannot be used.
#[derive(Debug, Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{file} cannot be read: {error}", file = .0.display(), error = .1)]
    Unreadable(PathBuf, io::Error),
    /// A file holds something else.
    #[error("{file} holds no PEM of a {what}: {error}", file = .0.display(), what = .1, error = .2)]
    Other(PathBuf, &'static str, rustls::pki_types::pem::Error),
    /// The two do not belong together, or are of a kind that is not known.
    #[error("the certificate in {file} and its key cannot be used: {error}", file = .0.display(), error = .1)]
    Unusable(PathBuf, rustls::Error),
}

/// A listener that speaks TLS. A client that is slow to shake hands holds up no other.
pub(super) struct TlsListener {
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    address: Option<SocketAddr>,
    /// What accepts and what looks at the files; both end with the listener.
    _tasks: JoinSet<()>,
}

/// The certificate that is in force.
struct Current(ArcSwap<CertifiedKey>);

impl TlsFiles {
    /// What the files hold now, byte for byte.
    fn read(&self) -> Result<[Vec<u8>; 2], TlsError> {
        let read = |file: &PathBuf| {
            fs::read(file).map_err(|error| TlsError::Unreadable(file.clone(), error))
        };
        Ok([read(&self.certificate)?, read(&self.key)?])
    }

    fn certified(&self, [certificate, key]: &[Vec<u8>; 2]) -> Result<CertifiedKey, TlsError> {
        let other = |file: &PathBuf, what, error| TlsError::Other(file.clone(), what, error);
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificate).collect();
        let chain = chain.map_err(|error| other(&self.certificate, "certificate", error))?;
        if chain.is_empty() {
            let nothing = rustls::pki_types::pem::Error::NoItemsFound;
            return Err(other(&self.certificate, "certificate", nothing));
        }
        let key = PrivateKeyDer::from_pem_slice(key)
            .map_err(|error| other(&self.key, "private key", error))?;
        CertifiedKey::from_der(chain, key, &ring::default_provider())
            .map_err(|error| TlsError::Unusable(self.certificate.clone(), error))
    }

    /// Begins to listen with the certificate of the files.
    pub(super) fn listen(self, listener: TcpListener) -> Result<TlsListener, TlsError> {
        let read = self.read()?;
        let current = Arc::new(Current(ArcSwap::from_pointee(self.certified(&read)?)));
        let unusable = |error| TlsError::Unusable(self.certificate.clone(), error);
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(unusable)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::<Current>::clone(&current));
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let address = listener.local_addr().ok();
        let (sender, ready) = mpsc::channel(WAITING);
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(
            listener,
            TlsAcceptor::from(Arc::new(config)),
            sender,
        ));
        tasks.spawn(renew(self, read, current));
        Ok(TlsListener {
            ready,
            address,
            _tasks: tasks,
        })
    }
}

async fn accept(
    mut listener: TcpListener,
    acceptor: TlsAcceptor,
    sender: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>,
) {
    let mut greeted = JoinSet::new();
    loop {
        let (stream, address) = Listener::accept(&mut listener).await;
        while greeted.try_join_next().is_some() {}
        if greeted.len() >= WAITING {
            greeted.join_next().await;
        }
        let (acceptor, sender) = (acceptor.clone(), sender.clone());
        greeted.spawn(async move {
            let shaken = tokio::time::timeout(HANDSHAKE_TIMEOUT, acceptor.accept(stream)).await;
            if let Ok(Ok(stream)) = shaken {
                // A listener that is gone wants nobody.
                let _ = sender.send((stream, address)).await;
            }
        });
    }
}

async fn renew(files: TlsFiles, mut known: [Vec<u8>; 2], current: Arc<Current>) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        // What cannot be read, or does not belong together yet, is looked at again.
        let Ok(read) = files.read() else { continue };
        if read == known {
            continue;
        }
        match files.certified(&read) {
            Ok(certified) => {
                tracing::info!(file = %files.certificate.display(), "another certificate");
                current.0.store(Arc::new(certified));
            }
            Err(error) => tracing::warn!(%error, "the certificate before is kept"),
        }
        known = read;
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(ready) => ready,
            // What accepts never ends before the listener does.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.address
            .ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.load_full())
    }
}

impl fmt::Debug for Current {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Current")
    }
}
