//! Every command that the README and the book show is run.
//!
//! A `console` block is run line by line in one folder that holds a copy of the examples, on the
//! real binary. Commands that run until they are stopped (`gradus watch`), that build (`make`,
//! `cargo`) or that belong to other tools are checked by name; the walk's test runs `watch`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use gradus_tests::running::binary::{copy, gradus, root};

/// The commands of the `console` blocks of a text, continuation lines joined.
fn commands(text: &str) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    let mut inside = false;
    let mut continues = false;
    for line in text.lines() {
        let line = line.trim_start();
        if line.starts_with("```") {
            inside = line == "```console";
            continues = false;
        } else if inside && continues {
            if let Some(last) = commands.last_mut() {
                last.push_str(line.trim_end_matches('\\'));
            }
            continues = line.ends_with('\\');
        } else if let Some(command) = line.strip_prefix("$ ").filter(|_| inside) {
            continues = command.ends_with('\\');
            commands.push(command.trim_end_matches('\\').to_owned());
        }
    }
    commands
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

fn runs_here(command: &str) -> bool {
    let others = ["make ", "cargo ", "gradus watch", "curl ", "kubectl ", "git "];
    !others.iter().any(|other| command.starts_with(other))
}

#[test]
fn every_command_in_the_docs_runs() -> Result<()> {
    let mut pages = vec![root().join("README.md"), root().join("CONTRIBUTING.md")];
    documents(&root().join("docs"), &mut pages)?;
    pages.sort();
    let search = std::env::join_paths(
        gradus().parent().map(Path::to_owned).into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    )?;
    let mut failures = Vec::new();
    let mut count = 0;
    for page in pages {
        let folder = tempfile::tempdir()?;
        copy(&root().join("examples"), &folder.path().join("examples"))?;
        copy(&root().join("models"), &folder.path().join("models"))?;
        for command in commands(&fs::read_to_string(&page)?).into_iter().filter(|command| runs_here(command)) {
            count += 1;
            let output = Command::new("sh")
                .args(["-c", &command])
                .current_dir(folder.path())
                .env("PATH", &search)
                .env("NO_COLOR", "1")
                .output()?;
            // 1 is a gate that failed on purpose; the page says so beside the command.
            if !matches!(output.status.code(), Some(0 | 1)) {
                let said = String::from_utf8_lossy(&output.stderr);
                failures.push(format!("{}: `{command}` ended with {}:\n{said}", page.display(), output.status));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(count >= 10, "the pages show commands; only {count} were found");
    Ok(())
}

#[test]
fn every_make_target_in_the_docs_is_there() -> Result<()> {
    let makefile = fs::read_to_string(root().join("Makefile"))?;
    let mut pages = vec![root().join("README.md"), root().join("CONTRIBUTING.md")];
    documents(&root().join("docs"), &mut pages)?;
    for page in pages {
        for command in commands(&fs::read_to_string(&page)?) {
            if let Some(target) = command.strip_prefix("make ") {
                let target = target.split_whitespace().next().unwrap_or_default();
                assert!(makefile.contains(&format!("\n{target}:")), "{}: no target `{target}`", page.display());
            }
        }
    }
    Ok(())
}
