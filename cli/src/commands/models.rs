//! `gradus models`: the model library, with sources and licences.

use anyhow::anyhow;
use clap::{Subcommand, ValueEnum};
use gradus_crds::library::{self, LibraryModel};
use gradus_engine::model::{CriterionKind, Model};

use crate::exit::Exit;
use crate::names;
use crate::output::table::Table;
use crate::output::text::{self, Line, Tone};
use crate::stdio::{Medium, Stdio};

/// What to show of the model library.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  gradus models list
  gradus models show infram-2018")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

/// What to show of the library.
#[derive(Debug, Subcommand)]
enum Action {
    /// List the models that are built in
    #[command(after_help = "Examples:\n  gradus models list")]
    List,
    /// Show one model: source, licence, stages and criteria
    #[command(after_help = "\
Examples:
  gradus models show infram-2018
  gradus models show infram-2018 -o yaml > my-model.yaml")]
    Show {
        /// The model
        name: String,
        /// A summary, or the whole YAML to apply or change
        #[arg(short, long, value_name = "FORMAT", default_value = "table")]
        output: Format,
    },
}

/// How to show a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Yaml,
}

/// Shows the library.
pub(crate) fn run(arguments: &Arguments, stdio: &mut Stdio<'_>) -> anyhow::Result<Exit> {
    match &arguments.action {
        Action::List => text::write(&list()?.lines(stdio.on_out.width), stdio.out, stdio.on_out)?,
        Action::Show {
            name,
            output: Format::Yaml,
        } => stdio.out.write_all(entry(name)?.text.as_bytes())?,
        Action::Show {
            name,
            output: Format::Table,
        } => {
            let model = parsed(entry(name)?)?;
            text::write(&summary(&model, stdio.on_out), stdio.out, stdio.on_out)?;
        }
    }
    Ok(Exit::default())
}

/// A model of the library by its name.
pub(crate) fn entry(name: &str) -> anyhow::Result<&'static LibraryModel> {
    let models = library::library().iter();
    models
        .clone()
        .find(|model| model.name == name)
        .ok_or_else(|| names::unknown("built-in model", name, models.map(|model| model.name)))
}

/// A model of the library, decoded.
pub(crate) fn parsed(entry: &LibraryModel) -> anyhow::Result<std::sync::Arc<Model>> {
    library::find(entry.name)
        .ok_or_else(|| anyhow!("the built-in model {} cannot be read", entry.name))
}

fn list() -> anyhow::Result<Table> {
    let mut table = Table::new([
        "NAME",
        "VERSION",
        "STAGES",
        "CRITERIA",
        "TITLE",
        "COMPLETENESS",
    ]);
    for entry in library::library() {
        let model = parsed(entry)?;
        table.row([
            Line::of(Tone::Strong, entry.name),
            Line::plain(&model.version),
            Line::plain(stages(&model)),
            Line::plain(model.criteria.len().to_string()),
            Line::plain(&model.title),
            Line::plain(&model.source.completeness),
        ]);
    }
    Ok(table)
}

fn stages(model: &Model) -> String {
    match (model.stages.first(), model.stages.last()) {
        (Some(first), Some(last)) => format!("{} to {}", first.rank, last.rank),
        _ => "points".to_owned(),
    }
}

fn summary(model: &Model, medium: Medium) -> Vec<Line> {
    let mut lines = vec![Line::of(
        Tone::Strong,
        format!("{} ({})", model.title, model.name),
    )];
    let source = &model.source;
    let facts = [
        ("version", &model.version),
        ("source", &source.url),
        ("licence", &source.licence),
        ("attribution", &source.attribution),
        ("completeness", &source.completeness),
        ("disclaimer", &source.disclaimer),
    ];
    let rules = source.house_rules.iter().map(|rule| ("house rule", rule));
    for (what, text) in facts
        .into_iter()
        .chain(rules)
        .filter(|(_, text)| !text.is_empty())
    {
        lines.extend(field(what, text, medium.width));
    }
    let stages = model.stages.iter().rev().map(|stage| {
        let name = stage.name.clone().unwrap_or_default();
        let summary = stage.summary.clone().unwrap_or_default();
        [
            Line::of(Tone::Strong, stage.rank.to_string()),
            Line::plain(name),
            Line::plain(summary),
        ]
    });
    let mut table = Table::new(["STAGE", "NAME", "SUMMARY"]);
    stages.for_each(|row| table.row(row));
    if !model.stages.is_empty() {
        lines.push(Line::default());
        lines.extend(table.lines(medium.width));
    }
    lines.push(Line::default());
    lines.extend(criteria(model).lines(medium.width));
    lines
}

fn criteria(model: &Model) -> Table {
    let mut table = Table::new(["CRITERION", "STAGE", "DOMAIN", "KIND", "TITLE"]);
    for criterion in &model.criteria {
        let kind = match criterion.kind {
            CriterionKind::Standard => Line::plain("standard"),
            CriterionKind::Interim => Line::of(Tone::Quiet, "interim"),
            CriterionKind::Negative => Line::of(Tone::Quiet, "negative"),
        };
        table.row([
            Line::plain(&criterion.name),
            Line::plain(
                criterion
                    .stage
                    .map_or("-".to_owned(), |stage| stage.to_string()),
            ),
            Line::plain(criterion.domain.as_deref().unwrap_or("-")),
            kind,
            Line::plain(&criterion.title),
        ]);
    }
    table
}

fn field(what: &str, text: &str, width: Option<usize>) -> Vec<Line> {
    /// The width of the longest name of a field, and two blanks.
    const MARGIN: usize = 16;
    let text = Line::plain(text);
    let wrapped = match width {
        Some(width) => text.wrap(width.saturating_sub(MARGIN).max(MARGIN)),
        None => vec![text],
    };
    let names = std::iter::once(what).chain(std::iter::repeat(""));
    names
        .zip(wrapped)
        .map(|(name, text)| {
            let mut line = Line::plain("  ").and(Tone::Quiet, name).pad(MARGIN);
            line.append(text);
            line
        })
        .collect()
}
