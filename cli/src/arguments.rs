//! The command line: what it accepts, and which command runs.

use std::ffi::OsStr;
use std::path::Path;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::commands::{
    completion, crds, explain, init, lint, models, operator, reset, rules, score, verify, watch,
};
use crate::exit::Exit;
use crate::stdio::Stdio;

/// Scores infrastructure against maturity models (INFRAM, NIMM, EMRAM, Core IO), and alerts when a stage
/// falls
#[derive(Debug, Parser)]
#[command(
    name = "gradus",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
#[command(after_help = "\
Examples:
  gradus watch examples/hospital-group
  gradus score -f examples/hospital-group
  gradus score -A
  gradus init --model infram-2018 my-site

Exit codes: 0 success, 1 a gate failed, 2 invalid input or usage, 3 something could not be evaluated.
Environment: NO_COLOR, SOURCE_DATE_EPOCH, GRADUS_LOG (error, warn, info, debug).")]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The name of the program as a kubectl plugin: `kubectl gradus`.
const PLUGIN: &str = "kubectl-gradus";

impl Arguments {
    /// The arguments of the process. Invalid ones end it, with a message on stderr.
    pub(crate) fn of_process() -> Self {
        let program = std::env::args_os().next().unwrap_or_default();
        let mut command = Self::command_of(Path::new(&program));
        let matches = command.clone().get_matches();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.format(&mut command).exit())
    }

    /// The command line, with the help of a program of this name.
    fn command_of(program: &Path) -> clap::Command {
        if program.file_stem() == Some(OsStr::new(PLUGIN)) {
            as_plugin(Self::command()).bin_name("kubectl gradus")
        } else {
            Self::command()
        }
    }
}

/// The same command, with examples as they are typed for a kubectl plugin.
fn as_plugin(command: clap::Command) -> clap::Command {
    let after = command.get_after_help().map(ToString::to_string);
    let command = match after {
        Some(after) => command.after_help(
            after
                .replace("  gradus ", "  kubectl gradus ")
                .replace("| gradus ", "| kubectl gradus "),
        ),
        None => command,
    };
    command.mut_subcommands(as_plugin)
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Score a cluster continuously: the operator, with page and metrics
    Operator(operator::Arguments),
    /// Score a folder continuously: live table, web page and metrics
    Watch(watch::Arguments),
    /// Score all assessments once
    Score(score::Arguments),
    /// Explain why an assessment has its stage
    Explain(explain::Arguments),
    /// Check documents: every mistake with its place and its correction
    Lint(lint::Arguments),
    /// Create a folder: an assessment, and a capability for everything that a model asks for
    Init(init::Arguments),
    /// Show the models that are built in
    Models(models::Arguments),
    /// Print the custom resource definitions, or JSON Schemas for editors
    Crds(crds::Arguments),
    /// Print recording rules and alerts for Prometheus
    Rules(rules::Arguments),
    /// Delete what a watched folder remembers: high-water marks, history, falls
    Reset(reset::Arguments),
    /// Verify that the history of every assessment is as it was written
    Verify(verify::Arguments),
    /// Print completions for a shell
    Completion(completion::Arguments),
}

impl Command {
    /// Runs the command.
    pub(crate) fn run(&self, stdio: &mut Stdio<'_>) -> anyhow::Result<Exit> {
        match self {
            Self::Operator(arguments) => operator::run(arguments),
            Self::Watch(arguments) => watch::run(arguments, stdio),
            Self::Score(arguments) => score::run(arguments, stdio),
            Self::Explain(arguments) => explain::run(arguments, stdio),
            Self::Lint(arguments) => lint::run(arguments, stdio),
            Self::Init(arguments) => init::run(arguments, stdio),
            Self::Models(arguments) => models::run(arguments, stdio),
            Self::Crds(arguments) => crds::run(arguments, stdio),
            Self::Rules(arguments) => rules::run(arguments, stdio),
            Self::Reset(arguments) => reset::run(arguments, stdio),
            Self::Verify(arguments) => verify::run(arguments, stdio),
            Self::Completion(arguments) => completion::run(arguments, Arguments::command(), stdio),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kubectl_plugin_shows_its_own_name_in_help() {
        let help = |program: &str| {
            let mut command = Arguments::command_of(Path::new(program));
            command.build();
            let score = command.find_subcommand_mut("score");
            score.map(|score| score.render_long_help().to_string())
        };
        let plugin = help("/usr/local/bin/kubectl-gradus").unwrap_or_default();
        assert!(plugin.contains("Usage: kubectl gradus score"), "{plugin}");
        assert!(plugin.contains("\n  kubectl gradus score -A"), "{plugin}");
        assert!(!plugin.contains("\n  gradus "), "{plugin}");
        assert_eq!(help("kubectl-gradus.exe").as_deref(), Some(&*plugin));
        let own = help("/usr/local/bin/gradus").unwrap_or_default();
        assert!(own.contains("Usage: gradus score"), "{own}");
    }
}
