//! `gradus score`: scores all assessments once, and writes no state.

mod ended;
mod gate;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufWriter, Write};

use anyhow::{Context, bail};
use clap::ValueEnum;
use gradus_engine::view::{AssessmentView, Problem};
use jiff::Timestamp;
use serde_json::Value;

use self::gate::{FailOn, Gates};
use crate::exit::Exit;
use crate::output::destination::Destination;
use crate::output::{json, list, summary, text};
use crate::score_input::{ScoreInput, Scored};
use crate::stdio::{Medium, Stdio};
use crate::{instant, names};

/// What to score, and how to show it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  gradus score examples/hospital-group
  gradus score -f examples/hospital-group --model emram-2018 -o wide
  gradus score -f examples/hospital-group -o table -o json=maturity.json --at 2027-03-01
  git show main:capabilities.yaml | gradus score -f -
  gradus score -f site --min-stage 4 --fail-on expiring
  gradus score -n larkmere-general
  gradus score -A --context hospital -o wide

With PATH or -f it scores documents, without them the cluster of the current context: what the account may read, with
the high-water marks and falls of the statuses. It writes nothing to either. With --min-stage or --fail-on it is a gate
that fails with exit code 1.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    input: ScoreInput,
    /// table, wide, json or yaml; FORMAT=FILE writes to a file; repeatable
    #[arg(short, long, value_name = "FORMAT[=FILE]", default_value = "table")]
    output: Vec<Destination<Format>>,
    /// Score as of this date or time, such as 2027-03-01 or 2027-03-01T12:00:00Z
    #[arg(long, value_name = "TIME", value_parser = instant::parse)]
    at: Option<Timestamp>,
    /// Only assessments of this model
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// Fail when an assessment is below this stage
    #[arg(long, value_name = "N", value_parser = gate::min_stage, allow_negative_numbers = true)]
    min_stage: Option<u32>,
    /// Fail when a criterion is unknown (unknown), when something that counts has ended and is not renewed (expired), or
    /// when that will be so within 14 days (expiring)
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    fail_on: Vec<FailOn>,
}

/// How to show assessments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Wide,
    Json,
    Yaml,
}

/// The assessments to show.
struct Report {
    scored: Scored,
    model: Option<String>,
}

/// Scores, writes the outputs, and checks the gates.
pub(crate) fn run(arguments: &Arguments, stdio: &mut Stdio<'_>) -> anyhow::Result<Exit> {
    let at = instant::or_now(arguments.at)?;
    let gates = Gates::new(arguments.min_stage, &arguments.fail_on);
    check(&arguments.output)?;
    let (scored, mut exit) = arguments.input.score(at, stdio)?;
    let report = Report {
        scored,
        model: arguments.model.clone(),
    };
    for output in &arguments.output {
        report.write(output, stdio)?;
    }
    stdio.out.flush()?;
    report.report_problems(&mut exit, stdio)?;
    gates.check(report.views(), &report.scored.snapshot, &mut exit, stdio)?;
    Ok(exit)
}

/// Refuses two outputs on stdout, where they could not be told apart.
fn check(outputs: &[Destination<Format>]) -> anyhow::Result<()> {
    if outputs
        .iter()
        .filter(|output| output.file.is_none())
        .count()
        > 1
    {
        bail!("only one output can go to stdout; write the others to files, such as -o json=FILE");
    }
    Ok(())
}

impl Report {
    /// The selected assessments, by name.
    fn views(&self) -> impl Iterator<Item = &AssessmentView> {
        let views = self.scored.snapshot.assessments.values().map(AsRef::as_ref);
        views.filter(|view| {
            self.model
                .as_ref()
                .is_none_or(|model| *view.spec.model == **model)
        })
    }

    fn write(&self, output: &Destination<Format>, stdio: &mut Stdio<'_>) -> anyhow::Result<()> {
        let Some(path) = &output.file else {
            return self.write_to(output.format, stdio.out, stdio.on_out);
        };
        let failed = || format!("{} cannot be written", path.display());
        let mut file = BufWriter::new(File::create(path).with_context(failed)?);
        self.write_to(output.format, &mut file, Medium::FILE)?;
        file.flush().with_context(failed)
    }

    fn write_to(&self, format: Format, out: &mut dyn Write, medium: Medium) -> anyhow::Result<()> {
        match format {
            Format::Table => text::write(
                &summary::table(self.views()).lines(medium.width),
                out,
                medium,
            )?,
            Format::Wide => text::write(
                &summary::wide(self.views()).lines(medium.width),
                out,
                medium,
            )?,
            Format::Json => json::write(&self.list(), out)?,
            Format::Yaml => out.write_all(serde_saphyr::to_string(&self.list())?.as_bytes())?,
        }
        Ok(())
    }

    fn list(&self) -> Value {
        list::list(self.views().filter_map(|view| self.scored.document(view)))
    }

    /// Writes to stderr what could not be scored, and whether there was anything to score.
    fn report_problems(&self, exit: &mut Exit, stdio: &mut Stdio<'_>) -> anyhow::Result<()> {
        for view in self.views() {
            if let Some(Problem { reason, message }) = &view.problem {
                exit.not_evaluated = true;
                writeln!(
                    stdio.err,
                    "{} cannot be scored: {reason}: {message}",
                    names::of(&view.key)
                )?;
            }
        }
        if self.views().next().is_some() {
            return self.scored.compare(self.views(), stdio);
        }
        exit.bad_input = true;
        match &self.model {
            Some(model) if !self.scored.snapshot.assessments.is_empty() => {
                let models: BTreeSet<&str> = self
                    .scored
                    .snapshot
                    .assessments
                    .values()
                    .map(|view| &*view.spec.model)
                    .collect();
                let unknown = names::unknown("assessment of model", model, models);
                writeln!(stdio.err, "error: {unknown}")?;
            }
            _ => writeln!(stdio.err, "error: {}", self.scored.no_assessment())?,
        }
        Ok(())
    }
}
