//! `gradus lint`: everything that is wrong, before anybody relies on it.

mod place;
mod reference;

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::PathBuf;

use clap::ValueEnum;
use gradus_engine::key::Kind;
use gradus_manifests::finding::Finding;
use gradus_operator::inputs::folder::{Reading, STANDARD_INPUT};
use serde::Serialize;

use self::place::Places;
use super::score::write_json;
use crate::edge::Edge;
use crate::finish::Finish;
use crate::input;
use crate::output::diagnostics::{self, FOREIGN};

/// What to check.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  gradus lint examples/hospital-group
  gradus lint site/network.yaml site/assessments.yaml
  gradus lint -o json site > findings.json

References are followed within what is given: give a whole folder, or everything that belongs together.")]
pub(crate) struct Arguments {
    /// Folders or files of documents, or - for the standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// How to show findings
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    output: Format,
}

/// How to show findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
}

/// What was checked, and what is wrong with it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    /// Objects that can be used, by kind.
    checked: BTreeMap<&'static str, usize>,
    errors: usize,
    warnings: usize,
    notes: usize,
    /// By file and line.
    findings: Vec<Finding>,
}

/// Checks, and says what was checked when nothing is wrong.
pub(crate) fn run(arguments: &Arguments, edge: &mut Edge<'_>) -> anyhow::Result<Finish> {
    let mut typed = Vec::new();
    if arguments
        .paths
        .iter()
        .any(|path| path.as_os_str() == STANDARD_INPUT)
    {
        edge.input.read_to_end(&mut typed)?;
    }
    let mut again = Cursor::new(typed.as_slice());
    let reading = input::read(
        &arguments.paths,
        &mut Edge {
            input: &mut again,
            ..edge.again()
        },
    )?;
    let report = Report::of(reading, &typed);
    match arguments.output {
        Format::Json => write_json(&report, edge.out)?,
        Format::Table => {
            diagnostics::write(&report.findings, edge.out, edge.on_out)?;
            writeln!(edge.out, "{}", report.summary())?;
        }
    }
    Ok(Finish {
        bad_input: report.errors > 0,
        ..Finish::default()
    })
}

impl Report {
    fn of(reading: Reading, typed: &[u8]) -> Self {
        let mut places = Places::new(typed);
        let dangling: Vec<Finding> = reference::dangling(&reading)
            .into_iter()
            .map(|(document, diagnostic)| places.finding(document, diagnostic))
            .collect();
        let mut checked = BTreeMap::new();
        for key in reading.documents.keys() {
            *checked.entry(key.kind.as_str()).or_default() += 1;
        }
        let mut findings = reading.findings;
        findings.extend(dangling);
        findings.extend(reading.notes);
        findings.sort();
        let errors = findings.iter().filter(|finding| finding.is_error()).count();
        let notes = findings
            .iter()
            .filter(|finding| finding.diagnostic.code == FOREIGN)
            .count();
        Self {
            checked,
            errors,
            warnings: findings.len() - errors - notes,
            notes,
            findings,
        }
    }

    fn summary(&self) -> String {
        let found: Vec<String> = [
            (self.errors, "error"),
            (self.warnings, "warning"),
            (self.notes, "note"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| counted(count, what))
        .collect();
        let found = if found.is_empty() {
            "nothing wrong".to_owned()
        } else {
            found.join(", ")
        };
        let kinds = Kind::ALL.map(Kind::as_str).into_iter();
        let checked: Vec<String> = kinds
            .filter_map(|kind| Some(format!("{} {kind}", self.checked.get(kind)?)))
            .collect();
        let objects = self.checked.values().sum();
        if checked.is_empty() {
            return format!("{found}; no object that can be used");
        }
        format!(
            "{found}; {}: {}",
            counted(objects, "object"),
            checked.join(", ")
        )
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
