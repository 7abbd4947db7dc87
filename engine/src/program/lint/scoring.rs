//! Scales and the scoring rule.

use super::names::repeated;
use crate::diagnostic::Diagnostic;
use crate::model::{Aggregate, Model, Over, Scale};

pub(super) fn scales(model: &Model) -> Vec<Diagnostic> {
    let listed = model.scales.iter().map(|scale| &scale.name);
    let mut findings = repeated(listed, "scale", |index| {
        format!("spec.scales[{index}].name")
    });
    for (index, scale) in model.scales.iter().enumerate() {
        findings.extend(scale_findings(scale, &format!("spec.scales[{index}]")));
    }
    findings
}

fn scale_findings(scale: &Scale, path: &str) -> Vec<Diagnostic> {
    let answers = scale.answers.iter().map(|answer| &answer.0);
    let mut findings = repeated(answers, "answer", |index| {
        format!("{path}.answers[{index}].name")
    });
    if scale.answers.is_empty() && scale.ranges.is_empty() {
        findings.push(
            Diagnostic::error(
                "ScaleWithoutLowest",
                path,
                format!("scale `{}` has no answer", scale.name),
            )
            .with_help("list its answers, the lowest among them: it is what silence is worth"),
        );
    }
    for (index, pair) in scale.ranges.windows(2).enumerate() {
        let [below, above] = pair else { continue };
        if above.0 <= below.0 {
            findings.push(
                Diagnostic::error(
                    "RangeOrder",
                    format!("{path}.ranges[{}].upTo", index + 1),
                    format!("{} is not above {}", above.0, below.0),
                )
                .with_help("ranges rise by `upTo`, each up to and with its own"),
            );
        }
    }
    findings
}

pub(super) fn scoring(model: &Model) -> Vec<Diagnostic> {
    let scoring = &model.scoring;
    let mut findings = Vec::new();
    let walk = &scoring.walk;
    if walk.denominator == 0 || walk.numerator > walk.denominator {
        findings.push(
            Diagnostic::error(
                "Threshold",
                "spec.scoring.walk.threshold",
                format!("{}/{} is not a share", walk.numerator, walk.denominator),
            )
            .with_help("write a share between 0 and 1, such as numerator 7 and denominator 10"),
        );
    }
    if scoring.inner == Aggregate::Walk {
        findings.push(
            Diagnostic::error(
                "InnerWalk",
                "spec.scoring.inner",
                "a domain with children is not walked",
            )
            .with_help("one of Mean, Min, Sum, None"),
        );
    }
    if scoring.over == Over::Domains && scoring.by == Aggregate::Walk {
        findings.push(
            Diagnostic::error(
                "WalkOverDomains",
                "spec.scoring.overall",
                "domains are not walked",
            )
            .with_help(
                "`over: Criteria` with `by: Walk`, or `over: Domains` with Mean, Min or Sum",
            ),
        );
    }
    findings.extend(levels(model));
    findings
}

fn levels(model: &Model) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (index, level) in model.scoring.levels.iter().enumerate() {
        if level.2 <= 0 {
            findings.push(
                Diagnostic::error(
                    "LevelFrom",
                    format!("spec.scoring.levels[{index}].from.denominator"),
                    "the denominator is at least 1",
                )
                .with_help("write the points as numerator and denominator: 3 is 3/1"),
            );
        }
    }
    for (index, pair) in model.scoring.levels.windows(2).enumerate() {
        let [below, above] = pair else { continue };
        let rises =
            i128::from(above.1) * i128::from(below.2) > i128::from(below.1) * i128::from(above.2);
        if above.0 <= below.0 || !rises {
            findings.push(
                Diagnostic::error(
                    "LevelOverlap",
                    format!("spec.scoring.levels[{}]", index + 1),
                    format!("level {} overlaps level {}", above.0, below.0),
                )
                .with_help("levels are listed in order, each from more points than the one before"),
            );
        }
    }
    findings
}
