//! The files of a new folder. What is commented out below `spec` is YAML: removing `# ` makes it count.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use gradus_engine::model::{Criterion, Domain, Model};

use super::questions::{Questions, questions};

/// The widest line of a comment, in characters.
const WIDTH: usize = 100;

/// Every file: the assessment, and the capabilities that the model reads.
pub(super) fn files(model: &Model, name: &str, namespace: Option<&str>) -> Vec<(PathBuf, String)> {
    let mut files = vec![(
        PathBuf::from("assessment.yaml"),
        assessment(model, name, namespace),
    )];
    files.extend(capabilities(model, namespace));
    files
}

fn assessment(model: &Model, name: &str, namespace: Option<&str>) -> String {
    let mut text = format!(
        "# Scores the capabilities of this folder with the model {}.\napiVersion: gradus.dev/v1alpha1\nkind: Assessment\n{}spec:\n  model: {{name: {}}}\n",
        one_line(&model.title),
        metadata(name, namespace),
        model.name
    );
    text.push_str("  # owner: {team: it-board, contact: it-board@example.org}\n  # scope: My site   # the site or service that is assessed\n");
    let attributes = attributes(model);
    if !attributes.is_empty() {
        text.push_str(
            "  # attributes:   # some criteria apply only to sites with certain attributes\n",
        );
        for (attribute, values) in attributes {
            let values = values.into_iter().collect::<Vec<_>>().join(", ");
            let _ = writeln!(text, "  #   {attribute}: [{values}]");
        }
    }
    if let Some(next) = model.stages.iter().find(|stage| stage.rank > 0) {
        let _ = writeln!(
            text,
            "  # target: {{stage: {}, by: \"2027-12-31\"}}",
            next.rank
        );
    }
    text
}

/// The attributes that criteria are limited to, with all their values.
fn attributes(model: &Model) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut all: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let limited = model.criteria.iter().flat_map(|it| &it.applies_to);
    for (attribute, values) in limited {
        let known = all.entry(attribute).or_default();
        known.extend(values.iter().map(|value| &**value));
    }
    all
}

/// One file for each top-level domain, in the model's order; one for all in a model without domains.
fn capabilities(model: &Model, namespace: Option<&str>) -> Vec<(PathBuf, String)> {
    let mut files: Vec<(PathBuf, String)> = Vec::new();
    for questions in questions(model) {
        let domain = questions
            .criteria
            .first()
            .and_then(|(criterion, _)| top_domain(model, criterion));
        let (file, title) = domain.map_or(("all", "Capabilities that the model reads"), |domain| {
            (&*domain.name, domain.title.as_str())
        });
        let path = PathBuf::from("capabilities").join(format!("{file}.yaml"));
        let document = capability(&questions, namespace);
        match files.iter_mut().find(|(known, _)| *known == path) {
            Some((_, text)) => {
                text.push_str("---\n");
                text.push_str(&document);
            }
            None => files.push((path, format!("# {}\n\n{document}", one_line(title)))),
        }
    }
    files
}

fn top_domain<'a>(model: &'a Model, criterion: &Criterion) -> Option<&'a Domain> {
    let find = |name: &str| model.domains.iter().find(|domain| *domain.name == *name);
    let mut domain = find(criterion.domain.as_ref()?)?;
    while let Some(parent) = domain.parent.as_ref().and_then(|name| find(name)) {
        domain = parent;
    }
    Some(domain)
}

fn capability(questions: &Questions<'_>, namespace: Option<&str>) -> String {
    let mut text = String::new();
    for (criterion, conditions) in &questions.criteria {
        let stage = criterion
            .stage
            .map(|stage| format!("Stage {stage}: "))
            .unwrap_or_default();
        comment(&mut text, "# ", &format!("{stage}{}", criterion.title));
        for sentence in criterion.guidance.iter().chain(conditions) {
            comment(&mut text, "#   ", sentence);
        }
    }
    let _ = write!(
        text,
        "apiVersion: gradus.dev/v1alpha1\nkind: Capability\n{}spec:\n  claim: Unknown   # Present, Absent or Unknown\n  # owner: {{team: my-team}}\n",
        metadata(questions.capability, namespace)
    );
    if !questions.facts.is_empty() {
        text.push_str("  # facts:\n");
    }
    for fact in &questions.facts {
        let valid = fact
            .valid
            .as_ref()
            .map(|valid| format!("   # {}", one_line(valid)))
            .unwrap_or_default();
        let _ = writeln!(text, "  #   {}: {}{valid}", fact.name, fact.example);
    }
    if questions.units {
        text.push_str("  # units: {total: 10, covered: 0}\n");
    }
    text
}

fn metadata(name: &str, namespace: Option<&str>) -> String {
    let namespace = namespace
        .map(|namespace| format!("  namespace: {namespace}\n"))
        .unwrap_or_default();
    format!("metadata:\n  name: {name}\n{namespace}")
}

/// Adds a text as comment lines, broken between words.
fn comment(text: &mut String, prefix: &str, sentence: &str) {
    let mut line = String::new();
    for word in sentence.split_whitespace() {
        if !line.is_empty() && prefix.len() + line.chars().count() + word.chars().count() >= WIDTH {
            let _ = writeln!(text, "{prefix}{line}");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    let _ = writeln!(text, "{prefix}{line}");
}

/// A text that stays within its comment.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
