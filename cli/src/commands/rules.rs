//! `gradus rules`: the recording rules and alerts as a plain rule file.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use gradus_dashboards::rules::{Settings, file};
use gradus_operator::store::disk::{LocalDisk, replace};

use crate::edge::Edge;
use crate::finish::Finish;

/// Which rules, and where to.
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
    /// The file to write, in one step, so that Prometheus never reads half of it; stdout when left out
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Prints the rule file with the settings.
pub(crate) fn run(arguments: &Arguments, edge: &mut Edge<'_>) -> anyhow::Result<Finish> {
    let settings = match &arguments.settings {
        Some(path) => read(path, edge)?,
        None => Settings::default(),
    };
    let text = file(&settings);
    match &arguments.output {
        Some(path) => write(path, &text)?,
        None => edge.out.write_all(text.as_bytes())?,
    }
    Ok(Finish::default())
}

fn read(path: &Path, edge: &mut Edge<'_>) -> anyhow::Result<Settings> {
    let of_stdin = path == Path::new("-");
    let name = if of_stdin {
        "stdin".to_owned()
    } else {
        path.display().to_string()
    };
    let mut text = String::new();
    let read = if of_stdin {
        edge.input.read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(path)
    };
    let text = read.with_context(|| format!("cannot read the settings in {name}"))?;
    Settings::from_yaml(&text).map_err(|wrong| match wrong.line {
        Some(line) => anyhow!("{name}:{line}: {}", wrong.said()),
        None => anyhow!("{name}: {}", wrong.said()),
    })
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    // The folder is synced too, and a bare name does not say which it is.
    std::path::absolute(path)
        .and_then(|path| replace(&LocalDisk, &path, text.as_bytes()))
        .with_context(|| format!("cannot write {}", path.display()))
}
