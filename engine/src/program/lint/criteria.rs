//! Criteria: references, kinds, requirements and circles.

use super::names::{Names, dangling, repeated};
use crate::diagnostic::Diagnostic;
use crate::key::Name;
use crate::model::{
    CoverageThreshold, Criterion, CriterionKind, Item, Leaf, Model, Negates, Requires, Strength,
    Test,
};
use crate::predicate;
use crate::verdict::EvidenceClass;

pub(super) fn criteria(model: &Model, names: &Names<'_>) -> Vec<Diagnostic> {
    let listed = model.criteria.iter().map(|criterion| &criterion.name);
    let mut findings = repeated(listed, "criterion", |index| {
        format!("spec.criteria[{index}].name")
    });
    let parents: Vec<&Name> = model
        .domains
        .iter()
        .filter_map(|domain| domain.parent.as_ref())
        .collect();
    for (index, criterion) in model.criteria.iter().enumerate() {
        let path = format!("spec.criteria[{index}]");
        findings.extend(place(criterion, model, names, &parents, &path));
        findings.extend(kind(criterion, names, &path));
        findings.extend(gates(criterion, names, &path));
        findings.extend(requires(criterion, names, &path));
    }
    findings
}

// See D-017.
fn place(
    criterion: &Criterion,
    model: &Model,
    names: &Names<'_>,
    parents: &[&Name],
    path: &str,
) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    match criterion.stage {
        Some(rank) if !model.stages.iter().any(|stage| stage.rank == rank) => findings.push(
            Diagnostic::error(
                "UnknownStage",
                format!("{path}.stage"),
                format!("there is no stage of rank {rank}"),
            )
            .with_help("use a rank listed under spec.stages"),
        ),
        Some(_) if !criterion.scored => findings.push(
            Diagnostic::error(
                "UnscoredStage",
                format!("{path}.stage"),
                "a criterion that is not scored stands at no stage",
            )
            .with_help("drop `stage`, or `scored: false`"),
        ),
        None if criterion.scored && walked(model) && !model.stages.is_empty() => findings.push(
            Diagnostic::error(
                "StageMissing",
                path,
                format!("`{}` stands at no stage", criterion.name),
            )
            .with_help("give it a `stage`, or `scored: false`"),
        ),
        _ => {}
    }
    for (field, domain) in criterion
        .domain
        .iter()
        .map(|domain| ("domain".to_owned(), domain))
        .chain(
            criterion
                .also_in
                .iter()
                .enumerate()
                .map(|(index, domain)| (format!("alsoIn[{index}]"), domain)),
        )
    {
        if !names.domains.contains_key(&**domain) {
            findings.push(dangling(
                "domain",
                domain,
                format!("{path}.{field}"),
                names.domains.keys().copied(),
            ));
        } else if field == "domain" && parents.contains(&domain) {
            findings.push(
                Diagnostic::error(
                    "DomainHasChildren",
                    format!("{path}.domain"),
                    format!("domain `{domain}` has domains below it, which carry its criteria"),
                )
                .with_help("place the criterion in one of them"),
            );
        }
    }
    if let Some((attribute, _)) = criterion
        .applies_to
        .iter()
        .find(|(_, values)| values.is_empty())
    {
        findings.push(
            Diagnostic::error(
                "NeverMet",
                format!("{path}.appliesTo.{attribute}"),
                "no value is listed, so it never applies",
            )
            .with_help("list the values it applies to, or drop the key"),
        );
    }
    findings
}

fn walked(model: &Model) -> bool {
    use crate::model::Aggregate::Walk;
    model.scoring.leaf == Walk || model.scoring.by == Walk
}

fn kind(criterion: &Criterion, names: &Names<'_>, path: &str) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (index, successor) in criterion.superseded_by.iter().enumerate() {
        let path = format!("{path}.supersededBy[{index}]");
        match names.criterion(successor) {
            None => findings.push(dangling(
                "criterion",
                successor,
                path,
                names.criteria.keys().copied(),
            )),
            Some(found) if found.kind == CriterionKind::Negative => findings.push(
                Diagnostic::error(
                    "NegativeSuccessor",
                    path,
                    format!("`{successor}` is negative, and credits nobody"),
                )
                .with_help("name a Standard or Interim criterion"),
            ),
            Some(_) => {}
        }
    }
    match (&criterion.negates, criterion.kind) {
        (None, CriterionKind::Negative) => findings.push(
            Diagnostic::error(
                "NegatesMissing",
                path,
                format!("`{}` is negative and denies nothing", criterion.name),
            )
            .with_help("add `negates: {anyOf: [criterion]}`"),
        ),
        (Some(_), CriterionKind::Standard | CriterionKind::Interim) => findings.push(
            Diagnostic::error(
                "NegatesOnPositive",
                format!("{path}.negates"),
                "only a Negative criterion negates",
            )
            .with_help("set `kind: Negative`, or drop `negates`"),
        ),
        (Some(negates), CriterionKind::Negative) => {
            let (field, denied) = match negates {
                Negates::AnyOf(denied) => ("anyOf", denied),
                Negates::AllOf(denied) => ("allOf", denied),
            };
            for (index, name) in denied.iter().enumerate() {
                let path = format!("{path}.negates.{field}[{index}]");
                match names.criterion(name) {
                    None => findings.push(dangling(
                        "criterion",
                        name,
                        path,
                        names.criteria.keys().copied(),
                    )),
                    Some(found) if found.kind == CriterionKind::Negative => findings.push(
                        Diagnostic::error(
                            "NegatesNegative",
                            path,
                            format!("`{name}` is negative itself"),
                        )
                        .with_help("deny a Standard or Interim criterion"),
                    ),
                    Some(_) => {}
                }
            }
        }
        (None, _) => {}
    }
    if criterion.kind == CriterionKind::Interim
        && criterion.superseded_by.is_empty()
        && !claimable(&criterion.requires)
    {
        findings.push(
            Diagnostic::error(
                "InterimAlone",
                path,
                format!(
                    "`{}` is a lesser state that nothing supersedes and nobody can claim",
                    criterion.name
                ),
            )
            .with_help("name what supersedes it, or ask for a capability"),
        );
    }
    findings
}

fn leaves(requires: &Requires) -> Vec<(String, &Leaf)> {
    let mut found = Vec::new();
    let (field, items): (&str, &[Item]) = match requires {
        Requires::Leaf(leaf) => {
            found.push(("requires".to_owned(), leaf));
            return found;
        }
        Requires::AllOf(items) => ("allOf", items),
        Requires::AnyOf(items) => ("anyOf", items),
        Requires::AtLeast { of, .. } => ("atLeast.of", of),
    };
    for (index, item) in items.iter().enumerate() {
        let path = format!("requires.{field}[{index}]");
        match item {
            Item::Leaf(leaf) => found.push((path, leaf)),
            Item::AnyOf(leaves) => {
                found.extend(
                    leaves
                        .iter()
                        .enumerate()
                        .map(|(inner, leaf)| (format!("{path}.anyOf[{inner}]"), leaf)),
                );
            }
        }
    }
    found
}

fn claimable(requires: &Requires) -> bool {
    leaves(requires)
        .iter()
        .any(|(_, leaf)| matches!(leaf, Leaf::Capability { .. }))
}

fn gates(criterion: &Criterion, names: &Names<'_>, path: &str) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (index, edge) in criterion.depends_on.iter().enumerate() {
        let path = format!("{path}.dependsOn[{index}]");
        let Some(first) = names.criterion(&edge.criterion) else {
            let path = format!("{path}.criterion");
            findings.push(dangling(
                "criterion",
                &edge.criterion,
                path,
                names.criteria.keys().copied(),
            ));
            continue;
        };
        if edge.strength != Strength::Gate {
            continue;
        }
        if first.stage > criterion.stage && criterion.stage.is_some() {
            findings.push(
                Diagnostic::error(
                    "GateOntoLaterStage",
                    path.clone(),
                    format!(
                        "`{}` stands at a later stage than `{}`",
                        first.name, criterion.name
                    ),
                )
                .with_help("make it `strength: Advise`, or move one of the two"),
            );
        }
        if supersedes(criterion, first, names) {
            findings.push(
                Diagnostic::error(
                    "GateOntoSuperseded",
                    path,
                    format!(
                        "`{}` is superseded by `{}`, which cannot wait for it",
                        first.name, criterion.name
                    ),
                )
                .with_help("drop the dependency: the successor stands for it"),
            );
        }
    }
    findings
}

fn supersedes(later: &Criterion, lesser: &Criterion, names: &Names<'_>) -> bool {
    let mut waiting: Vec<&Name> = lesser.superseded_by.iter().collect();
    let mut seen = std::collections::BTreeSet::new();
    while let Some(name) = waiting.pop() {
        if **name == *later.name {
            return true;
        }
        if seen.insert(name) {
            waiting.extend(
                names
                    .criterion(name)
                    .into_iter()
                    .flat_map(|found| &found.superseded_by),
            );
        }
    }
    false
}

fn requires(criterion: &Criterion, names: &Names<'_>, path: &str) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    if let Requires::AtLeast { count, of } = &criterion.requires
        && *count as usize > of.len()
    {
        findings.push(
            Diagnostic::error(
                "NeverMet",
                format!("{path}.requires.atLeast.count"),
                format!("{count} of {} can never be met", of.len()),
            )
            .with_help("lower `count`, or list more items"),
        );
    }
    for (field, leaf) in leaves(&criterion.requires) {
        let Leaf::Capability { test, .. } = leaf else {
            continue;
        };
        let path = format!("{path}.{field}");
        match test {
            Test::Choice { scale, .. } if !names.scales.contains_key(&**scale) => {
                findings.push(dangling(
                    "scale",
                    scale,
                    format!("{path}.choice.scale"),
                    names.scales.keys().copied(),
                ));
            }
            Test::Grade { min, max, .. } if min > max => findings.push(
                Diagnostic::error(
                    "NeverMet",
                    format!("{path}.grade"),
                    format!("no number lies in {min}..{max}"),
                )
                .with_help("`min` is the lower one"),
            ),
            Test::Coverage(coverage) => {
                if let CoverageThreshold::Percent(percent) = coverage.threshold
                    && percent > 100
                {
                    findings.push(
                        Diagnostic::error(
                            "NeverMet",
                            format!("{path}.coverage.atLeast"),
                            format!("{percent} % can never be covered"),
                        )
                        .with_help("a percentage is at most 100; `count` is for numbers of units"),
                    );
                }
            }
            Test::Choice { .. } | Test::Grade { .. } | Test::Exists | Test::Where(_) => {}
        }
        findings.extend(weak_units(criterion, test, &path));
    }
    findings.extend(contradiction(criterion, path));
    findings
}

/// Units are declared and nothing more, so a demand for better evidence leaves them Unknown.
// See D-012.
fn weak_units(criterion: &Criterion, test: &Test, path: &str) -> Option<Diagnostic> {
    let field = match test {
        Test::Coverage(_) => "coverage",
        Test::Where(text) if predicate::parse(text).is_ok_and(|parsed| parsed.reads_units()) => {
            "where"
        }
        _ => return None,
    };
    let weak = criterion.at_least > EvidenceClass::Declared;
    weak.then(|| {
        Diagnostic::warning(
            "UnitsAreDeclared",
            format!("{path}.{field}"),
            format!(
                "units are declared, and `{}` asks for better evidence",
                criterion.name
            ),
        )
        .with_help(
            "lower `evidence.atLeast`, or ask a fact that an attestation or a probe supplies",
        )
    })
}

/// Asking for a type to be there and to be absent can never be met.
fn contradiction(criterion: &Criterion, path: &str) -> Option<Diagnostic> {
    let Requires::AllOf(items) = &criterion.requires else {
        return None;
    };
    let direct = || {
        items.iter().filter_map(|item| match item {
            Item::Leaf(leaf) => Some(leaf),
            Item::AnyOf(_) => None,
        })
    };
    let absences: Vec<&Name> = direct()
        .filter_map(|leaf| match leaf {
            Leaf::Absent(name) => Some(name),
            Leaf::Capability { .. } => None,
        })
        .collect();
    let mut present = direct().filter_map(|leaf| match leaf {
        Leaf::Capability { capability, .. } => Some(capability),
        Leaf::Absent(_) => None,
    });
    let name = present.find(|name| absences.contains(name))?;
    Some(
        Diagnostic::error(
            "NeverMet",
            format!("{path}.requires.allOf"),
            format!("`{name}` cannot be there and absent at once"),
        )
        .with_help("use `anyOf`, or drop one of the two"),
    )
}
