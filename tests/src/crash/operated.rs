//! An operator behind a proxy of its own, that can be killed at any moment and started again.

use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Result, bail};

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
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
enum State {
    /// It will run, or run again.
    #[default]
    Down,
    Running(Operator),
    /// It was taken away, and is killed no more.
    Taken,
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
            "--cluster-scoped-statuses=true".to_owned(),
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
        *self.process.lock() = State::Running(operator);
        self.process.changed.notify_all();
        Ok(())
    }

    /// Whether it runs: it was started, and neither killed nor taken since.
    pub fn is_running(&self) -> bool {
        matches!(*self.process.lock(), State::Running(_))
    }

    /// Kills it at a moment of the n-th request that fits from now on.
    pub fn kill_at(&self, matcher: Matcher, n: usize, moment: Moment) -> KillPoint {
        let process = Arc::clone(&self.process);
        self.proxy
            .kill_at(matcher, n, moment, move || process.kill())
    }

    /// Holds it still at a moment of the n-th request that fits from now on.
    pub fn pause_at(&self, matcher: Matcher, n: usize, moment: Moment) -> KillPoint {
        let process = Arc::clone(&self.process);
        self.proxy.kill_at(matcher, n, moment, move || {
            if let State::Running(operator) = &*process.lock() {
                // One that has ended cannot be held, and shows that by itself.
                let _ = operator.pause();
            }
        })
    }

    /// Kills it.
    pub fn kill(&self) {
        self.process.kill();
    }

    /// What runs, taken away from here: no kill point reaches it any more.
    ///
    /// # Errors
    ///
    /// When nothing runs.
    pub fn take(&self) -> Result<Operator> {
        match std::mem::replace(&mut *self.process.lock(), State::Taken) {
            State::Running(operator) => Ok(operator),
            State::Down | State::Taken => bail!("it does not run"),
        }
    }

    /// Does something with what runs.
    ///
    /// # Errors
    ///
    /// When nothing runs, or what is done fails.
    pub fn with<T>(&self, act: impl FnOnce(&Operator) -> Result<T>) -> Result<T> {
        match &*self.process.lock() {
            State::Running(operator) => act(operator),
            State::Down | State::Taken => bail!("it does not run"),
        }
    }
}

impl Process {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Kills it; its first requests may come before whoever starts it has it in hand.
    fn kill(&self) {
        let is_down = |state: &mut State| matches!(state, State::Down);
        let waited = self
            .changed
            .wait_timeout_while(self.lock(), STARTED, is_down);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if matches!(*state, State::Running(_)) {
            // Dropped, it is killed.
            *state = State::Down;
        }
    }
}
