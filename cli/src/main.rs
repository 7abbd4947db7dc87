//! `gradus`: the command line and the operator, in one program.
//!
//! ```text
//! arguments ─▶ a command ─▶ Exit ─▶ exit code
//!                 │
//!                 └─▶ Stdio: data to stdout, everything else to stderr
//! ```
//!
//! Nothing is decided here: `gradus-operator` reads and scores folders and clusters, and what is printed is a
//! projection of the snapshot.

mod arguments;
mod commands;
mod documents;
mod exit;
mod instant;
mod listen;
mod names;
mod output;
#[cfg(test)]
mod reference;
mod score_input;
mod serving;
mod stdio;

use std::io::{self, BufWriter};
use std::process::ExitCode;

use crate::arguments::{Arguments, Command};
use crate::commands::operator::LogFormat;
use crate::exit::Exit;
use crate::stdio::{Medium, Stdio};

/// The log filter of commands that run once. Why: the error message already says why a request failed.
const LOG_FILTER_ONCE: &str = "warn,kube_client=off,rustls_platform_verifier=off";

fn main() -> ExitCode {
    let arguments = Arguments::of_process();
    log(&arguments.command);
    let mut out = BufWriter::new(io::stdout().lock());
    // Why: not locked, since the threads of a watch log to it too.
    let mut err = BufWriter::new(io::stderr());
    let mut input = io::stdin().lock();
    let mut stdio = Stdio {
        out: &mut out,
        on_out: Medium::of(&io::stdout()),
        err: &mut err,
        on_err: Medium::of(&io::stderr()),
        input: &mut input,
    };
    let finished = arguments
        .command
        .run(&mut stdio)
        .and_then(|exit| Ok(stdio.out.flush().map(|()| exit)?));
    let code = match finished {
        Ok(exit) => exit.code(),
        Err(error) if is_broken_pipe(&error) => Exit::default().code(),
        Err(error) => {
            // Why: what was printed comes first, and if stderr is closed there is nowhere left to report an error.
            let _ = stdio.out.flush();
            let _ = writeln!(stdio.err, "error: {}", said(&error));
            Exit::of(&error).code()
        }
    };
    let _ = stdio.err.flush();
    ExitCode::from(code)
}

/// An error in words. One of input and output that nobody said more about is one of stdout.
fn said(error: &anyhow::Error) -> String {
    let alone = error.source().is_none();
    match error.downcast_ref::<io::Error>().filter(|_| alone) {
        Some(error) => {
            let text = error.to_string();
            let text = text.split(" (os error").next().unwrap_or_default();
            format!("the output cannot be written: {text}")
        }
        None => format!("{error:#}"),
    }
}

/// Whether the reader of stdout has closed it, as `head` does.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let broken = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(broken)
}

/// Logs to stderr: warnings, or what `GRADUS_LOG` says; the operator logs `info`. A watch with a live table logs
/// nothing, since lines would destroy the table.
fn log(command: &Command) {
    let quiet = matches!(command, Command::Watch(_)) && Medium::of(&io::stdout()).is_terminal;
    let (otherwise, format) = match command {
        Command::Operator(arguments) => ("info", arguments.log_format),
        _ if quiet => ("off", LogFormat::Human),
        _ => (LOG_FILTER_ONCE, LogFormat::Human),
    };
    let filter = std::env::var("GRADUS_LOG").unwrap_or_else(|_| otherwise.to_owned());
    let lines = tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(filter))
        .with_ansi(Medium::of(&io::stderr()).colour)
        .with_writer(io::stderr);
    match format {
        LogFormat::Human => lines.init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
}
