//! What a model names, and references to it.

use rustc_hash::FxHashMap;

use crate::diagnostic::Diagnostic;
use crate::key::Name;
use crate::model::{Criterion, Domain, Model, Scale};

/// What a model names, for references.
pub(super) struct Names<'a> {
    pub(super) criteria: FxHashMap<&'a str, (usize, &'a Criterion)>,
    pub(super) domains: FxHashMap<&'a str, (usize, &'a Domain)>,
    pub(super) scales: FxHashMap<&'a str, &'a Scale>,
}

impl<'a> Names<'a> {
    pub(super) fn of(model: &'a Model) -> Self {
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

    pub(super) fn criterion(&self, name: &str) -> Option<&'a Criterion> {
        self.criteria.get(name).map(|(_, criterion)| *criterion)
    }
}

/// A second object of one name.
pub(super) fn repeated<'a>(
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
pub(super) fn dangling<'a>(
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
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let shared = |other: &str| {
        name.bytes()
            .zip(other.bytes())
            .take_while(|(a, b)| a == b)
            .count()
    };
    let best = known.max_by_key(|other| (shared(other), std::cmp::Reverse(other.len())))?;
    (shared(best) * 2 >= name.len().max(1)).then_some(best)
}
