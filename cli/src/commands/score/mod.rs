//! `gradus score`: one pass over everything, committing nothing.

mod gate;
pub(crate) mod summary;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufWriter, Write};

use anyhow::{Context, bail};
use clap::ValueEnum;
use gradus_engine::view::{AssessmentView, Problem};
use jiff::Timestamp;
use serde_json::Value;

use self::gate::{FailOn, Gates};
use crate::arguments::Output;
use crate::edge::{Edge, Medium};
use crate::finish::Finish;
use crate::output::{list, text};
use crate::source::{Scored, Source};
use crate::{instant, names};

/// What to score, and how to show it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  gradus score -f examples/hospital-group
  gradus score -f examples/hospital-group --model emram-2018 -o wide
  gradus score -f examples/hospital-group -o table -o json=maturity.json --at 2027-03-01
  git show main:capabilities.yaml | gradus score -f -
  gradus score -f site --min-stage 4 --fail-on expiring
  gradus score -n larkmere-general
  gradus score -A --context hospital -o wide

With -f it scores documents, without it the cluster of the current context: what the account may read, with the marks
and falls that the statuses remember. It writes nothing.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    source: Source,
    /// table, wide, json or yaml; FORMAT=FILE writes to a file; repeatable
    #[arg(short, long, value_name = "FORMAT[=FILE]", default_value = "table")]
    output: Vec<Output<Format>>,
    /// Look from this instant, such as 2027-03-01 or 2027-03-01T12:00:00Z
    #[arg(long, value_name = "TIME", value_parser = instant::parse)]
    at: Option<Timestamp>,
    /// Only assessments of this model
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// Fail when an assessment is below this stage
    #[arg(long, value_name = "N")]
    min_stage: Option<u32>,
    /// Fail when some criterion is unknown, or something ends within 14 days
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

/// What is to be shown.
struct Shown {
    scored: Scored,
    model: Option<String>,
}

/// Scores, shows, and holds the result to the gates.
pub(crate) fn run(arguments: &Arguments, edge: &mut Edge<'_>) -> anyhow::Result<Finish> {
    let at = instant::or_now(arguments.at)?;
    let gates = Gates::new(arguments.min_stage, &arguments.fail_on)?;
    check(&arguments.output)?;
    let (scored, mut finish) = arguments.source.score(at, edge)?;
    let shown = Shown {
        scored,
        model: arguments.model.clone(),
    };
    for output in &arguments.output {
        shown.write(output, edge)?;
    }
    edge.out.flush()?;
    shown.remark(&mut finish, edge)?;
    finish.gate_failed = gates.check(shown.views(), edge)?;
    if finish == Finish::default() && gates.are_none() {
        writeln!(
            edge.err,
            "no gate was asked for: --min-stage and --fail-on make this command fail"
        )?;
    }
    Ok(finish)
}

/// Two outputs on one stream could not be told apart.
fn check(outputs: &[Output<Format>]) -> anyhow::Result<()> {
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

impl Shown {
    /// The assessments that were asked for, by name.
    fn views(&self) -> impl Iterator<Item = &AssessmentView> {
        let views = self.scored.snapshot.assessments.values().map(AsRef::as_ref);
        views.filter(|view| {
            self.model
                .as_ref()
                .is_none_or(|model| *view.spec.model == **model)
        })
    }

    fn write(&self, output: &Output<Format>, edge: &mut Edge<'_>) -> anyhow::Result<()> {
        let Some(path) = &output.file else {
            return self.write_to(output.format, edge.out, edge.on_out);
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
            Format::Json => write_json(&self.list(), out)?,
            Format::Yaml => out.write_all(serde_saphyr::to_string(&self.list())?.as_bytes())?,
        }
        Ok(())
    }

    fn list(&self) -> Value {
        list::list(self.views().filter_map(|view| self.scored.document(view)))
    }

    /// Says what could not be scored, and that nothing was there to score.
    fn remark(&self, finish: &mut Finish, edge: &mut Edge<'_>) -> anyhow::Result<()> {
        for view in self.views() {
            if let Some(Problem { reason, message }) = &view.problem {
                finish.not_evaluated = true;
                writeln!(
                    edge.err,
                    "{} cannot be scored: {reason}: {message}",
                    names::of(&view.key)
                )?;
            }
        }
        if self.views().next().is_some() {
            return self.scored.compare(self.views(), edge);
        }
        finish.bad_input = true;
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
                writeln!(edge.err, "error: {unknown}")?;
            }
            _ => writeln!(edge.err, "error: {}", self.scored.nothing())?,
        }
        Ok(())
    }
}

/// JSON as people and tools read it, with a line break at its end.
pub(crate) fn write_json(value: &impl serde::Serialize, out: &mut dyn Write) -> anyhow::Result<()> {
    writeln!(out, "{}", serde_json::to_string_pretty(value)?)?;
    Ok(())
}
