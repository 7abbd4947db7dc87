//! The connection to an API server: which server, with which credentials, and the server's clock, read from the `Date` of
//! every reply.

mod server_clock;

use std::fmt;
use std::io;
use std::path::PathBuf;

use http::Response;
use kube::client::ClientBuilder;
use kube::config::{KubeConfigOptions, Kubeconfig, KubeconfigError};
use kube::{Client, Config};
use thiserror::Error;
use tower::util::MapResponseLayer;

pub(crate) use self::server_clock::ServerClock;
use crate::timing::Timing;

/// Which API server, and as whom.
#[derive(Debug, Clone, Default)]
pub struct KubeContext {
    /// A kubeconfig file; the usual places, then the pod's own account, when left out.
    pub kubeconfig: Option<PathBuf>,
    /// A context of it; the current one when left out.
    pub context: Option<String>,
}

/// An API server that can be asked.
#[derive(Clone)]
pub struct Connection {
    pub(crate) client: Client,
    pub(crate) clock: ServerClock,
    /// The namespace that the context names.
    pub namespace: String,
    /// The server's address.
    pub server: String,
}

/// Why a connection cannot be configured.
#[derive(Debug, Error)]
pub enum ConnectionError {
    /// A kubeconfig cannot be used.
    #[error("the kubeconfig cannot be used: {0}")]
    Kubeconfig(KubeconfigError),
    /// A kubeconfig has no context of that name.
    #[error("the kubeconfig has no context {wrong}; it has {}", known.join(", "))]
    Context {
        /// The name that was asked for.
        wrong: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// Neither a kubeconfig nor the service account of a pod.
    #[error(
        "no cluster is configured: there is no kubeconfig, and this is not a pod; set KUBECONFIG or --kubeconfig"
    )]
    NoCluster,
    /// The configuration cannot be made into a client.
    #[error("no client can be made of the configuration: {0}")]
    Client(kube::Error),
}

/// Configures a connection. Nothing is sent yet.
///
/// # Errors
///
/// The configuration is missing or wrong.
pub async fn connect(target: &KubeContext) -> Result<Connection, ConnectionError> {
    // Another part of the process may have chosen it already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let timing = Timing::default();
    let mut config = configuration(target).await?;
    config.connect_timeout = Some(timing.connect_timeout);
    // Every request has a deadline of its own, and is tried again where its answer is understood.
    config.default_retry = false;
    let namespace = config.default_namespace.clone();
    let server = config.cluster_url.to_string();
    let clock = ServerClock::new(&timing);
    let heard = clock.clone();
    let builder = ClientBuilder::try_from(config).map_err(ConnectionError::Client)?;
    let client = builder
        .with_layer(&MapResponseLayer::new(move |response: Response<_>| {
            heard.hear(response.headers());
            response
        }))
        .build();
    Ok(Connection {
        client,
        clock,
        namespace,
        server,
    })
}

async fn configuration(target: &KubeContext) -> Result<Config, ConnectionError> {
    let kubeconfig = match &target.kubeconfig {
        Some(file) => Kubeconfig::read_from(file),
        None => Kubeconfig::read(),
    };
    let configured = match kubeconfig {
        Ok(kubeconfig) => of_context(kubeconfig, target.context.as_ref()).await,
        Err(error) => Err(ConnectionError::Kubeconfig(error)),
    };
    let asked_for = target.kubeconfig.is_some() || target.context.is_some();
    match configured {
        Err(ConnectionError::Kubeconfig(error)) if !asked_for && names_none(&error) => {
            Config::incluster().map_err(|_| ConnectionError::NoCluster)
        }
        configured => configured,
    }
}

async fn of_context(
    kubeconfig: Kubeconfig,
    context: Option<&String>,
) -> Result<Config, ConnectionError> {
    let known = kubeconfig.contexts.iter().map(|known| known.name.clone());
    let known: Vec<String> = known.collect();
    if let Some(wrong) = context.filter(|context| !known.contains(context)) {
        let wrong = wrong.clone();
        return Err(ConnectionError::Context { wrong, known });
    }
    let options = KubeConfigOptions {
        context: context.cloned(),
        ..KubeConfigOptions::default()
    };
    let config = Config::from_custom_kubeconfig(kubeconfig, &options).await;
    config.map_err(ConnectionError::Kubeconfig)
}

/// Whether no cluster is named anywhere; one that is named wrongly is not passed over.
fn names_none(error: &KubeconfigError) -> bool {
    match error {
        KubeconfigError::CurrentContextNotSet | KubeconfigError::FindPath => true,
        KubeconfigError::ReadConfig(error, _) => error.kind() == io::ErrorKind::NotFound,
        _ => false,
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Connection")
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

impl Connection {
    /// Whether the server answers a list out of its memory, as of now, and sends it object by object: from 1.34
    /// on. Pages it would read from its store.
    pub(crate) async fn streams_lists(&self, timing: &Timing) -> bool {
        let asked =
            tokio::time::timeout(timing.request_timeout, self.client.apiserver_version()).await;
        let Ok(Ok(version)) = asked else {
            return false;
        };
        let minor: String = version
            .minor
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        version.major == "1" && minor.parse().is_ok_and(|minor: u32| minor >= 34)
    }
}
