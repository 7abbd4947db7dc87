//! Flags of page and metrics, for the operator and for a watched folder.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::ValueEnum;
use gradus_operator::outputs::metrics::catalogue::Tier;
use gradus_operator::outputs::metrics::{OperatorMetrics, TierPolicy};
use gradus_operator::outputs::web::{
    self, HealthServer, Hosts, PublishedState, ScrapeAuthorizer, Scraping, TlsFiles, serve_health,
};
use gradus_operator::timing::Timing;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::listen;

/// The file with the name of this machine, which is the pod's in a pod.
const HOST_NAME: &str = "/proc/sys/kernel/hostname";

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
        default_value_t = TierPolicy::CEILING,
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
    /// Also serve /healthz and /readyz here, on a thread of their own and without TLS: for the probes of a kubelet
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        value_parser = listen::address,
        env = "GRADUS_HEALTH_LISTEN"
    )]
    health_listen: Option<SocketAddr>,
    /// The names by which the page is reached, separated by commas, beside addresses, localhost and this machine's name
    #[arg(
        long,
        value_name = "NAME",
        value_delimiter = ',',
        value_parser = host_name,
        env = "GRADUS_ALLOW_HOST"
    )]
    allow_host: Vec<String>,
}

/// Parses a name in a Host header.
fn host_name(text: &str) -> Result<String, String> {
    let is_name = |character: char| character.is_ascii_alphanumeric() || "-._".contains(character);
    let text = text.trim();
    if text.is_empty() || !text.chars().all(is_name) {
        return Err(format!(
            "{text:?} is not the name of a host; write gradus.example.org, without scheme and port"
        ));
    }
    Ok(text.to_owned())
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

/// What serves, until it is dropped.
#[derive(Debug)]
pub(crate) struct Servers {
    page: JoinHandle<()>,
    _health: Option<HealthServer>,
}

impl Drop for Servers {
    fn drop(&mut self) {
        self.page.abort();
    }
}

impl Serving {
    /// Which metrics are exposed, and how many.
    fn exposure(&self) -> TierPolicy {
        let tier = |switch: &TierName| match switch {
            TierName::Core => Tier::Core,
            TierName::Capability => Tier::Capability,
            TierName::Detail => Tier::Detail,
        };
        TierPolicy {
            tiers: self.metrics_tiers.iter().map(tier).collect(),
            ceiling: Some(self.metrics_ceiling).filter(|ceiling| *ceiling > 0),
        }
    }

    /// The certificate; none without TLS.
    fn tls(&self) -> Option<TlsFiles> {
        Some(TlsFiles {
            certificate: self.tls_cert.clone()?,
            key: self.tls_key.clone()?,
        })
    }

    /// The names that the page answers to.
    fn hosts(&self) -> Hosts {
        let own = std::fs::read_to_string(HOST_NAME).unwrap_or_default();
        let own = Some(own.trim().to_owned()).filter(|own| !own.is_empty());
        Hosts::new(self.allow_host.iter().cloned().chain(own))
    }

    /// Serves page and metrics on a listener, and health on its own where that is wanted.
    pub(crate) async fn start(
        &self,
        listener: TcpListener,
        source: Arc<dyn PublishedState>,
        metrics: Arc<OperatorMetrics>,
        readers: Option<Arc<ScrapeAuthorizer>>,
        timing: &Timing,
    ) -> anyhow::Result<Servers> {
        let scraping = Scraping {
            exposure: self.exposure(),
            readers,
        };
        let health = self.serve_health(Arc::clone(&source), timing).await?;
        let router = web::router(source, metrics, scraping, self.hosts());
        let serve = web::serve(listener, router, self.tls(), timing)?;
        Ok(Servers {
            page: tokio::spawn(serve),
            _health: health,
        })
    }

    async fn serve_health(
        &self,
        source: Arc<dyn PublishedState>,
        timing: &Timing,
    ) -> anyhow::Result<Option<HealthServer>> {
        let Some(address) = self.health_listen else {
            return Ok(None);
        };
        let listener = listen::bind(address, "--health-listen").await?;
        Ok(Some(serve_health(listener.into_std()?, source, timing)?))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allowed_host_is_a_name_without_scheme_and_port() {
        assert_eq!(
            host_name(" gradus.example.org ").unwrap(),
            "gradus.example.org"
        );
        for wrong in ["", "https://gradus.example.org", "gradus:8080", "*"] {
            assert!(
                host_name(wrong).unwrap_err().contains("without scheme"),
                "{wrong}"
            );
        }
    }
}
