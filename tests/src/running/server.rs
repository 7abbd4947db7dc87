//! A server: started, stopped and killed, always with the same arguments.

use std::borrow::Cow;
use std::fs::{self, OpenOptions};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::supervised::{Supervised, supervised};

/// How long a server may take, on a machine that has much else to do.
const TIMEOUT: Duration = Duration::from_mins(1);

/// A program that serves at ports of this machine, and logs into a file.
#[derive(Debug)]
pub struct Server {
    program: PathBuf,
    arguments: Vec<String>,
    log: PathBuf,
    running: Mutex<Option<Supervised>>,
}

impl Server {
    /// A server that does not run yet, with its log in the folder.
    pub fn new(program: PathBuf, arguments: Vec<String>, folder: &Path) -> Self {
        let name = program.file_name().unwrap_or_default();
        Self {
            log: folder.join(name).with_extension("log"),
            program,
            arguments,
            running: Mutex::default(),
        }
    }

    /// Starts it, and does not wait: [`Self::wait_until`].
    ///
    /// # Errors
    ///
    /// When it runs already.
    pub fn start(&self) -> Result<()> {
        let mut running = self.running();
        ensure!(running.is_none(), "{} runs already", self.name());
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.log)?;
        let mut command = supervised(&self.program);
        command.args(&self.arguments);
        command.stdout(log.try_clone()?).stderr(log);
        *running = Some(Supervised::start(&mut command)?);
        Ok(())
    }

    /// Asks it to end, and waits until it has.
    ///
    /// # Errors
    ///
    /// When it does not run, or does not end.
    pub fn stop(&self) -> Result<()> {
        let mut running = self.taken()?;
        running.signal("TERM")?;
        let ended = running.wait(TIMEOUT)?;
        ended.with_context(|| format!("{} does not stop:\n{}", self.name(), self.tail()))?;
        Ok(())
    }

    /// Ends it without a chance to tidy up.
    ///
    /// # Errors
    ///
    /// When it does not run.
    pub fn kill(&self) -> Result<()> {
        drop(self.taken()?);
        Ok(())
    }

    /// Whether it was started, and neither stopped nor killed since.
    pub fn runs(&self) -> bool {
        self.running().is_some()
    }

    /// Waits until it is ready.
    ///
    /// # Errors
    ///
    /// When it ends or is not ready in time; the end of its log is in the error.
    pub fn wait_until(&self, is_ready: impl Fn() -> bool) -> Result<()> {
        let until = Instant::now() + TIMEOUT;
        while !is_ready() {
            let mut running = self.running();
            let running = running.as_mut();
            let running = running.with_context(|| format!("{} was stopped", self.name()))?;
            if let Some(status) = running.ended()? {
                bail!("{} ended, {status}:\n{}", self.name(), self.tail());
            }
            if Instant::now() > until {
                bail!("{} is not ready:\n{}", self.name(), self.tail());
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        Ok(())
    }

    fn name(&self) -> Cow<'_, str> {
        self.program
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
    }

    /// The end of its log.
    fn tail(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }

    fn taken(&self) -> Result<Supervised> {
        let running = self.running().take();
        running.with_context(|| format!("{} does not run", self.name()))
    }

    fn running(&self) -> MutexGuard<'_, Option<Supervised>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A free port that stays free while its server is down: it is below those that the system gives to
/// outgoing connections, and taken at random.
///
/// # Errors
///
/// When a hundred ports are taken.
pub fn free_port() -> Result<u16> {
    const PORTS: std::ops::Range<u64> = 10_000..32_000;
    for _ in 0..100 {
        let port = PORTS.start + super::unique() % (PORTS.end - PORTS.start);
        let port = u16::try_from(port)?;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no free port")
}
