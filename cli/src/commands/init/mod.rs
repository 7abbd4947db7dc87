//! `gradus init`: a folder to start from.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use gradus_engine::model::{Criterion, Item, Leaf, Model, Requires, Test};

use super::models;
use crate::edge::Edge;
use crate::finish::Finish;

/// What to begin.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  gradus init --model infram-2018 my-site
  gradus init --model emram-2018 --namespace westhaven --name emram sites/westhaven")]
pub(crate) struct Arguments {
    /// A model of the library; `gradus models list` names them
    #[arg(long, value_name = "NAME")]
    model: String,
    /// Where to write; made when it is not there
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// The namespace of everything; `default` is meant when it is left out
    #[arg(long, value_name = "NAMESPACE", value_parser = kebab)]
    namespace: Option<String>,
    /// The assessment's name; the model's without its year when it is left out
    #[arg(long, value_name = "NAME", value_parser = kebab)]
    name: Option<String>,
}

/// What the criteria of a model ask of one type of capability.
#[derive(Debug, Default)]
struct Asked<'a> {
    criteria: Vec<&'a Criterion>,
    hints: Vec<String>,
}

/// Names of objects and namespaces: lower-case words with hyphens between.
fn kebab(text: &str) -> Result<String, String> {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let inner = text.bytes().all(|byte| letter(byte) || byte == b'-');
    let ends = text.bytes().next().is_some_and(letter) && text.bytes().last().is_some_and(letter);
    if inner && ends && text.len() <= 63 {
        return Ok(text.to_owned());
    }
    Err("write at most 63 lower-case letters, digits and hyphens".to_owned())
}

/// Writes the folder, or nothing at all.
pub(crate) fn run(arguments: &Arguments, edge: &mut Edge<'_>) -> anyhow::Result<Finish> {
    let model = models::parsed(models::entry(&arguments.model)?)?;
    let name = arguments
        .name
        .clone()
        .unwrap_or_else(|| short(&model.name).to_owned());
    let namespace = arguments.namespace.as_deref();
    let mut files = vec![(
        PathBuf::from("assessment.yaml"),
        assessment(&model, &name, namespace),
    )];
    files.extend(capabilities(&model, namespace));
    let paths: Vec<PathBuf> = files
        .iter()
        .map(|(path, _)| arguments.folder.join(path))
        .collect();
    if let Some(there) = paths.iter().find(|path| path.symlink_metadata().is_ok()) {
        bail!(
            "{} is there already, and nothing is written over; choose another folder",
            there.display()
        );
    }
    for ((_, text), path) in files.iter().zip(&paths) {
        write(path, text)?;
        writeln!(edge.out, "{}", path.display())?;
    }
    let folder = arguments.folder.display();
    writeln!(
        edge.err,
        "\nSay what you know in place of `claim: Unknown`, and look at it:\n  gradus watch {folder}\n  gradus score -f {folder}"
    )?;
    Ok(Finish::default())
}

/// Writes a file that is not there yet.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let failed = || format!("{} cannot be written", path.display());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(failed)?;
    }
    let mut file = match OpenOptions::new().write(true).create_new(true).open(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!(
                "{} is there already, and nothing is written over",
                path.display()
            )
        }
        opened => opened.with_context(failed)?,
    };
    file.write_all(text.as_bytes()).with_context(failed)
}

/// `infram-2018` as `infram`.
fn short(model: &str) -> &str {
    match model.rsplit_once('-') {
        Some((short, year))
            if year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            short
        }
        _ => model,
    }
}

fn metadata(name: &str, namespace: Option<&str>) -> String {
    let namespace = namespace
        .map(|namespace| format!("  namespace: {namespace}\n"))
        .unwrap_or_default();
    format!("metadata:\n  name: {name}\n{namespace}")
}

fn assessment(model: &Model, name: &str, namespace: Option<&str>) -> String {
    let attributes: BTreeMap<&str, Vec<&str>> = model
        .criteria
        .iter()
        .flat_map(|criterion| &criterion.applies_to)
        .fold(
            BTreeMap::new(),
            |mut all: BTreeMap<&str, Vec<&str>>, (attribute, values)| {
                let known = all.entry(attribute).or_default();
                known.extend(values.iter().map(|value| &**value));
                known.sort_unstable();
                known.dedup();
                all
            },
        );
    let mut text = format!(
        "# What is scored, and against which model: {}.\napiVersion: gradus.dev/v1alpha1\nkind: Assessment\n{}spec:\n  model: {{name: {}}}\n",
        one_line(&model.title),
        metadata(name, namespace),
        model.name
    );
    text.push_str("  # Who answers for it, and what it is about:\n  # owner: {team: it-board, contact: it-board@example.org}\n  # scope: My site\n");
    if !attributes.is_empty() {
        text.push_str(
            "  # Some criteria concern only some sites. Say what this one is:\n  # attributes:\n",
        );
        for (attribute, values) in attributes {
            let _ = writeln!(text, "  #   {attribute}: [{}]", values.join(", "));
        }
    }
    if let Some(next) = model.stages.iter().find(|stage| stage.rank > 0) {
        let _ = write!(
            text,
            "  # Where you want to be, and when:\n  # target: {{stage: {}, by: \"2027-12-31\"}}\n",
            next.rank
        );
    }
    text
}

/// One file a domain, in the model's order; one for all where there are none.
fn capabilities(model: &Model, namespace: Option<&str>) -> Vec<(PathBuf, String)> {
    let asked = asked(model);
    let mut files: Vec<(PathBuf, String)> = Vec::new();
    for (kind, asked) in asked {
        let domain = asked
            .criteria
            .first()
            .and_then(|criterion| criterion.domain.as_ref());
        let title = domain
            .and_then(|name| model.domains.iter().find(|domain| domain.name == *name))
            .map_or("What the model asks for", |domain| &domain.title);
        let path = PathBuf::from("capabilities")
            .join(format!("{}.yaml", domain.map_or("all", |domain| domain)));
        let document = capability(kind, &asked, namespace);
        match files.iter_mut().find(|(known, _)| *known == path) {
            Some((_, text)) => {
                text.push_str("---\n");
                text.push_str(&document);
            }
            None => files.push((path, format!("# {}.\n{document}", one_line(title)))),
        }
    }
    files
}

/// Types in the order in which the model first asks for them.
fn asked(model: &Model) -> Vec<(&str, Asked<'_>)> {
    let mut all: Vec<(&str, Asked<'_>)> = Vec::new();
    for criterion in &model.criteria {
        for leaf in leaves(&criterion.requires) {
            let (kind, hint) = match leaf {
                Leaf::Capability {
                    capability, test, ..
                } => (capability, hint(model, test)),
                Leaf::Absent(kind) => (
                    kind,
                    Some("`claim: Absent` is an answer that counts here".to_owned()),
                ),
            };
            if !all.iter().any(|(known, _)| *known == &**kind) {
                all.push((kind, Asked::default()));
            }
            let Some((_, asked)) = all.iter_mut().find(|(known, _)| *known == &**kind) else {
                continue;
            };
            if !asked
                .criteria
                .iter()
                .any(|known| known.name == criterion.name)
            {
                asked.criteria.push(criterion);
            }
            asked
                .hints
                .extend(hint.filter(|hint| !asked.hints.contains(hint)));
        }
    }
    all
}

fn leaves(requires: &Requires) -> Vec<&Leaf> {
    let items = match requires {
        Requires::Leaf(leaf) => return vec![leaf],
        Requires::AllOf(items) | Requires::AnyOf(items) | Requires::AtLeast { of: items, .. } => {
            items
        }
    };
    items
        .iter()
        .flat_map(|item| match item {
            Item::Leaf(leaf) => std::slice::from_ref(leaf),
            Item::AnyOf(leaves) => leaves.as_slice(),
        })
        .collect()
}

/// What is asked beyond being there, as an example to fill in.
fn hint(model: &Model, test: &Test) -> Option<String> {
    match test {
        Test::Exists => None,
        Test::Where(text) => Some(format!("asked of its facts: {}", one_line(text))),
        Test::Coverage(_) => Some("units: {total: 10, covered: 0}".to_owned()),
        Test::Grade { fact, min, max } => {
            Some(format!("facts: {{{fact}: {min}}}   # {min} to {max}"))
        }
        Test::Choice { fact, scale } => {
            let scale = model.scales.iter().find(|known| known.name == *scale)?;
            let answers: Vec<&str> = scale.answers.iter().map(|(answer, ..)| &**answer).collect();
            Some(match answers.first() {
                Some(first) => format!("facts: {{{fact}: {first}}}   # {}", answers.join(", ")),
                None => format!("facts: {{{fact}: 0}}   # a whole number"),
            })
        }
    }
}

fn capability(kind: &str, asked: &Asked<'_>, namespace: Option<&str>) -> String {
    let mut text = String::new();
    for criterion in &asked.criteria {
        let stage = criterion
            .stage
            .map(|stage| format!("Stage {stage}: "))
            .unwrap_or_default();
        let _ = writeln!(text, "# {stage}{}", one_line(&criterion.title));
    }
    let _ = write!(
        text,
        "apiVersion: gradus.dev/v1alpha1\nkind: Capability\n{}spec:\n  claim: Unknown   # Present, Absent or Unknown\n  # owner: {{team: my-team}}\n",
        metadata(kind, namespace)
    );
    for hint in &asked.hints {
        let _ = writeln!(text, "  # {hint}");
    }
    text
}

/// A text that stays within its comment.
fn one_line(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .trim_end_matches('.')
        .to_owned()
}
