//! `gradus rules`: recording rules and alerts as a rule file for Prometheus.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use gradus_dashboards::rules::{Settings, file};
use gradus_operator::store::disk::{LocalDisk, replace};

use crate::exit::Exit;
use crate::stdio::Stdio;

/// Links that lead to links, as many as a kernel follows.
const MOST_LINKS: usize = 40;

/// Settings of the rules, and where to write them.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  gradus rules --output /etc/prometheus/rules/gradus.yaml
  gradus rules --settings settings.yaml > gradus.yaml
  gradus rules --settings - < settings.yaml")]
pub(crate) struct Arguments {
    /// Thresholds, severities, durations and addresses, in the shape of the chart's `prometheus.rules`; `-` is stdin
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// The file to write, atomically, so that Prometheus never reads half of it; stdout when left out
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Writes the rule file with the settings.
pub(crate) fn run(arguments: &Arguments, stdio: &mut Stdio<'_>) -> anyhow::Result<Exit> {
    let settings = match &arguments.settings {
        Some(path) => read(path, stdio)?,
        None => Settings::default(),
    };
    let text = file(&settings);
    match &arguments.output {
        Some(path) => write(path, &text)?,
        None => stdio.out.write_all(text.as_bytes())?,
    }
    Ok(Exit::default())
}

fn read(path: &Path, stdio: &mut Stdio<'_>) -> anyhow::Result<Settings> {
    let of_stdin = path == Path::new("-");
    let name = if of_stdin {
        "stdin".to_owned()
    } else {
        path.display().to_string()
    };
    let mut text = String::new();
    let read = if of_stdin {
        stdio.input.read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(path)
    };
    let text = read.with_context(|| format!("cannot read the settings in {name}"))?;
    Settings::from_yaml(&text).map_err(|wrong| match wrong.line {
        Some(line) => anyhow!("{name}:{line}: {}", wrong.said()),
        None => anyhow!("{name}: {}", wrong.said()),
    })
}

/// Replaces the file, the one that a link leads to if it is a link. A pipe or a device is written into.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let written = match path.metadata() {
        Ok(metadata) if !metadata.is_file() => std::fs::write(path, text),
        _ => target(path).and_then(|path| replace(&LocalDisk, &path, text.as_bytes())),
    };
    written.with_context(|| format!("cannot write {}", path.display()))
}

/// Where a path leads. Why absolute: the folder is synced too, and the path of a bare file name has none.
fn target(path: &Path) -> io::Result<PathBuf> {
    let mut path = std::path::absolute(path)?;
    for _ in 0..MOST_LINKS {
        let Ok(target) = path.read_link() else {
            return Ok(path);
        };
        // A relative target begins at the folder of the link.
        path = path
            .parent()
            .map(|folder| folder.join(&target))
            .unwrap_or(target);
    }
    Err(io::Error::other("its links lead nowhere"))
}
