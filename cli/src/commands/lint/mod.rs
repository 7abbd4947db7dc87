//! `gradus lint`: checks documents, and the references between them.

mod answers;
mod locate;
mod meant;
mod reference;

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::bail;
use clap::ValueEnum;
use gradus_engine::diagnostic::Severity;
use gradus_engine::key::Kind;
use gradus_manifests::finding::Finding;
use gradus_operator::inputs::folder::Reading;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use self::locate::located;
use crate::documents;
use crate::exit::Exit;
use crate::instant;
use crate::output::diagnostics;
use crate::output::json;
use crate::stdio::Stdio;

/// What to check.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  gradus lint examples/hospital-group
  gradus lint site/network.yaml site/assessments.yaml
  gradus lint -o json site > findings.json

References are checked within the given paths: give a whole folder, or all files that belong together.")]
pub(crate) struct Arguments {
    /// Folders or files of documents, or - for the standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Note what is over as of this date or time; now when left out
    #[arg(long, value_name = "TIME", value_parser = instant::parse)]
    at: Option<Timestamp>,
    /// The format of the findings
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    output: Format,
}

/// The format of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
}

/// The result of a check.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    /// Valid objects, by kind.
    checked: BTreeMap<&'static str, usize>,
    errors: usize,
    warnings: usize,
    notes: usize,
    /// By file and line.
    findings: Vec<Finding>,
}

/// Checks the documents, and writes the findings and a summary.
pub(crate) fn run(arguments: &Arguments, stdio: &mut Stdio<'_>) -> anyhow::Result<Exit> {
    let today = instant::or_now(arguments.at)?
        .to_zoned(TimeZone::UTC)
        .date();
    let report = Report::of(documents::read(&arguments.paths, stdio)?, today);
    match arguments.output {
        Format::Json => json::write(&report, stdio.out)?,
        Format::Table => {
            diagnostics::write(&report.findings, stdio.out, stdio.on_out)?;
            writeln!(stdio.out, "{}", report.summary())?;
        }
    }
    if report.checked.is_empty() && report.errors == 0 {
        bail!("nothing was checked: no document of gradus.dev is in these files");
    }
    Ok(Exit {
        bad_input: report.errors > 0,
        ..Exit::default()
    })
}

impl Report {
    fn of(reading: Reading, today: Date) -> Self {
        let mut mistakes = reference::dangling(&reading);
        mistakes.extend(meant::notes(&reading, today));
        let related = located(mistakes, &reading.streams);
        let mut checked = BTreeMap::new();
        for key in reading.documents.keys() {
            *checked.entry(key.kind.as_str()).or_default() += 1;
        }
        let mut findings = reading.findings;
        findings.extend(related);
        findings.extend(reading.notes);
        // Stable: what counts the rest of a file stays behind the last finding that is shown.
        findings.sort_by(|one, other| one.place().cmp(&other.place()));
        let count = |severity| {
            let findings = findings.iter();
            findings
                .filter(|finding| finding.diagnostic.severity == severity)
                .count()
        };
        Self {
            checked,
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
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
            "no problems found".to_owned()
        } else {
            found.join(", ")
        };
        let kinds = Kind::ALL.map(Kind::as_str).into_iter();
        let checked: Vec<String> = kinds
            .filter_map(|kind| Some(format!("{} {kind}", self.checked.get(kind)?)))
            .collect();
        let objects = self.checked.values().sum();
        if checked.is_empty() {
            return format!("{found}; no valid object");
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
