//! `gradus completion`: what a shell completes.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::edge::Edge;
use crate::finish::Finish;

/// For which shell.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  gradus completion bash > /etc/bash_completion.d/gradus
  gradus completion zsh > \"${fpath[1]}/_gradus\"
  gradus completion fish > ~/.config/fish/completions/gradus.fish")]
pub(crate) struct Arguments {
    /// The shell
    shell: Shell,
}

/// Prints the completions.
pub(crate) fn run(arguments: &Arguments, edge: &mut Edge<'_>) -> anyhow::Result<Finish> {
    // The generator panics when it cannot write: it writes to memory, and we to the stream.
    let mut script = Vec::new();
    let mut command = crate::arguments::Arguments::command();
    clap_complete::generate(arguments.shell, &mut command, "gradus", &mut script);
    edge.out.write_all(&script)?;
    Ok(Finish::default())
}
