//! Transport security of the listener: a certificate from two files, read again when they change.
//!
//! Why no library does: `axum-server` brings an HTTP/2 stack that nothing here serves, and its errors do not name the file
//! that is wrong. Neither it nor `tls-listener` looks at the files by itself.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, fs, io};

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use thiserror::Error;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

/// How often the files are looked at: a certificate is renewed days before its end.
const LOOK_EVERY: Duration = Duration::from_secs(2);

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

/// What shakes hands, with the certificate that is in force.
#[derive(Clone)]
pub(super) struct Tls {
    pub(super) acceptor: TlsAcceptor,
    /// What looks at the files; it ends with the last of these.
    _renewal: Arc<JoinSet<()>>,
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

    /// Takes the certificate of the files, and from then on looks whether they change.
    pub(super) fn open(self) -> Result<Tls, TlsError> {
        let read = self.read()?;
        let current = Arc::new(Current(ArcSwap::from_pointee(self.certified(&read)?)));
        let unusable = |error| TlsError::Unusable(self.certificate.clone(), error);
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(unusable)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::<Current>::clone(&current));
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let mut renewal = JoinSet::new();
        renewal.spawn(renew(self, read, current));
        Ok(Tls {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            _renewal: Arc::new(renewal),
        })
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
