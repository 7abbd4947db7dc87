//! Flags of page and metrics, for the operator and for a watched folder.

use std::path::PathBuf;

use clap::ValueEnum;
use gradus_operator::outputs::metrics::Exposure;
use gradus_operator::outputs::metrics::catalogue::Tier;
use gradus_operator::outputs::web::TlsFiles;

/// How the page and the metrics are served.
#[derive(Debug, clap::Args)]
pub(crate) struct Serving {
    /// The tiers of metrics, separated by commas; core is always on
    #[arg(
        long,
        value_name = "TIER",
        value_delimiter = ',',
        default_value = "core,capability",
        env = "GRADUS_METRICS_TIERS"
    )]
    metrics_tiers: Vec<TierName>,
    /// Series about objects that a scrape has at most; tiers beyond it are left out whole. 0: no limit
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = Exposure::CEILING,
        value_parser = ceiling,
        allow_negative_numbers = true,
        env = "GRADUS_METRICS_CEILING"
    )]
    metrics_ceiling: u64,
    /// The certificate chain, as PEM: everything is served with TLS. Reloaded when it changes
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

/// Parses the ceiling.
fn ceiling(text: &str) -> Result<u64, String> {
    text.parse()
        .map_err(|_| "write a whole number; 0 is no limit".to_owned())
}

/// A tier of metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TierName {
    /// About assessments, models and waivers.
    Core,
    /// About capabilities and their evidence.
    Capability,
    /// About every evidence item and every object.
    Detail,
}

impl Serving {
    /// Which metrics are exposed, and how many.
    pub(crate) fn exposure(&self) -> Exposure {
        let tier = |switch: &TierName| match switch {
            TierName::Core => Tier::Core,
            TierName::Capability => Tier::Capability,
            TierName::Detail => Tier::Detail,
        };
        Exposure {
            tiers: self.metrics_tiers.iter().map(tier).collect(),
            ceiling: Some(self.metrics_ceiling).filter(|ceiling| *ceiling > 0),
        }
    }

    /// The certificate; none without TLS.
    pub(crate) fn tls(&self) -> Option<TlsFiles> {
        Some(TlsFiles {
            certificate: self.tls_cert.clone()?,
            key: self.tls_key.clone()?,
        })
    }

    /// The scheme of the URL of the page.
    pub(crate) fn scheme(&self) -> &'static str {
        if self.tls_cert.is_some() {
            "https"
        } else {
            "http"
        }
    }
}
