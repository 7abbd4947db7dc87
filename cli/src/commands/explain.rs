//! `gradus explain`: why an assessment has its stage, down to the evidence.

use anyhow::{anyhow, bail};
use clap::ValueEnum;
use gradus_crds::wording::{capitalised, count, target};
use gradus_engine::key::ObjectKey;
use gradus_engine::query::{self, Explanation, Roadmap};
use gradus_engine::view::{AssessmentView, Problem};
use gradus_engine::world::World;
use jiff::Timestamp;
use serde::Serialize;

use crate::exit::Exit;
use crate::output::ladder::rungs;
use crate::output::text::{self, Line, Tone};
use crate::output::tree::tree;
use crate::output::{json, summary};
use crate::score_input::{ScoreInput, Scored};
use crate::stdio::{Medium, Stdio};
use crate::{instant, names};

/// What to explain.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  gradus explain larkmere-general/infram examples/hospital-group
  gradus explain larkmere-general/infram -f examples/hospital-group --criterion malware-firewall
  gradus explain larkmere-general/infram -f examples/hospital-group --capability wireless-most-premises
  gradus explain larkmere-general/infram -f examples/hospital-group --why-not 6
  gradus explain larkmere-general/infram
  gradus explain infram -n larkmere-general --context hospital

With PATH or -f it reads documents, without them the cluster of the current context.")]
pub(crate) struct Arguments {
    /// The assessment, as NAMESPACE/NAME, or NAME while it is unique in what is read
    #[arg(value_name = "ASSESSMENT")]
    assessment: String,
    #[command(flatten)]
    input: ScoreInput,
    /// Only this criterion of the model, down to the evidence
    #[arg(long, value_name = "NAME", group = "about")]
    criterion: Option<String>,
    /// Only this capability: its evidence, and which criteria require it
    #[arg(long, value_name = "NAME", group = "about")]
    capability: Option<String>,
    /// What is missing for this stage
    #[arg(long, value_name = "N", group = "about", value_parser = stage, allow_negative_numbers = true)]
    why_not: Option<u32>,
    /// How to show it
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    output: Format,
    /// Explain as of this date or time, such as 2027-03-01 or 2027-03-01T12:00:00Z
    #[arg(long, value_name = "TIME", value_parser = instant::parse)]
    at: Option<Timestamp>,
}

/// Parses a stage.
fn stage(text: &str) -> Result<u32, String> {
    text.parse()
        .map_err(|_| "write a whole number from 0".to_owned())
}

/// How to show an explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
    Yaml,
}

/// The explanation of one assessment.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PrintedExplanation {
    /// `namespace/name`.
    assessment: String,
    /// Its numbers.
    headline: String,
    /// What the next stage needs, and when the present one falls.
    outlook: String,
    /// Why its target is at risk.
    #[serde(skip_serializing_if = "Option::is_none")]
    target_risk: Option<String>,
    /// The trees.
    explanations: Vec<Explanation>,
    /// The smallest set of criteria that reaches the stage in question.
    #[serde(skip_serializing_if = "Option::is_none")]
    way: Option<Roadmap>,
    /// The stage that was asked for, where no criteria that are met could reach it.
    #[serde(skip_serializing_if = "Option::is_none")]
    unreachable: Option<u32>,
    /// The ladder, drawn; for people, when the whole assessment is explained.
    #[serde(skip)]
    rungs: Vec<Line>,
}

/// Explains one assessment.
pub(crate) fn run(arguments: &Arguments, stdio: &mut Stdio<'_>) -> anyhow::Result<Exit> {
    let at = instant::or_now(arguments.at)?;
    let input = arguments.input.of_assessment(&arguments.assessment)?;
    let (scored, mut exit) = input.score(at, stdio)?;
    if scored.snapshot.assessments.is_empty() {
        bail!("{}", scored.no_assessment());
    }
    let view = names::assessment(&scored.snapshot, &arguments.assessment)?;
    if let Some(Problem { reason, message }) = &view.problem {
        writeln!(
            stdio.err,
            "{} cannot be scored: {reason}: {message}",
            names::of(&view.key)
        )?;
        exit.not_evaluated = true;
        return Ok(exit);
    }
    let answer = answer(arguments, &scored, view)?;
    match arguments.output {
        Format::Table => text::write(&answer.lines(stdio.on_out), stdio.out, stdio.on_out)?,
        Format::Json => json::write(&answer, stdio.out)?,
        Format::Yaml => stdio
            .out
            .write_all(serde_saphyr::to_string(&answer)?.as_bytes())?,
    }
    stdio.out.flush()?;
    scored.compare([view], stdio)?;
    Ok(exit)
}

fn answer(
    arguments: &Arguments,
    scored: &Scored,
    view: &AssessmentView,
) -> anyhow::Result<PrintedExplanation> {
    let world = &scored.world;
    let is_whole = arguments.criterion.is_none()
        && arguments.capability.is_none()
        && arguments.why_not.is_none();
    let (explanations, to) = match arguments {
        Arguments {
            criterion: Some(criterion),
            ..
        } => (vec![of_criterion(world, view, criterion)?], None),
        Arguments {
            capability: Some(capability),
            ..
        } => (vec![of_capability(scored, view, capability)?], None),
        Arguments {
            why_not: Some(stage),
            ..
        } => (why_not(world, view, *stage)?, Some(*stage)),
        _ => (
            query::explain(world, view).into_iter().collect(),
            view.next_stage,
        ),
    };
    Ok(PrintedExplanation {
        assessment: names::of(&view.key),
        headline: summary::headline(view),
        outlook: summary::outlook(view),
        target_risk: target::at_risk(view).filter(|_| view.suspended().is_none()),
        explanations,
        way: to.and_then(|to| query::roadmap(world, &view.key, to)),
        unreachable: to.filter(|to| query::unreachable(world, &view.key, *to)),
        rungs: if is_whole { rungs(view) } else { Vec::new() },
    })
}

fn of_criterion(world: &World, view: &AssessmentView, name: &str) -> anyhow::Result<Explanation> {
    let known = view.criteria.iter().map(|row| &*row.name);
    let model = &view.spec.model;
    query::explain_criterion(world, view, name)
        .ok_or_else(|| names::unknown(&format!("criterion of {model} called"), name, known))
}

fn of_capability(
    scored: &Scored,
    view: &AssessmentView,
    name: &str,
) -> anyhow::Result<Explanation> {
    let same = |key: &&ObjectKey| key.namespace == view.key.namespace;
    let known: Vec<&str> = scored
        .snapshot
        .capabilities
        .keys()
        .filter(same)
        .map(|key| &*key.name)
        .collect();
    let namespace = &view.key.namespace;
    query::explain_capability(&scored.world, view, name)
        .ok_or_else(|| names::unknown(&format!("capability in {namespace} called"), name, known))
}

fn why_not(world: &World, view: &AssessmentView, stage: u32) -> anyhow::Result<Vec<Explanation>> {
    if view.stages.is_empty() {
        bail!("{} has points, but no stages", view.spec.model);
    }
    if !view.stages.iter().any(|known| known.rank == stage) {
        let ranks: Vec<String> = view
            .stages
            .iter()
            .map(|known| known.rank.to_string())
            .collect();
        return Err(anyhow!(
            "{} has no stage {stage}; it has {}",
            view.spec.model,
            names::listed(&ranks)
        ));
    }
    Ok(query::why_not(world, view, stage).unwrap_or_default())
}

impl PrintedExplanation {
    fn lines(&self, medium: Medium) -> Vec<Line> {
        let mut lines = vec![
            Line::of(Tone::Strong, &self.assessment)
                .and(Tone::Plain, "   ")
                .and(Tone::Plain, &self.headline),
        ];
        let outlook = Line::plain(&self.outlook);
        let risk = self.target_risk.as_ref();
        let risk = risk.map(|risk| Line::of(Tone::Doubt, format!("{}.", capitalised(risk))));
        for line in [Some(outlook), risk].into_iter().flatten() {
            match medium.width {
                Some(width) => lines.extend(line.wrap(width)),
                None => lines.push(line),
            }
        }
        lines.push(Line::default());
        if !self.rungs.is_empty() {
            lines.extend(self.rungs.iter().cloned());
            lines.push(Line::default());
        }
        for explanation in &self.explanations {
            lines.extend(tree(explanation, medium.width));
            lines.push(Line::default());
        }
        lines.extend(self.way.as_ref().into_iter().flat_map(way));
        lines.extend(self.unreachable.map(|stage| {
            let text =
                "cannot be reached: a stage on the way cannot pass, whatever criteria are met";
            Line::of(Tone::Bad, format!("Stage {stage} {text}."))
        }));
        while lines.last().is_some_and(Line::is_empty) {
            lines.pop();
        }
        lines
    }
}

/// The smallest set of criteria that reaches a stage.
fn way(way: &Roadmap) -> Vec<Line> {
    if way.steps.is_empty() && way.awards_needed.is_empty() {
        return vec![Line::of(
            Tone::Good,
            format!("Stage {} is reached.", way.to),
        )];
    }
    let exact = if way.effort_days == way.effort_at_least {
        "The least that reaches"
    } else {
        "A short way to"
    };
    let estimated = way.steps.iter().all(|step| step.effort_days.is_some());
    let days = if estimated {
        format!(", {} days of work", way.effort_days)
    } else {
        String::new()
    };
    let criteria = count(way.steps.len(), "criterion", "criteria");
    let mut lines = vec![Line::of(
        Tone::Strong,
        format!("{exact} stage {}: {criteria}{days}", way.to),
    )];
    for (index, step) in way.steps.iter().enumerate() {
        let mut line = Line::plain(format!("  {}. {}", index + 1, step.criterion));
        let stage = step.stage.map(|stage| format!("stage {stage}"));
        let days = step.effort_days.map(|days| format!("{days} days"));
        let after = (!step.after.is_empty()).then(|| format!("after {}", step.after.join(", ")));
        let parts: Vec<String> = [stage, days, after].into_iter().flatten().collect();
        if !parts.is_empty() {
            line.push(Tone::Quiet, format!(" ({})", parts.join(", ")));
        }
        lines.push(line);
    }
    lines.extend(way.awards_needed.iter().map(|stage| {
        Line::plain(format!(
            "  and an external award of stage {stage} or higher"
        ))
    }));
    lines
}
