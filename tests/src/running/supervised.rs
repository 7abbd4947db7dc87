//! A program that does not outlive the process that started it, not even when that one is killed.

use std::ffi::OsStr;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// Watches over a command, by the pipe that is its input.
const SUPERVISE: &str = include_str!("supervise.sh");

/// The command of a program that is to be supervised: give it arguments, and pass it to
/// [`Supervised::start`].
pub fn supervised(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", SUPERVISE, "supervise"]).arg(program);
    command
}

/// A program that is killed when this value is dropped, and also when this process ends without
/// dropping it: after a panic, an exit, or a kill.
#[derive(Debug)]
pub struct Supervised {
    child: Child,
    /// Its end is the sign for the watcher; `Child` would close it before it waits.
    hold: ChildStdin,
}

impl Supervised {
    /// Starts a command made by [`supervised`].
    ///
    /// # Errors
    ///
    /// When there is no shell.
    pub fn start(command: &mut Command) -> Result<Self> {
        // A group of its own: Ctrl-C at a terminal would end the watcher as well.
        let mut child = command.process_group(0).stdin(Stdio::piped()).spawn()?;
        let hold = child.stdin.take().context("a pipe was asked for")?;
        Ok(Self { child, hold })
    }

    /// What the program prints, when the command asked for pipes.
    pub fn output(&mut self) -> impl Iterator<Item = Box<dyn std::io::Read + Send>> + use<> {
        let out = self.child.stdout.take().map(|out| Box::new(out) as _);
        let err = self.child.stderr.take().map(|err| Box::new(err) as _);
        out.into_iter().chain(err)
    }

    /// Its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal, by its name: `TERM`, `STOP`.
    ///
    /// # Errors
    ///
    /// When it has ended already.
    pub fn signal(&self, name: &str) -> Result<()> {
        let process = self.process().to_string();
        let sent = Command::new("kill").args(["-s", name, &process]).status()?;
        anyhow::ensure!(sent.success(), "{process} cannot be sent {name}");
        Ok(())
    }

    /// How it ended, if it has.
    ///
    /// # Errors
    ///
    /// When the system does not say.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        let status = self.child.try_wait()?;
        if status.is_some() {
            self.let_go();
        }
        Ok(status)
    }

    /// Waits until it ends; `None` when it does not within the patience.
    ///
    /// # Errors
    ///
    /// When the system does not say.
    pub fn wait(&mut self, patience: Duration) -> Result<Option<ExitStatus>> {
        let until = Instant::now() + patience;
        loop {
            match self.ended()? {
                None if Instant::now() < until => std::thread::sleep(Duration::from_millis(10)),
                status => return Ok(status),
            }
        }
    }

    /// The watcher kills by number, and a number that was waited for may be somebody else's.
    fn let_go(&mut self) {
        // The watcher may be gone already.
        let _ = self.hold.write_all(b"\n");
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        self.let_go();
        let _ = self.child.wait();
    }
}
