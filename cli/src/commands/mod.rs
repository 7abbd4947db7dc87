//! One file a command.

pub(crate) mod completion;
pub(crate) mod crds;
pub(crate) mod explain;
pub(crate) mod init;
pub(crate) mod lint;
pub(crate) mod models;
pub(crate) mod operator;
pub(crate) mod reset;
pub(crate) mod rules;
pub(crate) mod score;
pub(crate) mod serving;
pub(crate) mod watch;

use crate::arguments::Command;
use crate::edge::Edge;
use crate::finish::Finish;

/// Does what was asked for.
pub(crate) fn run(command: Command, edge: &mut Edge<'_>) -> anyhow::Result<Finish> {
    match command {
        Command::Operator(arguments) => operator::run(&arguments, edge),
        Command::Watch(arguments) => watch::run(&arguments, edge),
        Command::Score(arguments) => score::run(&arguments, edge),
        Command::Explain(arguments) => explain::run(&arguments, edge),
        Command::Lint(arguments) => lint::run(&arguments, edge),
        Command::Init(arguments) => init::run(&arguments, edge),
        Command::Models(arguments) => models::run(&arguments, edge),
        Command::Crds(arguments) => crds::run(&arguments, edge),
        Command::Rules(arguments) => rules::run(&arguments, edge),
        Command::Reset(arguments) => reset::run(&arguments, edge),
        Command::Completion(arguments) => completion::run(&arguments, edge),
    }
}
