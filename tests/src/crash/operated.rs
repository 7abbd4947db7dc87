//! An operator behind a proxy of its own, that can be killed at any moment and started again.

use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};

use super::tenant::Tenant;
use crate::fault_proxy::{FaultProxy, KillPoint, Matcher, Moment};
use crate::running::operator::Operator;

/// How long a start may take before a kill is given up.
const STARTED: Duration = Duration::from_secs(40);

/// An operator, whether it runs or not.
#[derive(Debug)]
pub struct Operated {
    /// What stands between it and the API server.
    pub proxy: FaultProxy,
    kubeconfig: PathBuf,
    arguments: Vec<String>,
    process: Arc<Process>,
}

/// The process, for whoever kills it.
#[derive(Debug, Default)]
struct Process {
    running: Mutex<Option<Operator>>,
    started: Condvar,
}

impl Operated {
    /// Prepares one for a tenant with more arguments; it is not started yet.
    ///
    /// # Errors
    ///
    /// When there is no proxy, or no kubeconfig can be written.
    pub fn new(tenant: &Tenant<'_>, arguments: &[&str]) -> Result<Self> {
        let plane = tenant.server.plane;
        let proxy = FaultProxy::start(&plane.url(), plane.certificate())?;
        let namespace = &tenant.namespace;
        let mut all = vec![
            format!("--namespaces={namespace}"),
            format!("--lease={namespace}/{namespace}"),
        ];
        all.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        Ok(Self {
            kubeconfig: tenant.kubeconfig(proxy.url())?,
            proxy,
            arguments: all,
            process: Arc::default(),
        })
    }

    /// Starts it under a name, when it does not run.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub fn start(&self, identity: &str) -> Result<()> {
        if self.is_running() {
            return Ok(());
        }
        let identity = format!("--identity={identity}");
        let mut arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        arguments.push(&identity);
        let operator = Operator::start(&self.kubeconfig, &arguments)?;
        *self.process.lock() = Some(operator);
        self.process.started.notify_all();
        Ok(())
    }

    /// Whether it runs: it was started, and not killed since.
    pub fn is_running(&self) -> bool {
        self.process.lock().is_some()
    }

    /// Kills it at a moment of the n-th request that fits from now on.
    pub fn kill_at(&self, matcher: Matcher, n: usize, moment: Moment) -> KillPoint {
        let process = Arc::clone(&self.process);
        self.proxy
            .kill_at(matcher, n, moment, move || process.kill())
    }

    /// Kills it.
    pub fn kill(&self) {
        self.process.kill();
    }

    /// What runs, taken away from here.
    ///
    /// # Errors
    ///
    /// When nothing runs.
    pub fn take(&self) -> Result<Operator> {
        self.process.lock().take().context("it does not run")
    }

    /// Does something with what runs.
    ///
    /// # Errors
    ///
    /// When nothing runs, or what is done fails.
    pub fn with<T>(&self, act: impl FnOnce(&Operator) -> Result<T>) -> Result<T> {
        act(self.process.lock().as_ref().context("it does not run")?)
    }
}

impl Process {
    fn lock(&self) -> MutexGuard<'_, Option<Operator>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Kills it; its first requests may come before whoever starts it has it in hand.
    fn kill(&self) {
        let waited = self
            .started
            .wait_timeout_while(self.lock(), STARTED, |running| running.is_none());
        let (mut running, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if let Some(operator) = running.take() {
            operator.kill();
        }
    }
}
