//! One model: what it asks for, where it comes from, and who is measured by it.

use std::collections::BTreeMap;

use askama::Template;
use gradus_engine::model::{Criterion, CriterionKind, Model};

use super::super::link;
use super::{Frame, Link};

/// How many assessments are named.
const ASSESSMENTS: usize = 200;

#[derive(Template)]
#[template(path = "model.html")]
struct Page<'a> {
    frame: &'a Frame,
    name: &'a str,
    model: Option<&'a Model>,
    /// The address of the source, only when a browser may follow it.
    source: Option<&'a str>,
    problems: Vec<String>,
    stages: Vec<StageRow<'a>>,
    assessments: Vec<Link>,
    /// How many more there are.
    others: usize,
}

struct StageRow<'a> {
    title: String,
    summary: Option<&'a str>,
    gate: bool,
    criteria: Vec<CriterionRow<'a>>,
}

struct CriterionRow<'a> {
    name: &'a str,
    title: &'a str,
    domain: Option<&'a str>,
    guidance: Option<&'a str>,
    notes: Vec<&'static str>,
}

/// Renders the page of a model; none when there is no such model.
pub(in crate::outputs::web) fn model(frame: &Frame, name: &str) -> Option<askama::Result<String>> {
    let view = frame.snapshot.models.get(name)?;
    let model = view
        .program
        .as_ref()
        .ok()
        .map(|program| program.model.as_ref());
    let problems = view
        .program
        .as_ref()
        .err()
        .into_iter()
        .flatten()
        .map(ToString::to_string)
        .collect();
    let users = || {
        let all = frame.snapshot.assessments.values();
        all.filter(|assessment| assessment.spec.model == view.name)
    };
    let page = Page {
        frame,
        name: &view.name,
        model,
        source: model
            .map(|model| model.source.url.as_str())
            .filter(|url| url.starts_with("https://")),
        problems,
        stages: model.map(stages).unwrap_or_default(),
        others: users().count().saturating_sub(ASSESSMENTS),
        assessments: users()
            .take(ASSESSMENTS)
            .map(|user| {
                Link::new(
                    user.spec.scope.as_ref().unwrap_or(&user.key.name).as_ref(),
                    link::assessment(&user.key),
                )
            })
            .collect(),
    };
    Some(page.render())
}

/// Stages in order, and below them what has none.
fn stages(model: &Model) -> Vec<StageRow<'_>> {
    let mut criteria: BTreeMap<Option<u32>, Vec<CriterionRow<'_>>> = BTreeMap::new();
    for criterion in &model.criteria {
        criteria
            .entry(criterion.stage)
            .or_default()
            .push(criterion_row(model, criterion));
    }
    let mut rows: Vec<StageRow<'_>> = model
        .stages
        .iter()
        .map(|stage| StageRow {
            title: match &stage.name {
                Some(name) => format!("Stage {}: {name}", stage.rank),
                None => format!("Stage {}", stage.rank),
            },
            summary: stage.summary.as_deref(),
            gate: stage.gate.is_some(),
            criteria: criteria.remove(&Some(stage.rank)).unwrap_or_default(),
        })
        .collect();
    let rest: Vec<CriterionRow<'_>> = criteria.into_values().flatten().collect();
    if !rest.is_empty() {
        rows.push(StageRow {
            title: "Without a stage".to_owned(),
            summary: None,
            gate: false,
            criteria: rest,
        });
    }
    rows
}

fn criterion_row<'a>(model: &'a Model, criterion: &'a Criterion) -> CriterionRow<'a> {
    let domain = model
        .domains
        .iter()
        .find(|domain| Some(&domain.name) == criterion.domain.as_ref());
    let notes = [
        (criterion.kind == CriterionKind::Interim, "interim"),
        (
            criterion.kind == CriterionKind::Negative,
            "describes, never credits",
        ),
        (!criterion.scored, "not scored"),
        (!criterion.waivable, "cannot be waived"),
        (criterion.external, "attested from outside"),
    ];
    CriterionRow {
        name: &criterion.name,
        title: &criterion.title,
        domain: domain.map(|domain| domain.title.as_str()),
        guidance: criterion.guidance.as_deref(),
        notes: notes
            .into_iter()
            .filter_map(|(holds, note)| holds.then_some(note))
            .collect(),
    }
}
