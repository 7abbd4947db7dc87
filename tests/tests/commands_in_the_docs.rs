//! Every command that the README and the book show is run, page by page, as a reader would.
//!
//! A page is played in a folder of its own that holds a copy of the examples: a `console` block is
//! run line by line on the real binary, and a YAML block under the name of a file is written to
//! that file. Commands that ask a cluster (`kubectl gradus`, `gradus score` without `-f`) are run on a
//! real control plane that holds the example. Commands that run until they are stopped (`gradus watch`),
//! that build (`make`, `cargo`) or that belong to other tools are checked by name; the walk's test runs
//! `watch`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use gradus_tests::control_plane::{ControlPlane, tools};
use gradus_tests::page::{Step, steps};
use gradus_tests::running::binary::{copy, gradus, root};

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
        "amtool ",
        "examples/refresh-dates.sh",
    ];
    asks_cluster(command) || !others.iter().any(|other| command.starts_with(other))
}

/// Whether a command reads a cluster, and nothing but that.
fn asks_cluster(command: &str) -> bool {
    let words: Vec<&str> = command.split_whitespace().collect();
    let named = |programs: &[&str]| {
        ["score", "explain"]
            .iter()
            .any(|verb| words.starts_with(&[programs, &[*verb]].concat()))
    };
    let from_documents = words.iter().any(|word| matches!(*word, "-f" | "--from"));
    (named(&["gradus"]) && !from_documents) || words.starts_with(&["kubectl", "gradus"])
}

/// A cluster that holds the example, as the pages take it for granted.
fn cluster() -> Result<(ControlPlane, PathBuf)> {
    let plane = ControlPlane::start()?;
    plane.install_definitions()?;
    plane.load(&root().join("examples/hospital-group"))?;
    let kubeconfig = plane.kubeconfig(plane.admin_token())?;
    let file = kubeconfig.to_str().context("a path in UTF-8")?;
    let config = ["config", "--kubeconfig", file];
    plane.kubectl(&[&config[..], &["rename-context", "test", "hospital"]].concat())?;
    let home = ["set-context", "hospital", "--namespace", "larkmere-general"];
    plane.kubectl(&[&config[..], &home].concat())?;
    Ok((plane, kubeconfig))
}

/// Runs a command as a reader who has our binary, the folder's `bin` and kubectl on the path.
fn run(command: &str, folder: &Path, kubeconfig: Option<&Path>) -> Result<Option<String>> {
    let mut programs: Vec<PathBuf> = gradus().parent().map(Path::to_owned).into_iter().collect();
    programs.push(folder.join("bin"));
    if kubeconfig.is_some() {
        programs.push(tools()?.to_owned());
    }
    let known = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(programs.into_iter().chain(std::env::split_paths(&known)))?;
    let output = Command::new("sh")
        .args(["-c", command])
        .current_dir(folder)
        .env("PATH", path)
        .env("NO_COLOR", "1")
        .env("KUBECONFIG", kubeconfig.unwrap_or(Path::new("")))
        .output()?;
    // 1 is a gate that failed on purpose; the page says so beside the command.
    let well = matches!(output.status.code(), Some(0 | 1));
    let said = String::from_utf8_lossy(&output.stderr);
    Ok((!well).then(|| format!("`{command}` ended with {}:\n{said}", output.status)))
}

#[test]
fn every_command_in_the_docs_runs() -> Result<()> {
    let mut failures = Vec::new();
    let (mut count, mut on_cluster) = (0, 0);
    let (_plane, kubeconfig) = cluster()?;
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
                    let asks = asks_cluster(&command);
                    on_cluster += u32::from(asks);
                    let kubeconfig = asks.then_some(&*kubeconfig);
                    let failure = run(&command, folder.path(), kubeconfig)?;
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
    assert!(
        on_cluster >= 5,
        "some ask a cluster; only {on_cluster} were found"
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
