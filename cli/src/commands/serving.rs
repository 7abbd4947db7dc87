//! What is served and how: flags that the operator and a watched folder share.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::anyhow;
use clap::ValueEnum;
use gradus_operator::outputs::metrics::Exposure;
use gradus_operator::outputs::metrics::catalogue::Tier;
use gradus_operator::outputs::web::TlsFiles;
use tokio::net::TcpListener;

/// How page and metrics are served.
#[derive(Debug, clap::Args)]
pub(crate) struct Serving {
    /// The tiers of metrics, separated by commas; core is always there
    #[arg(
        long,
        value_name = "TIER",
        value_delimiter = ',',
        default_value = "core,capability",
        env = "GRADUS_METRICS_TIERS"
    )]
    metrics_tiers: Vec<Switch>,
    /// The most series about objects in a scrape; tiers that would pass it are left out whole. 0: no ceiling
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = Exposure::CEILING,
        env = "GRADUS_METRICS_CEILING"
    )]
    metrics_ceiling: u64,
    /// A certificate as PEM, with those that vouch for it: everything is served with TLS. Read again when it changes
    #[arg(
        long,
        value_name = "FILE",
        requires = "tls_key",
        env = "GRADUS_TLS_CERT"
    )]
    tls_cert: Option<PathBuf>,
    /// The private key of the certificate, as PEM
    #[arg(
        long,
        value_name = "FILE",
        requires = "tls_cert",
        env = "GRADUS_TLS_KEY"
    )]
    tls_key: Option<PathBuf>,
}

/// A tier of metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Switch {
    /// About assessments, models and waivers.
    Core,
    /// About capabilities and their evidence.
    Capability,
    /// About every evidence item and every object.
    Detail,
}

impl Serving {
    /// How much of the metrics is shown.
    pub(crate) fn exposure(&self) -> Exposure {
        let tier = |switch: &Switch| match switch {
            Switch::Core => Tier::Core,
            Switch::Capability => Tier::Capability,
            Switch::Detail => Tier::Detail,
        };
        Exposure {
            tiers: self.metrics_tiers.iter().map(tier).collect(),
            ceiling: Some(self.metrics_ceiling).filter(|ceiling| *ceiling > 0),
        }
    }

    /// The certificate, when there is one.
    pub(crate) fn tls(&self) -> Option<TlsFiles> {
        Some(TlsFiles {
            certificate: self.tls_cert.clone()?,
            key: self.tls_key.clone()?,
        })
    }

    /// The beginning of an address of what is served.
    pub(crate) fn scheme(&self) -> &'static str {
        if self.tls_cert.is_some() {
            "https"
        } else {
            "http"
        }
    }
}

/// Takes an address.
///
/// # Errors
///
/// Why it cannot be had, and what to do.
pub(crate) async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).await;
    listener.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => anyhow!(
            "{address} is taken by another program, perhaps another Gradus; stop it, or choose a free port with --listen {}:0",
            address.ip()
        ),
        ErrorKind::PermissionDenied => anyhow!(
            "{address} may not be used by this account; choose a port above 1023 with --listen"
        ),
        ErrorKind::AddrNotAvailable => anyhow!(
            "{} is no address of this machine; use 127.0.0.1, or 0.0.0.0 for all of its addresses",
            address.ip()
        ),
        _ => anyhow!("{address} cannot be listened on: {error}"),
    })
}
