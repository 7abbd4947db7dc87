//! Stages and domains.

use super::names::{Names, dangling, repeated};
use crate::diagnostic::Diagnostic;
use crate::model::Model;

pub(super) fn stages(model: &Model) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let Some(first) = model.stages.first() else {
        return findings;
    };
    if first.rank > 1 {
        findings.push(
            Diagnostic::error(
                "FirstRank",
                "spec.stages[0].rank",
                "the first rank is 0 or 1",
            )
            .with_help("number the stages from 0 or 1"),
        );
    }
    for (index, pair) in model.stages.windows(2).enumerate() {
        let [below, above] = pair else { continue };
        if above.rank != below.rank + 1 {
            findings.push(
                Diagnostic::error(
                    "RankGap",
                    format!("spec.stages[{}].rank", index + 1),
                    format!("rank {} follows rank {}", above.rank, below.rank),
                )
                .with_help(format!(
                    "stages are listed in order, without gaps: write {}",
                    below.rank + 1
                )),
            );
        }
    }
    findings.extend(crowded_first_stage(model, first.rank));
    findings
}

fn crowded_first_stage(model: &Model, first: u32) -> Option<Diagnostic> {
    let counts = |criterion: &&crate::model::Criterion| {
        criterion.stage == Some(first)
            && criterion.scored
            && criterion.kind != crate::model::CriterionKind::Negative
    };
    let index = model
        .criteria
        .iter()
        .position(|criterion| counts(&criterion))?;
    let name = &model.criteria.get(index)?.name;
    Some(
        Diagnostic::error(
            "FirstStageScored",
            format!("spec.criteria[{index}].stage"),
            format!("`{name}` is scored at the first stage, below which nobody can fall"),
        )
        .with_help(format!(
            "add a stage below rank {first}, or move the criterion up"
        )),
    )
}

pub(super) fn domains(model: &Model, names: &Names<'_>) -> Vec<Diagnostic> {
    let listed = model.domains.iter().map(|domain| &domain.name);
    let mut findings = repeated(listed, "domain", |index| {
        format!("spec.domains[{index}].name")
    });
    for (index, domain) in model.domains.iter().enumerate() {
        let Some(parent) = &domain.parent else {
            continue;
        };
        let path = format!("spec.domains[{index}].parent");
        if !names.domains.contains_key(&**parent) {
            findings.push(dangling(
                "domain",
                parent,
                path,
                names.domains.keys().copied(),
            ));
        } else if above_itself(&domain.name, names) {
            findings.push(
                Diagnostic::error(
                    "DomainCycle",
                    path,
                    format!("domain `{}` lies above itself", domain.name),
                )
                .with_help("domains are a tree: remove one `parent`"),
            );
        }
    }
    findings
}

fn above_itself(name: &str, names: &Names<'_>) -> bool {
    let parent = |name: &str| {
        names
            .domains
            .get(name)
            .and_then(|(_, domain)| domain.parent.as_deref())
    };
    let mut above = parent(name);
    for _ in 0..=names.domains.len() {
        match above {
            Some(found) if found == name => return true,
            Some(found) => above = parent(found),
            None => return false,
        }
    }
    false
}
