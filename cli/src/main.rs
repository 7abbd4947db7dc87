//! `gradus`: the one program.
//!
//! ```text
//! arguments ─▶ a command ─▶ Finish ─▶ exit code
//!                 │
//!                 └─▶ Edge: data on stdout, everything else on stderr
//! ```
//!
//! Nothing is decided here: folders and clusters are read and scored by `gradus-operator`, and what is
//! printed is a projection of what follows.

mod arguments;
mod commands;
mod edge;
mod finish;
mod input;
mod instant;
mod names;
mod output;
#[cfg(test)]
mod reference;
mod source;

use std::io::{self, BufWriter};
use std::process::ExitCode;

use crate::arguments::{Arguments, Command};
use crate::commands::operator::LogFormat;
use crate::edge::{Edge, Medium};
use crate::finish::Finish;

/// What a command logs that answers once. Why a request failed is in the answer.
const ONCE: &str = "warn,kube_client=off,rustls_platform_verifier=off";

fn main() -> ExitCode {
    let arguments = Arguments::of_process();
    log(&arguments.command);
    let mut out = BufWriter::new(io::stdout().lock());
    // Not locked: what the threads of a watch log goes there too.
    let mut err = BufWriter::new(io::stderr());
    let mut input = io::stdin().lock();
    let mut edge = Edge {
        out: &mut out,
        on_out: Medium::of(&io::stdout()),
        err: &mut err,
        on_err: Medium::of(&io::stderr()),
        input: &mut input,
    };
    let finished = commands::run(arguments.command, &mut edge)
        .and_then(|finish| Ok(edge.out.flush().map(|()| finish)?));
    let code = match finished {
        Ok(finish) => finish.code(),
        Err(error) if is_broken_pipe(&error) => Finish::default().code(),
        Err(error) => {
            // Whoever closed stderr does not want to know.
            let _ = edge
                .out
                .flush()
                .and_then(|()| writeln!(edge.err, "error: {error:#}"));
            Finish::of(&error).code()
        }
    };
    let _ = edge.err.flush();
    ExitCode::from(code)
}

/// The reader went away, as `head` does: it has what it wanted.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let broken = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(broken)
}

/// Warnings on stderr, or what `GRADUS_LOG` asks for; nothing that would disturb a live table. An operator
/// also says what it does.
fn log(command: &Command) {
    let quiet = matches!(command, Command::Watch(_)) && Medium::of(&io::stdout()).is_terminal;
    let (otherwise, format) = match command {
        Command::Operator(arguments) => ("info", arguments.log_format),
        _ if quiet => ("off", LogFormat::Human),
        _ => (ONCE, LogFormat::Human),
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
