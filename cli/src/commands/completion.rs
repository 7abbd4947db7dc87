//! `gradus completion`: completions for shells.

use clap_complete::Shell;

use crate::exit::Exit;
use crate::stdio::Stdio;

/// The shell.
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

/// Prints the completions of the whole command line.
pub(crate) fn run(
    arguments: &Arguments,
    mut command: clap::Command,
    stdio: &mut Stdio<'_>,
) -> anyhow::Result<Exit> {
    // Why: the generator panics when it cannot write, so it writes to memory.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "gradus", &mut script);
    stdio.out.write_all(&script)?;
    Ok(Exit::default())
}
