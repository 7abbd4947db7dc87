//! A real control plane: etcd and kube-apiserver, and kube-controller-manager where a test needs it, on free
//! ports and in a temporary folder.
//!
//! It has RBAC, an audit log, and a token for any identity. There is no scheduler and no node: a pod stays
//! pending. Nothing of it is left when the test process ends, however it ends.

mod audit;
mod client;
mod flags;
mod identities;
mod load;
mod objects;
mod request;
mod storage;
mod tools;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Result, anyhow};

use crate::running::folder::Folder;
use crate::running::http;
use crate::running::server::{Server, free_port};
use identities::Identities;

pub use audit::AuditEntry;
pub use load::documents;
pub use storage::Snapshot;
pub use tools::tools;

/// Names in the folder.
const AUDIT: &str = "audit.log";
const DATA: &str = "etcd";
const POLICY: &str = "audit-policy.json";
const WEBHOOK: &str = "identities.json";
const CERTIFICATE: &str = "certificates/apiserver.crt";

/// What a test may want otherwise.
#[derive(Debug, Default, Clone)]
pub struct Options {
    /// Whether kube-controller-manager runs. Without it no namespace ends, nothing owned is collected, no
    /// ClusterRole is aggregated, no `default` ServiceAccount is made and no Deployment has pods.
    pub controller_manager: bool,
    /// More flags for kube-apiserver; a flag given twice counts as said here.
    pub flags: Vec<String>,
}

/// A control plane that runs. Dropped, it is gone.
#[derive(Debug)]
pub struct ControlPlane {
    // Dropped in this order: the folder last.
    controller_manager: Option<Server>,
    api_server: Server,
    etcd: Server,
    port: u16,
    etcd_port: u16,
    admin_token: String,
    admin_kubeconfig: PathBuf,
    certificate: PathBuf,
    identities: Identities,
    folder: Folder,
}

impl ControlPlane {
    /// Starts one, and waits until it is ready: some seconds.
    ///
    /// # Errors
    ///
    /// When a server does not start; the end of its log is in the error.
    pub fn start() -> Result<Self> {
        Self::start_with(&Options::default())
    }

    /// Starts one as the options say.
    ///
    /// # Errors
    ///
    /// When a server does not start; the end of its log is in the error.
    pub fn start_with(options: &Options) -> Result<Self> {
        let mut attempts = 3;
        loop {
            attempts -= 1;
            match Self::attempt(options) {
                // Somebody else took the port since we looked.
                Err(error) if attempts > 0 && error.to_string().contains(TAKEN) => {}
                outcome => return outcome,
            }
        }
    }

    /// The one that the tests of this process share, started at its first use. What they do in it must stay
    /// in namespaces of their own.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub fn shared() -> Result<&'static Self> {
        static SHARED: OnceLock<Result<ControlPlane, String>> = OnceLock::new();
        let shared = SHARED.get_or_init(|| Self::start().map_err(|error| format!("{error:#}")));
        shared.as_ref().map_err(|error| anyhow!("{error}"))
    }

    fn attempt(options: &Options) -> Result<Self> {
        let tools = tools()?;
        let folder = Folder::new()?;
        let path = folder.path();
        let identities = Identities::start()?;
        fs::write(path.join(WEBHOOK), identities.webhook().to_string())?;
        fs::write(path.join(POLICY), flags::audit_policy().to_string())?;
        let (etcd_port, port) = (free_port()?, free_port()?);
        let etcd = flags::etcd(path, etcd_port);
        let api_server = flags::api_server(path, port, etcd_port, &options.flags);
        let mut control_plane = Self {
            controller_manager: None,
            api_server: Server::new(tools.join("kube-apiserver"), api_server, path),
            etcd: Server::new(tools.join("etcd"), etcd, path),
            port,
            etcd_port,
            admin_token: identities.token("admin", &["system:masters"])?,
            admin_kubeconfig: PathBuf::new(),
            certificate: path.join(CERTIFICATE),
            identities,
            folder,
        };
        control_plane.admin_kubeconfig = control_plane.kubeconfig(&control_plane.admin_token)?;
        // The API server waits for etcd by itself.
        control_plane.etcd.start()?;
        control_plane.start_api_server()?;
        if options.controller_manager {
            let flags = flags::controller_manager(&control_plane.admin_kubeconfig);
            let path = control_plane.folder.path();
            let server = Server::new(tools.join("kube-controller-manager"), flags, path);
            server.start()?;
            control_plane.controller_manager = Some(server);
        }
        Ok(control_plane)
    }

    /// Where the API server is: `https://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }

    /// What a client must trust: the API server's own certificate.
    pub fn certificate(&self) -> &Path {
        &self.certificate
    }

    /// The token of who may do everything.
    pub fn admin_token(&self) -> &str {
        &self.admin_token
    }

    /// The token of a user in groups. Nobody needs to be known before.
    ///
    /// # Errors
    ///
    /// When a name holds spaces, a `|` or other than ASCII.
    pub fn token(&self, user: &str, groups: &[&str]) -> Result<String> {
        self.identities.token(user, groups)
    }

    /// What was asked so far and has been answered, in order.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub fn audit(&self) -> Result<Vec<AuditEntry>> {
        let log = fs::read_to_string(self.folder.path().join(AUDIT))?;
        Ok(log.lines().filter_map(AuditEntry::read).collect())
    }

    /// Starts the API server again, on the same port, and waits until it is ready.
    ///
    /// # Errors
    ///
    /// When it runs already, or does not start.
    pub fn start_api_server(&self) -> Result<()> {
        self.api_server.start()?;
        self.wait_ready()
    }

    /// Asks the API server to end, and waits until it has.
    ///
    /// # Errors
    ///
    /// When it does not run, or does not end.
    pub fn stop_api_server(&self) -> Result<()> {
        self.api_server.stop()
    }

    /// Ends the API server without a chance to tidy up.
    ///
    /// # Errors
    ///
    /// When it does not run.
    pub fn kill_api_server(&self) -> Result<()> {
        self.api_server.kill()
    }

    /// Stops the API server, starts it again, and waits until it is ready.
    ///
    /// # Errors
    ///
    /// When it does not end, or does not start.
    pub fn restart_api_server(&self) -> Result<()> {
        self.stop_api_server()?;
        self.start_api_server()
    }

    /// Starts etcd again, on the same port and data, and waits until it answers. The API server finds it
    /// by itself, later the longer it was away: [`Self::wait_ready`].
    ///
    /// # Errors
    ///
    /// When it runs already, or does not start.
    pub fn start_etcd(&self) -> Result<()> {
        let health = format!("http://127.0.0.1:{}/health", self.etcd_port);
        self.etcd.start()?;
        self.etcd
            .wait_until(|| http::get(&health).is_ok_and(|reply| reply.status == 200))
    }

    /// Asks etcd to end, and waits until it has: seconds, while the API server watches it. Without etcd the
    /// API server answers some reads from memory, and lets writes wait for half a minute before it fails them.
    ///
    /// # Errors
    ///
    /// When it does not run, or does not end.
    pub fn stop_etcd(&self) -> Result<()> {
        self.etcd.stop()
    }

    /// Ends etcd without a chance to tidy up.
    ///
    /// # Errors
    ///
    /// When it does not run.
    pub fn kill_etcd(&self) -> Result<()> {
        self.etcd.kill()
    }

    /// Waits until the API server says that it is ready.
    ///
    /// # Errors
    ///
    /// When it does not run, ends, or is not ready within a minute.
    pub fn wait_ready(&self) -> Result<()> {
        self.api_server.wait_until(|| {
            let reply = self.get("/readyz");
            reply.is_ok_and(|reply| reply.code == 200) && self.knows_its_roles()
        })
    }

    /// Whether somebody without rights of their own may look around: a server that says it is ready may
    /// still deny everything to everybody for a moment.
    fn knows_its_roles(&self) -> bool {
        let looked = self.identities.token("somebody", &[]).and_then(|token| {
            let request = request::Request {
                method: "GET",
                path: "/api",
                content_type: "application/json",
                body: "",
            };
            request::send(self.port, self.certificate(), &token, &request)
        });
        looked.is_ok_and(|reply| reply.code == 200)
    }
}

/// What a server logs when its port is somebody else's.
const TAKEN: &str = "address already in use";
