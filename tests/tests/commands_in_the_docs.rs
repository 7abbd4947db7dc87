//! Every command that the README and the book show is run, page by page, as a reader would.
//!
//! A page is played in a folder of its own that holds a copy of the examples: a `console` block is
//! run line by line on the real binary, and a YAML block under the name of a file is written to
//! that file. Commands that run until they are stopped (`gradus watch`), that build (`make`,
//! `cargo`) or that belong to other tools are checked by name; the walk's test runs `watch`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use gradus_tests::running::binary::{copy, gradus, root};

/// What a reader does with a page.
enum Step {
    Run(String),
    Write { file: String, text: String },
}

fn steps(page: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut lines = page.lines();
    let mut file = None;
    while let Some(line) = lines.next() {
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
                .collect();
            match (language, file.take()) {
                ("console", _) => steps.extend(commands(&block).into_iter().map(Step::Run)),
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

/// The commands of a `console` block, continuation lines joined.
fn commands(block: &[&str]) -> Vec<String> {
    let joined = block
        .iter()
        .map(|line| line.trim())
        .collect::<Vec<_>>()
        .join("\n")
        .replace("\\\n", " ");
    joined
        .lines()
        .filter_map(|line| line.strip_prefix("$ "))
        .map(str::to_owned)
        .collect()
}

fn pages() -> Result<Vec<PathBuf>> {
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

fn runs_here(command: &str) -> bool {
    let others = [
        "make",
        "cargo ",
        "gradus watch",
        "curl ",
        "kubectl ",
        "helm ",
        "git ",
        "examples/refresh-dates.sh",
    ];
    !others.iter().any(|other| command.starts_with(other))
}

fn run(command: &str, folder: &Path) -> Result<Option<String>> {
    let built = gradus().parent().map(Path::to_owned);
    let known = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(built.into_iter().chain(std::env::split_paths(&known)))?;
    let output = Command::new("sh")
        .args(["-c", command])
        .current_dir(folder)
        .env("PATH", path)
        .env("NO_COLOR", "1")
        .output()?;
    // 1 is a gate that failed on purpose; the page says so beside the command.
    let well = matches!(output.status.code(), Some(0 | 1));
    let said = String::from_utf8_lossy(&output.stderr);
    Ok((!well).then(|| format!("`{command}` ended with {}:\n{said}", output.status)))
}

#[test]
fn every_command_in_the_docs_runs() -> Result<()> {
    let mut failures = Vec::new();
    let mut count = 0;
    for page in pages()? {
        let folder = tempfile::tempdir()?;
        copy(&root().join("examples"), &folder.path().join("examples"))?;
        copy(&root().join("models"), &folder.path().join("models"))?;
        for step in steps(&fs::read_to_string(&page)?) {
            match step {
                Step::Write { file, text } => {
                    let path = folder.path().join(file);
                    fs::create_dir_all(path.parent().unwrap_or(folder.path()))?;
                    fs::write(path, text)?;
                }
                Step::Run(command) if runs_here(&command) => {
                    count += 1;
                    let failure = run(&command, folder.path())?;
                    failures
                        .extend(failure.map(|failure| format!("{}: {failure}", page.display())));
                }
                Step::Run(_) => {}
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(
        count >= 10,
        "the pages show commands; only {count} were found"
    );
    Ok(())
}

#[test]
fn every_make_target_in_the_docs_is_there() -> Result<()> {
    let makefile = fs::read_to_string(root().join("Makefile"))?;
    for page in pages()? {
        for step in steps(&fs::read_to_string(&page)?) {
            let Step::Run(command) = step else { continue };
            if let Some(target) = command.strip_prefix("make ") {
                let target = target.split_whitespace().next().unwrap_or_default();
                assert!(
                    makefile.contains(&format!("\n{target}:")),
                    "{}: no target `{target}`",
                    page.display()
                );
            }
        }
    }
    Ok(())
}
