//! What a model must not be: everything that one field alone cannot show.

mod criteria;
mod scoring;
mod structure;

use rustc_hash::FxHashMap;

use crate::diagnostic::Diagnostic;
use crate::key::Name;
use crate::model::{Criterion, Domain, Model, Scale};

/// Every finding about a model, in the order of its text.
pub(super) fn lint(model: &Model) -> Vec<Diagnostic> {
    let names = Names::of(model);
    let mut findings = structure::stages(model);
    findings.extend(structure::domains(model, &names));
    findings.extend(scoring::scales(model));
    findings.extend(criteria::criteria(model, &names));
    findings.extend(criteria::cycles(model, &names));
    findings.extend(scoring::scoring(model));
    findings
}

/// What a model names, for references.
struct Names<'a> {
    criteria: FxHashMap<&'a str, (usize, &'a Criterion)>,
    domains: FxHashMap<&'a str, (usize, &'a Domain)>,
    scales: FxHashMap<&'a str, &'a Scale>,
}

impl<'a> Names<'a> {
    fn of(model: &'a Model) -> Self {
        let mut criteria = FxHashMap::default();
        for (index, criterion) in model.criteria.iter().enumerate() {
            criteria
                .entry(&*criterion.name)
                .or_insert((index, criterion));
        }
        let mut domains = FxHashMap::default();
        for (index, domain) in model.domains.iter().enumerate() {
            domains.entry(&*domain.name).or_insert((index, domain));
        }
        Self {
            criteria,
            domains,
            scales: model
                .scales
                .iter()
                .map(|scale| (&*scale.name, scale))
                .collect(),
        }
    }

    fn criterion(&self, name: &str) -> Option<&'a Criterion> {
        self.criteria.get(name).map(|(_, criterion)| *criterion)
    }
}

/// A second object of one name.
fn repeated<'a>(
    names: impl Iterator<Item = &'a Name>,
    what: &str,
    path: impl Fn(usize) -> String,
) -> Vec<Diagnostic> {
    let mut first: FxHashMap<&str, usize> = FxHashMap::default();
    let mut findings = Vec::new();
    for (index, name) in names.enumerate() {
        match first.get(&**name) {
            Some(earlier) => findings.push(
                Diagnostic::error(
                    "DuplicateName",
                    path(index),
                    format!("{what} `{name}` is there twice"),
                )
                .with_help(format!("rename this one; the first is {}", path(*earlier))),
            ),
            None => {
                first.insert(name, index);
            }
        }
    }
    findings
}

/// A name that leads nowhere, with the nearest one that does not.
fn dangling<'a>(
    what: &str,
    name: &str,
    path: String,
    known: impl Iterator<Item = &'a str>,
) -> Diagnostic {
    let finding = Diagnostic::error(
        "DanglingReference",
        path,
        format!("there is no {what} `{name}`"),
    );
    match nearest(name, known) {
        Some(near) => finding.with_help(format!("did you mean `{near}`?")),
        None => finding.with_help(format!("declare the {what}, or remove the reference")),
    }
}

/// The known name that shares the longest beginning, when that is most of it.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let shared = |other: &str| {
        name.bytes()
            .zip(other.bytes())
            .take_while(|(a, b)| a == b)
            .count()
    };
    let best = known.max_by_key(|other| (shared(other), std::cmp::Reverse(other.len())))?;
    (shared(best) * 2 >= name.len().max(1)).then_some(best)
}
