//! The pages of the documentation, and each as the steps of a reader who follows it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::running::binary::root;

/// All pages: README and CONTRIBUTING, `docs/` and `examples/`.
///
/// # Errors
///
/// When a folder cannot be read.
pub fn pages() -> Result<Vec<PathBuf>> {
    let mut pages = vec![root().join("README.md"), root().join("CONTRIBUTING.md")];
    documents(&root().join("docs"), &mut pages)?;
    documents(&root().join("examples"), &mut pages)?;
    pages.sort();
    Ok(pages)
}

fn documents(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            documents(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
    Ok(())
}

/// What a reader does with a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Runs a command of a `console` block.
    Run {
        /// The command, its continuation lines joined.
        command: String,
        /// What the page shows that it prints; empty where it shows nothing.
        prints: String,
    },
    /// Writes a YAML block under the name that stands before it.
    Write {
        /// The file's path from where the reader is.
        file: String,
        /// What is in it.
        text: String,
    },
}

/// The steps of a page, in order.
pub fn steps(page: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut lines = page.lines();
    let mut file = None;
    while let Some(line) = lines.next() {
        let indent = line.len() - line.trim_start().len();
        let line = line.trim();
        if let Some(named) = line
            .strip_prefix('`')
            .and_then(|rest| rest.strip_suffix("`:"))
        {
            file = Some(named.to_owned());
        } else if let Some(language) = line.strip_prefix("```") {
            let block: Vec<&str> = lines
                .by_ref()
                .take_while(|line| line.trim() != "```")
                .map(|line| line.get(indent..).unwrap_or_default().trim_end())
                .collect();
            match (language, file.take()) {
                ("console", _) => steps.extend(commands(&block)),
                ("yaml", Some(file)) => steps.push(Step::Write {
                    file,
                    text: block.join("\n") + "\n",
                }),
                _ => {}
            }
        } else if !line.is_empty() {
            file = None;
        }
    }
    steps
}

/// The commands of a `console` block, each with what is shown below it.
fn commands(block: &[&str]) -> Vec<Step> {
    let joined = block.join("\n").replace("\\\n", " ");
    let mut steps = Vec::new();
    for line in joined.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step::Run {
                command: command.to_owned(),
                prints: String::new(),
            });
        } else if let Some(Step::Run { prints, .. }) = steps.last_mut() {
            prints.push_str(line);
            prints.push('\n');
        }
    }
    steps
}

/// Whether a command printed what a page shows of it: a line `…` stands for any lines.
pub fn shows(prints: &str, printed: &str) -> bool {
    let printed: Vec<&str> = printed.lines().map(str::trim_end).collect();
    let mut rest = printed.join("\n") + "\n";
    prints.split("…\n").all(|part| {
        let found = rest.find(part).map(|start| start + part.len());
        rest = found.map(|end| rest.split_off(end)).unwrap_or_default();
        found.is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_below_a_command_belongs_to_it_without_the_indentation_of_its_block() {
        let page =
            "1. Look:\n\n   ```console\n   $ gradus score \\\n     -f site\n     a\n   b\n   ```\n";
        let command = "gradus score    -f site".to_owned();
        let prints = "  a\nb\n".to_owned();
        assert_eq!(steps(page), [Step::Run { command, prints }]);
    }

    #[test]
    fn an_ellipsis_stands_for_any_lines_and_nothing_else_does() {
        assert!(shows("a\n…\nc\n", "a  \nb\nc\n"));
        assert!(shows("", "a\n"));
        assert!(!shows("a\nc\n", "a\nb\nc\n"));
        assert!(!shows("c\n…\na\n", "a\nb\nc\n"));
    }
}
