//! `gradus operator`: a cluster, scored live, with its page and its metrics.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use clap::{ArgAction, ValueEnum};
use gradus_operator::connection::{Target, connect};
use gradus_operator::leader::Election;
use gradus_operator::modes::cluster::{Cluster, ClusterOptions};
use gradus_operator::outputs::metrics::OperatorMetrics;
use gradus_operator::outputs::web::{self, Readers, Scraping, Source};
use jiff::SignedDuration;
use tokio::signal::unix::{SignalKind, signal};

use super::serving::{Serving, listen};
use crate::edge::Edge;
use crate::finish::Finish;

/// The file that tells a pod its namespace.
const OWN_NAMESPACE: &str = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";

/// What to operate.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  gradus operator
  gradus operator --kubeconfig ~/.kube/config --context hospital --leader-election=false
  gradus operator --namespaces north,south --lease gradus-system/gradus

In a pod it uses the pod's account; elsewhere a kubeconfig. What the account needs is in the chart. Every replica
reads, scores and serves; the one that holds the lease writes. /healthz says whether it lives, /readyz what it waits
for. It ends at SIGTERM, after the answers to what it began to write, and gives the lease back.")]
pub(crate) struct Arguments {
    /// The kubeconfig; KUBECONFIG or the usual place, then the pod's account, when left out
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// The context of the kubeconfig; the current one when left out
    #[arg(long, value_name = "NAME", env = "GRADUS_CONTEXT")]
    context: Option<String>,
    /// Only these namespaces, separated by commas; all of them when left out
    #[arg(
        long,
        value_name = "NAMESPACE",
        value_delimiter = ',',
        env = "GRADUS_NAMESPACES"
    )]
    namespaces: Vec<String>,
    /// Where page, metrics and health are served; port 0 takes a free one
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        default_value = "127.0.0.1:8080",
        env = "GRADUS_LISTEN"
    )]
    listen: SocketAddr,
    /// Whether replicas agree on one that writes
    #[arg(long, value_name = "BOOLEAN", default_value_t = true, action = ArgAction::Set, env = "GRADUS_LEADER_ELECTION")]
    leader_election: bool,
    /// The lease, as NAMESPACE/NAME; NAME alone is in the pod's own namespace
    #[arg(
        long,
        value_name = "NAMESPACE/NAME",
        default_value = "gradus",
        env = "GRADUS_LEASE"
    )]
    lease: String,
    /// How long a leader that says nothing keeps the lease
    #[arg(long, value_name = "DURATION", default_value = "15s", value_parser = duration, env = "GRADUS_LEASE_DURATION")]
    lease_duration: Duration,
    /// This replica's name; the host's and the process's when left out
    #[arg(long, value_name = "NAME", env = "GRADUS_IDENTITY")]
    identity: Option<String>,
    /// How often everything is listed again, whatever the watches say
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration, env = "GRADUS_RELIST_EVERY")]
    relist_every: Duration,
    /// How long a source may be silent before what it showed counts as stale
    #[arg(long, value_name = "DURATION", default_value = "90s", value_parser = duration, env = "GRADUS_SILENT_AFTER")]
    silent_after: Duration,
    /// Whether /metrics asks the API server who may read it: a TokenReview, then whether they may get /metrics
    #[arg(long, value_name = "BOOLEAN", default_value_t = false, action = ArgAction::Set, env = "GRADUS_METRICS_AUTHENTICATION")]
    metrics_authentication: bool,
    #[command(flatten)]
    serving: Serving,
    /// How the log is written
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "human",
        env = "GRADUS_LOG_FORMAT"
    )]
    pub(crate) log_format: LogFormat,
}

/// How a log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// Lines for people.
    Human,
    /// One JSON object a line.
    Json,
}

/// Operates until it is told to stop.
pub(crate) fn run(arguments: &Arguments, _edge: &mut Edge<'_>) -> anyhow::Result<Finish> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let finished = runtime.block_on(operate(arguments));
    // Pages that stay open to hear of changes never end by themselves.
    runtime.shutdown_background();
    finished
}

async fn operate(arguments: &Arguments) -> anyhow::Result<Finish> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let election = election(arguments)?;
    let connection = connect(&Target {
        kubeconfig: arguments.kubeconfig.clone(),
        context: arguments.context.clone(),
    })
    .await?;
    let listener = listen(arguments.listen).await?;
    let listening = listener.local_addr()?.to_string();
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        listening,
        server = connection.server,
        namespaces = arguments.namespaces.join(","),
        identity = election.as_ref().map(|election| election.identity.as_str()),
        "gradus operator"
    );
    let metrics = Arc::new(OperatorMetrics::new()?);
    let options = ClusterOptions {
        namespaces: arguments
            .namespaces
            .iter()
            .map(|name| name.trim())
            .filter(|name| !name.is_empty())
            .map(Into::into)
            .collect(),
        election,
        relist_every: arguments.relist_every,
        silent_after: arguments.silent_after,
        metrics: Arc::clone(&metrics),
    };
    let cluster = Cluster::start(&connection, options).await?;
    let source: Arc<dyn Source> = Arc::new(cluster.feed());
    let scraping = Scraping {
        exposure: arguments.serving.exposure(),
        readers: arguments
            .metrics_authentication
            .then(|| Arc::new(Readers::of(&connection))),
    };
    let router = web::router(source, metrics, scraping);
    let server = tokio::spawn(web::serve(listener, router, arguments.serving.tls())?);
    tokio::select! {
        _ = terminate.recv() => tracing::info!("told to end"),
        _ = interrupt.recv() => tracing::info!("interrupted"),
    }
    cluster.stop().await;
    server.abort();
    Ok(Finish::default())
}

fn election(arguments: &Arguments) -> anyhow::Result<Option<Election>> {
    if !arguments.leader_election {
        return Ok(None);
    }
    if arguments.lease_duration < Duration::from_secs(1) {
        bail!("a lease lasts at least 1s; --lease-duration 15s is usual");
    }
    let (namespace, name) = match arguments.lease.split_once('/') {
        Some((namespace, name)) => (namespace.to_owned(), name.to_owned()),
        None => (own_namespace(), arguments.lease.clone()),
    };
    if namespace.is_empty() || name.is_empty() {
        bail!("{:?} names no lease; write NAMESPACE/NAME", arguments.lease);
    }
    Ok(Some(Election {
        namespace,
        name,
        identity: arguments.identity.clone().unwrap_or_else(identity),
        duration: arguments.lease_duration,
    }))
}

/// The namespace of the pod, or where the chart is usually installed.
fn own_namespace() -> String {
    std::fs::read_to_string(OWN_NAMESPACE).map_or_else(
        |_| "gradus-system".to_owned(),
        |text| text.trim().to_owned(),
    )
}

/// A name that no other replica has.
fn identity() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host = if host.trim().is_empty() {
        "gradus"
    } else {
        host.trim()
    };
    format!("{host}-{}", std::process::id())
}

fn duration(text: &str) -> anyhow::Result<Duration> {
    let duration: SignedDuration = text
        .parse()
        .map_err(|_| anyhow!("{text:?} is no duration; write 15s, 5m or 1h30m"))?;
    Duration::try_from(duration).context("a duration is positive")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_written_as_people_do() {
        assert_eq!(duration("15s").unwrap(), Duration::from_secs(15));
        assert_eq!(duration("1h30m").unwrap(), Duration::from_mins(90));
        assert!(duration("15").is_err());
        assert!(duration("-5s").is_err());
    }

    #[test]
    fn two_processes_of_a_host_have_two_names() {
        assert!(identity().ends_with(&std::process::id().to_string()));
    }
}
