//! The reference page of the command line, generated from what it accepts.

use std::fmt::Write;

use clap::builder::StyledStr;
use clap::{Arg, Command, CommandFactory};

use crate::arguments::Arguments;

/// The page as Markdown.
fn page() -> String {
    let mut command = Arguments::command();
    command.build();
    let mut page = String::from(
        "# Command line\n\nGenerated from the program; do not edit. `gradus COMMAND --help` says the same.\n",
    );
    describe(&command, "gradus", &mut page);
    page
}

fn describe(command: &Command, path: &str, page: &mut String) {
    if path != "gradus" {
        let _ = write!(page, "\n## `{path}`\n");
    }
    let about = command
        .get_about()
        .map(StyledStr::to_string)
        .unwrap_or_default();
    let _ = write!(page, "\n{}.\n", about.trim_end_matches('.'));
    let options: Vec<&Arg> = command
        .get_arguments()
        .filter(|option| is_own(option))
        .collect();
    if !options.is_empty() {
        page.push_str("\n| Argument | Means |\n|---|---|\n");
    }
    for option in options {
        let _ = writeln!(page, "| `{}` | {} |", form(option), meaning(option));
    }
    if let Some(after) = command.get_after_help() {
        let _ = write!(page, "\n```text\n{}\n```\n", after.to_string().trim_end());
    }
    for below in command
        .get_subcommands()
        .filter(|below| below.get_name() != "help")
    {
        describe(below, &format!("{path} {}", below.get_name()), page);
    }
}

fn is_own(option: &Arg) -> bool {
    !matches!(option.get_id().as_str(), "help" | "version")
}

/// `-f, --from <PATH>`.
fn form(option: &Arg) -> String {
    let values: Vec<String> = option
        .get_value_names()
        .filter(|_| option.get_action().takes_values())
        .into_iter()
        .flatten()
        .map(|name| format!("<{name}>"))
        .collect();
    let short = option.get_short().map(|short| format!("-{short}"));
    let long = option.get_long().map(|long| format!("--{long}"));
    let names: Vec<String> = short.into_iter().chain(long).collect();
    [names.join(", "), values.join(" ")]
        .join(" ")
        .trim()
        .replace('|', "\\|")
}

fn meaning(option: &Arg) -> String {
    let mut meaning = option
        .get_help()
        .map(StyledStr::to_string)
        .unwrap_or_default();
    let possible: Vec<String> = option
        .get_possible_values()
        .iter()
        .filter(|_| option.get_action().takes_values())
        .map(|value| format!("`{}`", value.get_name()))
        .collect();
    if !possible.is_empty() {
        let _ = write!(meaning, ": {}", possible.join(", "));
    }
    let defaults: Vec<String> = option
        .get_default_values()
        .iter()
        .filter(|_| option.get_action().takes_values())
        .map(|value| format!("`{}`", value.to_string_lossy()))
        .collect();
    if !defaults.is_empty() {
        let _ = write!(meaning, "; {} when left out", defaults.join(", "));
    }
    if option.is_required_set() {
        meaning.push_str("; required");
    }
    if let Some(variable) = option.get_env() {
        let _ = write!(meaning, " (`{}`)", variable.to_string_lossy());
    }
    meaning.replace('|', "\\|")
}

#[test]
fn the_generated_reference_is_the_one_committed() {
    let file =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference/command-line.md");
    if std::env::var_os("GRADUS_BLESS").is_some() {
        std::fs::write(&file, page()).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == page(),
        "stale: run the tests with GRADUS_BLESS=1 and commit"
    );
}

#[test]
fn every_command_shows_an_example() {
    fn check(command: &Command, path: &str) {
        let after = command
            .get_after_help()
            .map(StyledStr::to_string)
            .unwrap_or_default();
        assert!(
            after.contains("Examples:\n  gradus") || after.contains("Examples:\n  git"),
            "{path}: {after}"
        );
        for below in command
            .get_subcommands()
            .filter(|below| below.get_name() != "help")
        {
            check(below, &format!("{path} {}", below.get_name()));
        }
    }
    let command = Arguments::command();
    command.clone().debug_assert();
    check(&command, "gradus");
}
