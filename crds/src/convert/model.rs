//! A stage model in the engine's types.

use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::digest::{canonical_json, sha256_hex};
use gradus_engine::key::Name;
use gradus_engine::model::{
    Aggregate, Criterion, CriterionDependency, CriterionKind, Domain, EmptyStage, Model, Negates,
    Scale, Scoring, Source, Stage, StageGate, Strength, UnknownPoints, Walk,
};
use gradus_engine::verdict::EvidenceClass;

use super::requires::requires;
use super::scalar::{names, period};
use crate::maturity_model::{self, MaturityModelSpec};
use crate::resource::{Document, json};
use crate::{criterion, scoring};

/// The largest spec, in bytes of compact JSON. etcd refuses requests above 1.5 MiB, and the limits of the fields
/// together allow more than that.
const LARGEST: usize = 1024 * 1024;

/// A model. Its digest is over the spec as the types serialize it, so that order and layout do not matter.
pub(crate) fn model(document: &Document<MaturityModelSpec>) -> Result<Model, Vec<Diagnostic>> {
    let Document { metadata, spec } = document;
    let text = canonical_json(&json(spec));
    if text.len() > LARGEST {
        return Err(vec![
            Diagnostic::error(
                "TooLarge",
                "spec",
                format!(
                    "the model has {} bytes of JSON, more than 1 MiB",
                    text.len()
                ),
            )
            .with_help("shorten guidance, or split the model"),
        ]);
    }
    Ok(Model {
        name: metadata.name.as_str().into(),
        title: spec.title.clone(),
        version: spec.version.clone(),
        digest: sha256_hex([text.as_str()]).into(),
        source: source(&spec.source),
        stages: stages(&spec.stages)?,
        domains: spec.domains.iter().map(domain).collect(),
        scales: spec.scales.iter().map(scale).collect(),
        criteria: criteria(&spec.criteria)?,
        scoring: rule(&spec.scoring),
    })
}

fn source(source: &maturity_model::ModelSource) -> Source {
    Source {
        url: source.url.clone(),
        licence: source.licence.clone(),
        attribution: source.attribution.clone(),
        completeness: source.completeness.clone(),
        disclaimer: source.disclaimer.clone(),
        house_rules: source.house_rules.clone(),
    }
}

fn stages(stages: &[maturity_model::Stage]) -> Result<Vec<Stage>, Vec<Diagnostic>> {
    stages
        .iter()
        .enumerate()
        .map(|(index, stage)| {
            let gate = match &stage.gate {
                Some(gate) if gate.external => Some(StageGate {
                    valid_for: match &gate.valid_for {
                        Some(text) => Some(period(text, || {
                            format!("spec.stages[{index}].gate.validFor")
                        })?),
                        None => None,
                    },
                }),
                _ => None,
            };
            Ok(Stage {
                rank: stage.rank,
                name: stage.name.clone(),
                summary: stage.summary.clone(),
                gate,
                unlocks: stage
                    .unlocks
                    .iter()
                    .map(|unlock| (unlock.name.clone(), unlock.title.clone()))
                    .collect(),
            })
        })
        .collect()
}

fn domain(domain: &maturity_model::Domain) -> Domain {
    Domain {
        name: domain.name.as_str().into(),
        title: domain.title.clone(),
        parent: domain.parent.as_deref().map(Name::from),
        weight: domain.weight.unwrap_or(1),
        report: domain.report.unwrap_or(false),
    }
}

fn scale(scale: &maturity_model::Scale) -> Scale {
    Scale {
        name: scale.name.as_str().into(),
        answers: scale
            .answers
            .iter()
            .map(|answer| {
                (
                    answer.name.as_str().into(),
                    answer.title.clone(),
                    answer.points,
                )
            })
            .collect(),
        ranges: scale
            .ranges
            .iter()
            .map(|range| (range.up_to, range.points))
            .collect(),
    }
}

fn criteria(criteria: &[criterion::Criterion]) -> Result<Vec<Criterion>, Vec<Diagnostic>> {
    let mut wrong = Vec::new();
    let converted = criteria
        .iter()
        .enumerate()
        .filter_map(|(index, criterion)| {
            let path = format!("spec.criteria[{index}].requires");
            requires(criterion.requires.as_ref(), &criterion.name, &path)
                .map_err(|diagnostic| wrong.push(diagnostic))
                .ok()
                .map(|requires| self::criterion(criterion, requires))
        })
        .collect();
    if wrong.is_empty() {
        Ok(converted)
    } else {
        Err(wrong)
    }
}

fn criterion(
    criterion: &criterion::Criterion,
    requires: gradus_engine::model::Requires,
) -> Criterion {
    let evidence = criterion.evidence.clone().unwrap_or_default();
    let external = evidence.external.unwrap_or(false);
    Criterion {
        name: criterion.name.as_str().into(),
        stage: criterion.stage,
        domain: criterion.domain.as_deref().map(Name::from),
        also_in: names(criterion.also_in.clone()),
        facets: criterion.facets.clone(),
        title: criterion.title.clone(),
        guidance: criterion.guidance.clone(),
        outcomes: criterion.outcomes.clone(),
        kind: criterion
            .kind
            .map_or(CriterionKind::Standard, CriterionKind::from),
        superseded_by: names(criterion.superseded_by.clone()),
        negates: criterion.negates.as_ref().map(|negates| {
            if negates.any_of.is_empty() {
                Negates::AllOf(names(negates.all_of.clone()))
            } else {
                Negates::AnyOf(names(negates.any_of.clone()))
            }
        }),
        depends_on: criterion
            .depends_on
            .iter()
            .map(|dependency| CriterionDependency {
                criterion: dependency.criterion.as_str().into(),
                strength: dependency.strength.map_or(Strength::Gate, Strength::from),
            })
            .collect(),
        weight: criterion.weight.unwrap_or(1),
        scored: criterion.scored.unwrap_or(true),
        effort_days: criterion.effort_days,
        importance: criterion.importance,
        at_least: evidence
            .at_least
            .map_or(EvidenceClass::Declared, EvidenceClass::from),
        external,
        waivable: criterion.waivable.unwrap_or(!external),
        applies_to: criterion
            .applies_to
            .iter()
            .map(|(name, values)| (name.as_str().into(), names(values.clone())))
            .collect(),
        requires,
    }
}

/// The scoring rule. A model without a stage walk may leave `walk` out; its threshold is then 1.
fn rule(scoring: &scoring::Scoring) -> Scoring {
    let walk = scoring.walk.as_ref();
    Scoring {
        walk: Walk {
            numerator: walk.map_or(1, |walk| walk.threshold.numerator),
            denominator: walk.map_or(1, |walk| walk.threshold.denominator),
            empty_stage: walk
                .and_then(|walk| walk.empty_stage)
                .map_or(EmptyStage::Skip, EmptyStage::from),
        },
        leaf: scoring.leaf.map_or(Aggregate::Walk, Aggregate::from),
        inner: scoring.inner.map_or(Aggregate::None, Aggregate::from),
        over: scoring.overall.over.into(),
        by: scoring.overall.by.into(),
        unknown: scoring
            .unknown
            .map_or(UnknownPoints::Lowest, UnknownPoints::from),
        digits: scoring
            .display
            .as_ref()
            .and_then(|display| display.digits)
            .unwrap_or(1),
        levels: scoring
            .levels
            .iter()
            .map(|level| {
                (
                    level.rank,
                    level.from.numerator,
                    level.from.denominator.unwrap_or(1),
                )
            })
            .collect(),
    }
}
