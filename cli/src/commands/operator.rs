//! `gradus operator`: scores a cluster continuously, with page and metrics.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{anyhow, bail};
use clap::{ArgAction, ValueEnum};
use gradus_engine::key::Name;
use gradus_operator::connection::{Connection, ConnectionError, KubeContext, connect};
use gradus_operator::leader::Election;
use gradus_operator::modes::cluster::{ClusterOperator, ClusterOptions};
use gradus_operator::outputs::metrics::OperatorMetrics;
use gradus_operator::outputs::web::{PublishedState, ScrapeAuthorizer};
use gradus_operator::timing::Timing;
use jiff::SignedDuration;
use tokio::signal::unix::{SignalKind, signal};

use crate::exit::Exit;
use crate::listen;
use crate::serving::Serving;

/// The file with the namespace of the pod.
const OWN_NAMESPACE: &str = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";

/// Which cluster to score, and how to serve and write.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  gradus operator
  gradus operator --kubeconfig ~/.kube/config --context hospital --leader-election=false
  gradus operator --namespaces north,south --lease gradus-system/gradus

In a pod it uses the service account of the pod; elsewhere a kubeconfig. The chart has the rights that it needs. Every
replica reads, scores and serves; the one that holds the lease writes. /healthz is the liveness probe, /readyz says what
it waits for. At SIGTERM it finishes the writes in flight, releases the lease, and exits.")]
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
    /// Whether it writes the statuses of models and profiles: one installation of a cluster does. Left out: yes without
    /// --namespaces, no with it
    #[arg(long, value_name = "BOOLEAN", env = "GRADUS_CLUSTER_SCOPED_STATUSES")]
    cluster_scoped_statuses: Option<bool>,
    /// Where page, metrics and health are served: PORT or ADDRESS:PORT; port 0 is any free port
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        default_value = "127.0.0.1:8080",
        value_parser = listen::address,
        env = "GRADUS_LISTEN"
    )]
    listen: SocketAddr,
    /// Whether only one replica writes, elected by a lease
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
    /// How long the lease lasts without a renewal
    #[arg(long, value_name = "DURATION", default_value = "15s", value_parser = duration, env = "GRADUS_LEASE_DURATION")]
    lease_duration: Duration,
    /// The name of this replica; host name and process id when left out
    #[arg(long, value_name = "NAME", env = "GRADUS_IDENTITY")]
    identity: Option<String>,
    /// How often everything is listed again, besides the watches
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration, env = "GRADUS_RELIST_EVERY")]
    relist_every: Duration,
    /// How long a source may be silent before its objects count as stale
    #[arg(long, value_name = "DURATION", default_value = "90s", value_parser = duration, env = "GRADUS_SILENT_AFTER")]
    silent_after: Duration,
    /// Whether /metrics requires a token that the API server accepts, with the right to get /metrics
    #[arg(long, value_name = "BOOLEAN", default_value_t = false, action = ArgAction::Set, env = "GRADUS_METRICS_AUTHENTICATION")]
    metrics_authentication: bool,
    #[command(flatten)]
    serving: Serving,
    /// The format of the log
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "human",
        env = "GRADUS_LOG_FORMAT"
    )]
    pub(crate) log_format: LogFormat,
}

/// The format of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// Lines for people.
    Human,
    /// One JSON object a line.
    Json,
}

/// Scores the cluster until a signal stops it.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Exit> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let finished = runtime.block_on(operate(arguments));
    // Why: pages that wait for changes keep their connections open for ever.
    runtime.shutdown_background();
    finished
}

async fn operate(arguments: &Arguments) -> anyhow::Result<Exit> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let election = election(arguments)?;
    let connection = connect_to_cluster(arguments).await?;
    let listener = listen::bind(arguments.listen, "--listen").await?;
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
    let namespaces: Vec<Name> = arguments
        .namespaces
        .iter()
        .map(|name| name.trim())
        .filter(|name| !name.is_empty())
        .map(Into::into)
        .collect();
    let options = ClusterOptions {
        writes_cluster_scoped: arguments
            .cluster_scoped_statuses
            .unwrap_or(namespaces.is_empty()),
        namespaces,
        election,
        timing: Timing {
            relist_every: arguments.relist_every,
            silent_after: arguments.silent_after,
            ..Timing::default()
        },
        metrics: Arc::clone(&metrics),
    };
    let mut cluster = ClusterOperator::start(&connection, &options).await?;
    let source: Arc<dyn PublishedState> = Arc::new(cluster.feed());
    let readers = arguments
        .metrics_authentication
        .then(|| Arc::new(ScrapeAuthorizer::of(&connection)));
    let serving = &arguments.serving;
    let _servers = serving
        .start(listener, source, metrics, readers, &options.timing)
        .await?;
    tokio::select! {
        _ = terminate.recv() => tracing::info!("SIGTERM: shutting down"),
        _ = interrupt.recv() => tracing::info!("SIGINT: shutting down"),
        dead = cluster.dead() => return Err(cluster.stop_without(dead).await.into()),
    }
    cluster.stop().await;
    Ok(Exit::default())
}

async fn connect_to_cluster(arguments: &Arguments) -> anyhow::Result<Connection> {
    let target = KubeContext {
        kubeconfig: arguments.kubeconfig.clone(),
        context: arguments.context.clone(),
    };
    connect(&target).await.map_err(|error| match error {
        ConnectionError::NoCluster => {
            anyhow!("{error}; to score a folder continuously, use `gradus watch DIR`")
        }
        error => error.into(),
    })
}

fn election(arguments: &Arguments) -> anyhow::Result<Option<Election>> {
    if !arguments.leader_election {
        return Ok(None);
    }
    if arguments.lease_duration < Duration::from_secs(1) {
        bail!("--lease-duration must be at least 1s; 15s is usual");
    }
    let (namespace, name) = match arguments.lease.split_once('/') {
        Some((namespace, name)) => (namespace.to_owned(), name.to_owned()),
        None => (own_namespace(), arguments.lease.clone()),
    };
    if namespace.is_empty() || name.is_empty() {
        bail!(
            "--lease {:?} is not a lease; write NAMESPACE/NAME",
            arguments.lease
        );
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

/// A name that differs from those of all other replicas.
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
        .map_err(|_| anyhow!("{text:?} is not a duration; write 15s, 5m or 1h30m"))?;
    Duration::try_from(duration)
        .map_err(|_| anyhow!("{text:?} is negative; write 15s, 5m or 1h30m"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duration_has_a_unit_and_is_not_negative() {
        assert_eq!(duration("15s").unwrap(), Duration::from_secs(15));
        assert_eq!(duration("1h30m").unwrap(), Duration::from_mins(90));
        assert!(duration("15").is_err());
        assert!(duration("-5s").is_err());
    }

    #[test]
    fn identity_differs_between_processes_of_a_host() {
        assert!(identity().ends_with(&std::process::id().to_string()));
    }
}
