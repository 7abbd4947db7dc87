//! The real binary as an operator, beside an API server.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::binary::gradus;
use super::http;
use super::supervised::{Supervised, supervised};

/// How long the operator may take for what a test waits for.
const PATIENCE: Duration = Duration::from_secs(30);

/// `gradus operator`, its pages on a free port. It does not outlive the test process.
#[derive(Debug)]
pub struct Operator {
    process: Supervised,
    log: Arc<Log>,
    url: String,
}

/// The lines it has logged, gathered by a thread a stream.
#[derive(Debug, Default)]
struct Log {
    lines: Mutex<Vec<String>>,
    grew: Condvar,
}

impl Operator {
    /// Starts it with a kubeconfig and more arguments, and waits until it listens; it need not be ready then.
    ///
    /// # Errors
    ///
    /// When it ends, or does not listen within half a minute; its log is in the error.
    pub fn start(kubeconfig: &Path, arguments: &[&str]) -> Result<Self> {
        let mut command = supervised(gradus());
        command.arg("operator").arg("--kubeconfig").arg(kubeconfig);
        command.args(["--listen", "127.0.0.1:0", "--log-format", "json"]);
        command.args(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = Supervised::start(&mut command)?;
        let log = Arc::new(Log::default());
        for stream in process.output() {
            let log = Arc::clone(&log);
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    log.push(line);
                }
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
        let until = Instant::now() + PATIENCE;
        loop {
            let said = match http::get(&url) {
                Ok(reply) if reply.status == 200 => return Ok(()),
                Ok(reply) => reply.body,
                Err(error) => format!("{error:#}"),
            };
            if Instant::now() > until {
                bail!("not ready: {said}\n{}", self.log().join("\n"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The lines it has logged so far.
    pub fn log(&self) -> Vec<String> {
        self.log.lines().clone()
    }

    /// The first line it logs that fits, of those before this call too.
    ///
    /// # Errors
    ///
    /// When no such line comes within half a minute; the log is in the error.
    pub fn wait_for_line(&self, fits: impl Fn(&str) -> bool) -> Result<String> {
        let until = Instant::now() + PATIENCE;
        let mut lines = self.log.lines();
        let mut seen = 0;
        loop {
            if let Some(line) = lines[seen..].iter().find(|line| fits(line)) {
                return Ok(line.clone());
            }
            seen = lines.len();
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                bail!("no such line among:\n{}", lines.join("\n"));
            }
            let grown = self.log.grew.wait_timeout(lines, left);
            (lines, _) = grown.unwrap_or_else(PoisonError::into_inner);
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
        let ended = self.process.wait(PATIENCE)?;
        ended.with_context(|| format!("it does not end:\n{}", self.log().join("\n")))
    }

    /// Memory of its own, resident now, in bytes.
    ///
    /// # Errors
    ///
    /// When it has ended, or on a system without `/proc`.
    pub fn resident_bytes(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kibibytes = line.and_then(|line| line.split_whitespace().next());
        Ok(kibibytes.context("no VmRSS")?.parse::<u64>()? * 1024)
    }
}

impl Log {
    fn push(&self, line: String) {
        self.lines().push(line);
        self.grew.notify_all();
    }

    fn lines(&self) -> std::sync::MutexGuard<'_, Vec<String>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The address that a line of the log says it listens on.
fn listening(line: &str) -> Option<String> {
    let line: Value = serde_json::from_str(line).ok()?;
    let field = line.get("listening").or(line.pointer("/fields/listening"));
    Some(field?.as_str()?.to_owned())
}
