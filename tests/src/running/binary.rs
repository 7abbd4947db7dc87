//! The real `gradus` binary, built once per test process.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::supervised::{Supervised, supervised};

/// How long the binary may take for what a test waits for.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
        .to_owned()
}

/// The binary's path; builds it when it is not fresh.
///
/// # Panics
///
/// When it does not build: no test of it can run then.
pub fn gradus() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let this = std::env::current_exe().unwrap_or_default();
        // A test is in `deps/` of the profile's folder, a program in the folder itself.
        let profile = this.ancestors().skip(1).find(|dir| !dir.ends_with("deps"));
        let profile = profile.unwrap_or(Path::new("."));
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet"]);
        // A benchmark measures what users run. Why the workspace for tests: for one package cargo would build all
        // dependencies once more, with other features.
        build.args(if profile.ends_with("release") {
            ["--release", "--package", "gradus"]
        } else {
            ["--workspace", "--bin", "gradus"]
        });
        // What cargo tells a test of its package would look to build scripts like another configuration, and
        // half of everything would be built anew, here and at the next call.
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                build.env_remove(&name);
            }
        }
        let built = build.current_dir(root()).status();
        assert!(
            built.is_ok_and(|status| status.success()),
            "gradus does not build"
        );
        profile.join(format!("gradus{}", std::env::consts::EXE_SUFFIX))
    })
}

/// A copy of an example in a folder of its own, its dates as they look from today.
///
/// # Errors
///
/// When it cannot be copied, or its dates cannot be shifted.
pub fn example(name: &str) -> Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    copy(&root().join("examples").join(name), folder.path())?;
    let today = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
    let shifted = Command::new(root().join("examples/refresh-dates.sh"))
        .arg(today)
        .arg(folder.path())
        .stdout(Stdio::null())
        .status()?;
    ensure!(shifted.success(), "the dates of {name} cannot be shifted");
    Ok(folder)
}

/// Copies a folder's files and sub-folders, hidden ones left out.
///
/// # Errors
///
/// When something cannot be read or written.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("reading {}", from.display()))? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Writes another claim of a capability into the file that declares it, as a careful editor would: nobody ever
/// reads half of it.
///
/// # Errors
///
/// When the capability is not in the file, or does not have the claim before.
pub fn claim(file: &Path, capability: &str, before: &str, after: &str) -> Result<()> {
    let text = fs::read_to_string(file)?;
    let start = text.find(&format!("name: {capability}\n"));
    let (head, tail) = text.split_at(start.context("the capability is not there")?);
    let [before, after] = [before, after].map(|claim| format!("claim: {claim}"));
    ensure!(tail.contains(&before), "{capability} has no {before}");
    let changed = tail.replacen(&before, &after, 1);
    let beside = file.with_extension("written");
    fs::write(&beside, head.to_owned() + &changed)?;
    Ok(fs::rename(beside, file)?)
}

/// `gradus watch` on a folder, with its page on a free port. It does not outlive the process that started it.
#[derive(Debug)]
pub struct Watch {
    process: Supervised,
    lines: Receiver<String>,
    /// Where the page is.
    pub url: String,
}

impl Watch {
    /// Starts it and waits until it is ready.
    ///
    /// # Errors
    ///
    /// When it ends or is not ready within half a minute.
    pub fn start(folder: &Path) -> Result<Self> {
        Self::start_at("127.0.0.1:0", folder)
    }

    /// The same, with its page at an address.
    ///
    /// # Errors
    ///
    /// When it ends or is not ready within half a minute.
    pub fn start_at(address: &str, folder: &Path) -> Result<Self> {
        let mut command = supervised(gradus());
        command.arg("watch").arg(folder).args(["--listen", address]);
        Self::begin(command)
    }

    /// The same, with so many file descriptors.
    ///
    /// # Errors
    ///
    /// When it ends or is not ready within half a minute.
    pub fn start_with_descriptors(number: usize, folder: &Path) -> Result<Self> {
        let mut command = supervised("sh");
        let limited = format!("ulimit -n {number}; exec \"$@\"");
        command.args(["-c", &limited, "sh"]).arg(gradus());
        command
            .arg("watch")
            .arg(folder)
            .args(["--listen", "127.0.0.1:0"]);
        Self::begin(command)
    }

    fn begin(mut command: Command) -> Result<Self> {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = Supervised::start(&mut command)?;
        let (sender, lines) = channel();
        for stream in process.output() {
            let sender = sender.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    if sender.send(line).is_err() {
                        break;
                    }
                }
            });
        }
        let watch = Self {
            process,
            lines,
            url: String::new(),
        };
        let said = watch.wait_for_line(|line| line.contains("http://"))?;
        let words = said.split_whitespace();
        let url = words.rev().find_map(|word| {
            word.strip_suffix('/')
                .filter(|url| url.starts_with("http://"))
        });
        let url = url.context("a line with a URL")?.to_owned();
        Ok(Self { url, ..watch })
    }

    /// The next line it prints that fits.
    ///
    /// # Errors
    ///
    /// When it ends, or no such line comes within half a minute.
    pub fn wait_for_line(&self, fits: impl Fn(&str) -> bool) -> Result<String> {
        let patience = Instant::now() + TIMEOUT;
        let mut seen = Vec::new();
        loop {
            let left = patience.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) if fits(&line) => return Ok(line),
                Ok(line) => seen.push(line),
                Err(RecvTimeoutError::Timeout) => bail!("no such line among:\n{}", seen.join("\n")),
                Err(RecvTimeoutError::Disconnected) => bail!("it ended:\n{}", seen.join("\n")),
            }
        }
    }

    /// The next line that it has printed already; none when there is no other yet.
    ///
    /// # Errors
    ///
    /// When it has ended.
    pub fn line(&self) -> Result<Option<String>> {
        match self.lines.try_recv() {
            Ok(line) => Ok(Some(line)),
            Err(TryRecvError::Empty) => Ok(None),
            Err(TryRecvError::Disconnected) => bail!("it ended"),
        }
    }

    /// Ends it as a person would, and returns how it ended.
    ///
    /// # Errors
    ///
    /// When it has ended already, or does not within half a minute.
    pub fn interrupt(mut self) -> Result<ExitStatus> {
        self.process.signal("INT")?;
        self.process.wait(TIMEOUT)?.context("it does not end")
    }

    /// Ends it without a chance to tidy up.
    pub fn kill(self) {
        drop(self.process);
    }
}
