//! Every command that the README and the documentation show is run, page by page, as a reader would, and prints what
//! the page shows below it.
//!
//! A page is played in a folder of its own that holds a copy of the examples and a link to the program where `make run`
//! builds it: a `console` block is run command by command, and a YAML block under the name of a file is written to that
//! file. The time is the day that the example's dates are for. Commands that ask a cluster (`kubectl gradus`,
//! `gradus score` without `-f`) are run on a real control plane that holds the example. Commands that run until they are
//! stopped (`gradus watch`), that build (`make`, `cargo`) or that belong to other tools are checked by name; the walk's
//! test runs `watch`.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use gradus_tests::control_plane::{ControlPlane, tools};
use gradus_tests::page::{Step, pages, shows, steps};
use gradus_tests::running::binary::{copy, gradus, root};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tempfile::TempDir;

/// Where `make run` builds the program.
const BUILT: &str = "target/debug/";

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
    let command = command.strip_prefix(BUILT).unwrap_or(command);
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

/// The place where a reader of one page types.
struct Reader {
    folder: TempDir,
    /// The cluster of the commands that ask one; without, these are left out.
    kubeconfig: Option<PathBuf>,
    /// The day that the example's dates are for, in seconds.
    day: String,
    count: u32,
    failures: Vec<String>,
}

impl Reader {
    fn new(kubeconfig: Option<&Path>) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        copy(&root().join("examples"), &folder.path().join("examples"))?;
        let built = folder.path().join(BUILT);
        fs::create_dir_all(&built)?;
        symlink(gradus(), built.join("gradus"))?;
        let day = fs::read_to_string(root().join("examples/hospital-group/as-of"))?;
        let day = day.trim().parse::<Date>()?.to_zoned(TimeZone::UTC)?;
        Ok(Self {
            folder,
            kubeconfig: kubeconfig.map(Path::to_owned),
            day: day.timestamp().as_second().to_string(),
            count: 0,
            failures: Vec::new(),
        })
    }

    fn follow(&mut self, step: Step) -> Result<()> {
        match step {
            Step::Write { file, text } => {
                let path = self.folder.path().join(file);
                fs::create_dir_all(path.parent().unwrap_or(self.folder.path()))?;
                fs::write(path, text)?;
            }
            Step::Run { command, prints } if runs_here(&command) => {
                if self.kubeconfig.is_some() || !asks_cluster(&command) {
                    self.run(&command, &prints)?;
                }
            }
            Step::Run { .. } => {}
        }
        Ok(())
    }

    /// Runs a command as a reader who has our binary, the folder's `bin` and kubectl on the path.
    fn run(&mut self, command: &str, prints: &str) -> Result<()> {
        let asks = asks_cluster(command);
        let mut programs: Vec<PathBuf> =
            gradus().parent().map(Path::to_owned).into_iter().collect();
        programs.push(self.folder.path().join("bin"));
        if asks {
            programs.push(tools()?.to_owned());
        }
        let known = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(programs.into_iter().chain(std::env::split_paths(&known)))?;
        let mut shell = Command::new("sh");
        shell
            .args(["-c", command])
            .current_dir(self.folder.path())
            .env("PATH", path)
            .env("NO_COLOR", "1");
        match self.kubeconfig.as_ref().filter(|_| asks) {
            Some(kubeconfig) => shell.env("KUBECONFIG", kubeconfig),
            None => shell
                .env("KUBECONFIG", "")
                .env("SOURCE_DATE_EPOCH", &self.day),
        };
        let output = shell.output()?;
        self.count += 1;
        let printed = String::from_utf8_lossy(&output.stdout);
        // 1 is a gate that failed on purpose; the page says so beside the command.
        if !matches!(output.status.code(), Some(0 | 1)) {
            let said = String::from_utf8_lossy(&output.stderr);
            let ended = format!("`{command}` ended with {}:\n{said}", output.status);
            self.failures.push(ended);
        } else if !shows(prints, &printed) {
            let differs = format!("`{command}` does not print what is shown, but:\n{printed}");
            self.failures.push(differs);
        }
        Ok(())
    }
}

/// Plays the pages that fit, and returns how many commands were run.
fn play(kubeconfig: Option<&Path>, fits: impl Fn(&[Step]) -> bool) -> Result<u32> {
    let mut failures = Vec::new();
    let mut count = 0;
    for page in pages()? {
        let steps = steps(&fs::read_to_string(&page)?);
        if !fits(&steps) {
            continue;
        }
        let mut reader = Reader::new(kubeconfig)?;
        for step in steps {
            reader.follow(step)?;
        }
        count += reader.count;
        let failed = reader.failures.into_iter();
        failures.extend(failed.map(|failure| format!("{}: {failure}", page.display())));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    Ok(count)
}

#[test]
fn commands_on_documents_run_and_print_the_shown_output() -> Result<()> {
    let count = play(None, |_| true)?;
    assert!(count >= 30, "only {count} commands were found");
    Ok(())
}

#[test]
fn commands_on_a_cluster_run() -> Result<()> {
    let (_plane, kubeconfig) = cluster()?;
    let asks = |step: &Step| matches!(step, Step::Run { command, .. } if asks_cluster(command));
    let count = play(Some(&kubeconfig), |steps| steps.iter().any(asks))?;
    assert!(count >= 5, "only {count} commands were found");
    Ok(())
}

#[test]
fn every_make_target_in_the_docs_is_there() -> Result<()> {
    let makefile = fs::read_to_string(root().join("Makefile"))?;
    for page in pages()? {
        for step in steps(&fs::read_to_string(&page)?) {
            let Step::Run { command, .. } = step else {
                continue;
            };
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

#[test]
fn every_subcommand_is_in_the_table_of_the_readme() -> Result<()> {
    let readme = fs::read_to_string(root().join("README.md"))?;
    let reference = fs::read_to_string(root().join("docs/reference/command-line.md"))?;
    let headings = reference.lines().filter_map(|line| {
        let heading = line.strip_prefix("## `gradus ")?;
        heading.strip_suffix('`')?.split(' ').next()
    });
    let commands: Vec<&str> = headings.collect();
    assert!(commands.len() > 8, "{commands:?}");
    for command in commands {
        let row = format!("\n| `gradus {command}");
        assert!(
            readme.contains(&row),
            "README.md has no row for `{command}`"
        );
    }
    Ok(())
}
