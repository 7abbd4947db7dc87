//! What can be asked for, and how.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::commands::{
    completion, crds, explain, init, lint, models, operator, reset, rules, score, watch,
};

/// Keeps a maturity stage true: scores what your infrastructure can do against published stage
/// models.
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

Exit codes: 0 all is well, 1 a gate failed, 2 bad input or usage, 3 something could not be evaluated.
Environment: NO_COLOR, SOURCE_DATE_EPOCH, GRADUS_LOG (error, warn, info, debug).")]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The name by which kubectl finds a plugin that is called `kubectl gradus`.
const PLUGIN: &str = "kubectl-gradus";

impl Arguments {
    /// What the process was asked for. A wrong question ends it, with the right ones on stderr.
    pub(crate) fn of_process() -> Self {
        let program = std::env::args_os().next().unwrap_or_default();
        let mut command = Self::command_of(Path::new(&program));
        let matches = command.clone().get_matches();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.format(&mut command).exit())
    }

    /// The command line as a program of this name explains it.
    fn command_of(program: &Path) -> clap::Command {
        if program.file_stem() == Some(OsStr::new(PLUGIN)) {
            as_plugin(Self::command()).bin_name("kubectl gradus")
        } else {
            Self::command()
        }
    }
}

/// The same command with the examples as somebody types them who calls it through kubectl.
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
    /// Keep a cluster scored: the controller, its page and metrics
    Operator(operator::Arguments),
    /// Keep a folder scored: live table, page and metrics
    Watch(watch::Arguments),
    /// Score once, all assessments
    Score(score::Arguments),
    /// Say why an assessment stands where it stands
    Explain(explain::Arguments),
    /// Say everything that is wrong with documents, and how to mend it
    Lint(lint::Arguments),
    /// Begin a folder: one capability for everything a model asks for, and an assessment
    Init(init::Arguments),
    /// Show the model library
    Models(models::Arguments),
    /// Print the custom resource definitions, or JSON Schemas for editors
    Crds(crds::Arguments),
    /// Print recording rules and alerts for Prometheus
    Rules(rules::Arguments),
    /// Forget what a watched folder remembers: marks, history, falls
    Reset(reset::Arguments),
    /// Print completions for a shell
    Completion(completion::Arguments),
}

/// One output: a format, and the file it goes to, where that is not stdout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output<F> {
    /// The format.
    pub(crate) format: F,
    /// The file; stdout when left out.
    pub(crate) file: Option<PathBuf>,
}

impl<F: clap::ValueEnum> FromStr for Output<F> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, file) = match text.split_once('=') {
            Some((format, file)) => (format, Some(PathBuf::from(file))),
            None => (text, None),
        };
        if file
            .as_ref()
            .is_some_and(|file| file.as_os_str().is_empty())
        {
            return Err(format!("{text} names no file; write {format}=FILE"));
        }
        let format = F::from_str(format, false).map_err(|_| {
            let known: Vec<String> = F::value_variants()
                .iter()
                .filter_map(|format| Some(format.to_possible_value()?.get_name().to_owned()))
                .collect();
            format!(
                "formats are {}, each alone or as FORMAT=FILE",
                known.join(", ")
            )
        })?;
        Ok(Self { format, file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_of_kubectl_explains_itself_as_kubectl_gradus() {
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
