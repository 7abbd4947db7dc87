//! The real binary as an operator, beside an API server.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::binary::gradus;
use super::http;
use super::supervised::{Supervised, supervised};

/// How long the operator may take for what a test waits for.
const TIMEOUT: Duration = Duration::from_secs(30);

/// `gradus operator`, its pages on a free port. It does not outlive the test process.
#[derive(Debug)]
pub struct Operator {
    process: Supervised,
    log: Arc<Log>,
    url: String,
}

/// What it has logged, gathered by a thread for each of its streams.
#[derive(Debug, Default)]
struct Log {
    logged: Mutex<Logged>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Logged {
    lines: Vec<String>,
    /// How many streams have ended: both, when the process has.
    ended: usize,
}

/// stdout and stderr.
const STREAMS: usize = 2;

impl Operator {
    /// Starts it with a kubeconfig and more arguments, and waits until it listens; it need not be ready then.
    ///
    /// # Errors
    ///
    /// When it ends, or does not listen within half a minute; its log is in the error.
    pub fn start(kubeconfig: &Path, arguments: &[&str]) -> Result<Self> {
        Self::start_at("127.0.0.1:0", kubeconfig, arguments)
    }

    /// The same, with its pages at an address.
    ///
    /// # Errors
    ///
    /// When it ends, or does not listen within half a minute; its log is in the error.
    pub fn start_at(address: &str, kubeconfig: &Path, arguments: &[&str]) -> Result<Self> {
        let mut command = supervised(gradus());
        command.arg("operator").arg("--kubeconfig").arg(kubeconfig);
        command.args(["--listen", address, "--log-format", "json"]);
        command.args(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = Supervised::start(&mut command)?;
        let log = Arc::new(Log::default());
        for stream in process.output() {
            let log = Arc::clone(&log);
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    log.change(|logged| logged.lines.push(line));
                }
                log.change(|logged| logged.ended += 1);
            });
        }
        let mut operator = Self {
            process,
            log,
            url: String::new(),
        };
        let line = operator.wait_for_line(|line| listening(line).is_some())?;
        let address = listening(&line).context("an address")?;
        operator.url = format!("http://{address}");
        Ok(operator)
    }

    /// Where its pages are: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Waits until it says that it is ready.
    ///
    /// # Errors
    ///
    /// When it ends, or is not ready within half a minute; what it says and its log are in the error.
    pub fn wait_ready(&self) -> Result<()> {
        let url = format!("{}/readyz", self.url);
        let until = Instant::now() + TIMEOUT;
        loop {
            let said = match http::get(&url) {
                Ok(reply) if reply.status == 200 => return Ok(()),
                Ok(reply) => reply.body,
                Err(error) => format!("{error:#}"),
            };
            if Instant::now() > until || self.log.logged().ended == STREAMS {
                bail!("not ready: {said}\n{}", self.log().join("\n"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The lines it has logged so far.
    pub fn log(&self) -> Vec<String> {
        self.log.logged().lines.clone()
    }

    /// The first line it logs that fits, of those before this call too.
    ///
    /// # Errors
    ///
    /// When it ends, or no such line comes within half a minute; the log is in the error.
    pub fn wait_for_line(&self, fits: impl Fn(&str) -> bool) -> Result<String> {
        let until = Instant::now() + TIMEOUT;
        let mut logged = self.log.logged();
        let mut seen = 0;
        loop {
            if let Some(line) = logged.lines[seen..].iter().find(|line| fits(line)) {
                return Ok(line.clone());
            }
            seen = logged.lines.len();
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || logged.ended == STREAMS {
                bail!("no such line among:\n{}", logged.lines.join("\n"));
            }
            let changed = self.log.changed.wait_timeout(logged, left);
            (logged, _) = changed.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Its process.
    pub fn process(&self) -> u32 {
        self.process.process()
    }

    /// Ends it without a chance to tidy up.
    pub fn kill(self) {
        drop(self.process);
    }

    /// Holds it still, as a machine that stalls would: it keeps its sockets and notices nothing.
    ///
    /// # Errors
    ///
    /// When it has ended.
    pub fn pause(&self) -> Result<()> {
        self.process.signal("STOP")
    }

    /// Lets it go on after [`Self::pause`].
    ///
    /// # Errors
    ///
    /// When it has ended.
    pub fn resume(&self) -> Result<()> {
        self.process.signal("CONT")
    }

    /// Asks it to end, as a kubelet would, and says how it ended.
    ///
    /// # Errors
    ///
    /// When it does not end within half a minute; its log is in the error.
    pub fn terminate(mut self) -> Result<ExitStatus> {
        self.process.signal("TERM")?;
        let ended = self.process.wait(TIMEOUT)?;
        ended.with_context(|| format!("it does not end:\n{}", self.log().join("\n")))
    }

    /// Memory of its own, resident now, in bytes.
    ///
    /// # Errors
    ///
    /// When it has ended, or on a system without `/proc`.
    pub fn resident_bytes(&self) -> Result<u64> {
        self.memory("VmRSS:")
    }

    /// The most memory of its own that was ever resident, in bytes.
    ///
    /// # Errors
    ///
    /// When it has ended, or on a system without `/proc`.
    pub fn peak_bytes(&self) -> Result<u64> {
        self.memory("VmHWM:")
    }

    fn memory(&self, field: &str) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(field));
        let kibibytes = line.and_then(|line| line.split_whitespace().next());
        Ok(kibibytes.context(field.to_owned())?.parse::<u64>()? * 1024)
    }
}

impl Log {
    fn change(&self, change: impl FnOnce(&mut Logged)) {
        change(&mut self.logged());
        self.changed.notify_all();
    }

    fn logged(&self) -> MutexGuard<'_, Logged> {
        self.logged.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The address that a line of the log says it listens on.
fn listening(line: &str) -> Option<String> {
    let line: Value = serde_json::from_str(line).ok()?;
    let field = line.get("listening").or(line.pointer("/fields/listening"));
    Some(field?.as_str()?.to_owned())
}
