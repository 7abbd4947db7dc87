//! A control plane with the chart and the estate.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use gradus_tests::control_plane::ControlPlane;
use gradus_tests::deployed::{Deployed, NAMESPACE, RELEASE};
use gradus_tests::running::operator::Operator;
use kube::Client;
use tokio::runtime::Runtime;

use super::{estate, peer};

/// A control plane, its chart installed and its estate loaded.
pub(super) struct Environment {
    pub(super) control_plane: ControlPlane,
    /// The token of the chart's account.
    pub(super) token: String,
    pub(super) runtime: Runtime,
    /// A client with all rights.
    pub(super) admin: Client,
}

impl Environment {
    pub(super) fn prepare() -> Result<Self> {
        let control_plane = ControlPlane::start()?;
        let token = Deployed::install(&control_plane, &[])?.token;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let admin = {
            let _inside = runtime.enter();
            control_plane.client(control_plane.admin_token())?
        };
        runtime.block_on(async {
            estate::load(&admin).await?;
            peer::load(&admin).await
        })?;
        Ok(Self {
            control_plane,
            token,
            runtime,
            admin,
        })
    }

    /// A client with the rights of the operator.
    pub(super) fn client(&self) -> Result<Client> {
        let _inside = self.runtime.enter();
        self.control_plane.client(&self.token)
    }

    /// Starts an operator, and waits until it is ready.
    pub(super) fn operate(&self, arguments: &[&str]) -> Result<Operator> {
        let kubeconfig = self.control_plane.kubeconfig(&self.token)?;
        operate(&kubeconfig, arguments)
    }

    /// Starts an operator that reaches the API server at another address, and waits until it is ready.
    pub(super) fn operate_through(&self, url: &str) -> Result<Operator> {
        let kubeconfig = self.control_plane.kubeconfig_through(url, &self.token)?;
        operate(&kubeconfig, &[])
    }
}

fn operate(kubeconfig: &Path, arguments: &[&str]) -> Result<Operator> {
    let lease = format!("--lease={NAMESPACE}/{RELEASE}");
    let operator = Operator::start(kubeconfig, &[&[lease.as_str()], arguments].concat())?;
    operator.wait_ready()?;
    Ok(operator)
}

/// Waits for something for so long, looking at it now and then.
pub(super) fn until(
    patience: Duration,
    what: &str,
    mut is_so: impl FnMut() -> Result<bool>,
) -> Result<()> {
    let end = Instant::now() + patience;
    while !is_so()? {
        if Instant::now() > end {
            bail!("{what}: not within {patience:?}");
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}
