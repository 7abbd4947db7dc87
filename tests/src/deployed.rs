//! Gradus in a cluster as the chart deploys it, but for the pods: the operator is a process beside the API
//! server, with the token of the chart's own ServiceAccount and no other permissions.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use gradus_crds::schema::plural;
use gradus_engine::key::Kind;

use crate::chart::permissions;
use crate::checks::audit::{missing, wildcards};
use crate::checks::promises::check_promises;
use crate::control_plane::ControlPlane;
use crate::fault_proxy::FaultProxy;
use crate::running::operator::Operator;

/// The namespace of the release.
pub const NAMESPACE: &str = "gradus-system";
/// The release, and the name of all that is in it.
pub const RELEASE: &str = "gradus";
/// The operator as the audit log names it.
pub const IDENTITY: &str = "system:serviceaccount:gradus-system:gradus";

/// The chart, installed.
#[derive(Debug)]
pub struct Deployed<'a> {
    /// Where.
    pub control_plane: &'a ControlPlane,
    /// The token of its ServiceAccount.
    pub token: String,
}

impl<'a> Deployed<'a> {
    /// Installs the chart with some values, and waits until its kinds are served.
    ///
    /// # Errors
    ///
    /// When helm fails, or the kinds are not served in time.
    pub fn install(control_plane: &'a ControlPlane, values: &[&str]) -> Result<Self> {
        let mut arguments = vec!["install", RELEASE, "charts/gradus"];
        arguments.extend(["--namespace", NAMESPACE, "--create-namespace"]);
        arguments.extend(values);
        control_plane.helm(&arguments)?;
        // The same definitions: this waits until they are served.
        control_plane.install_definitions()?;
        if values.is_empty() {
            control_plane.until_allowed(IDENTITY, ("watch", "gradus.dev", "waivers"), "")?;
        }
        let lease = ("create", "coordination.k8s.io", "leases");
        control_plane.until_allowed(IDENTITY, lease, NAMESPACE)?;
        let token = control_plane.service_account_token(NAMESPACE, RELEASE)?;
        Ok(Self {
            control_plane,
            token,
        })
    }

    /// The chart in the control plane that a test process shares, installed at first use.
    ///
    /// # Errors
    ///
    /// When it cannot be installed.
    pub fn shared(control_plane: &'static ControlPlane) -> Result<Self> {
        static INSTALLED: Mutex<Option<String>> = Mutex::new(None);
        let mut installed = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
        let token = match &*installed {
            Some(token) => token.clone(),
            None => Deployed::install(control_plane, &[])?.token,
        };
        *installed = Some(token.clone());
        Ok(Deployed {
            control_plane,
            token,
        })
    }

    /// A kubeconfig of the operator's account.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn kubeconfig(&self) -> Result<PathBuf> {
        self.control_plane.kubeconfig(&self.token)
    }

    /// Starts an operator, with a short lease and more arguments, and waits until it is ready.
    ///
    /// # Errors
    ///
    /// When it does not get ready.
    pub fn operate(&self, arguments: &[&str]) -> Result<Operator> {
        self.operate_at("127.0.0.1:0", arguments)
    }

    /// The same, with its pages at an address.
    ///
    /// # Errors
    ///
    /// When it does not get ready.
    pub fn operate_at(&self, address: &str, arguments: &[&str]) -> Result<Operator> {
        elected(address, &self.kubeconfig()?, arguments)
    }

    /// The same, with a proxy between it and the API server.
    ///
    /// # Errors
    ///
    /// When it does not get ready.
    pub fn operate_through(&self, proxy: &FaultProxy, arguments: &[&str]) -> Result<Operator> {
        let through = self
            .control_plane
            .kubeconfig_through(proxy.url(), &self.token)?;
        elected("127.0.0.1:0", &through, arguments)
    }

    /// Holds a namespace to what is promised of every object, and everything that the operator has asked to
    /// what the chart allows.
    ///
    /// # Errors
    ///
    /// When an object is not as promised within half a minute, or something was asked that the chart does not
    /// allow.
    pub fn keeps_its_promises(&self, namespace: &str) -> Result<()> {
        self.shows_what_is_promised(namespace)?;
        let permissions = permissions(&[])?;
        let unallowed = missing(&permissions, &self.control_plane.audit()?);
        ensure!(unallowed.is_empty(), "{}", unallowed.join("\n"));
        let wildcards = wildcards(&permissions);
        ensure!(wildcards.is_empty(), "{}", wildcards.join("\n"));
        Ok(())
    }

    /// Holds a namespace to what is promised of every object, whatever the server denied meanwhile: one that
    /// starts denies everything for a moment.
    ///
    /// # Errors
    ///
    /// When an object is not as promised within half a minute.
    pub fn shows_what_is_promised(&self, namespace: &str) -> Result<()> {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            let broken = self.broken_promises(namespace)?;
            if broken.is_empty() {
                return Ok(());
            }
            ensure!(Instant::now() < end, "{}", broken.join("\n"));
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    fn broken_promises(&self, namespace: &str) -> Result<Vec<String>> {
        let kinds = Kind::ALL.into_iter().filter(|kind| kind.namespaced());
        let resources: Vec<String> = kinds
            .map(|kind| format!("{}.gradus.dev", plural(kind)))
            .collect();
        let objects = self
            .control_plane
            .objects(&resources.join(","), Some(namespace))?;
        Ok(objects.iter().flat_map(check_promises).collect())
    }
}

/// Starts one with the lease of the release, and waits until it is ready.
fn elected(address: &str, kubeconfig: &Path, arguments: &[&str]) -> Result<Operator> {
    let lease = format!("--lease={NAMESPACE}/{RELEASE}");
    let mut all = vec![lease.as_str(), "--lease-duration=2s"];
    all.extend(arguments);
    let operator = Operator::start_at(address, kubeconfig, &all)?;
    operator.wait_ready()?;
    Ok(operator)
}
