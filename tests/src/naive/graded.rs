//! Points, means and levels, in exact fractions.

use std::collections::BTreeMap;

use gradus_engine::model::{
    Aggregate, Criterion, Leaf, Over, Requires, Scoring, Test, UnknownPoints,
};
use gradus_engine::verdict::Verdict;
use num_bigint::BigInt;
use num_rational::BigRational;

use super::requirement::{self, Case};
use super::walk;

type Verdicts = BTreeMap<String, Verdict>;

/// What a node of the tree is worth.
#[derive(Debug, Clone, PartialEq)]
enum Worth {
    /// There is nothing in it.
    Nothing,
    /// It cannot be told.
    Unknown,
    /// Points.
    Points(BigRational),
}

fn whole(number: i64) -> BigRational {
    BigRational::from_integer(number.into())
}

/// The overall points of a graded model.
pub(super) fn overall(
    case: &Case<'_>,
    verdicts: &Verdicts,
    unknown_counts: bool,
) -> Option<BigRational> {
    let scoring = &case.model.scoring;
    if matches!(scoring.by, Aggregate::Walk | Aggregate::None) {
        return None;
    }
    let worth = match scoring.over {
        Over::Criteria => {
            let all = walk::counting(case, verdicts, None);
            aggregate(
                scoring.by,
                all.iter()
                    .map(|one| (one.weight, worth_of(case, verdicts, one, unknown_counts))),
            )
        }
        Over::Domains if scoring.leaf == Aggregate::Walk => return None,
        Over::Domains => {
            let roots = case
                .model
                .domains
                .iter()
                .filter(|domain| domain.parent.is_none());
            let nodes = roots.map(|domain| {
                (
                    domain.weight,
                    node(case, verdicts, &domain.name, unknown_counts),
                )
            });
            aggregate(scoring.by, nodes)
        }
    };
    points(worth)
}

fn points(worth: Worth) -> Option<BigRational> {
    match worth {
        Worth::Points(points) => Some(points),
        Worth::Nothing | Worth::Unknown => None,
    }
}

/// The level of a domain's points.
pub(super) fn domain_level(case: &Case<'_>, verdicts: &Verdicts, domain: &str) -> Option<u32> {
    level(
        points(node(case, verdicts, domain, false)).as_ref(),
        &case.model.scoring,
    )
}

fn node(case: &Case<'_>, verdicts: &Verdicts, domain: &str, unknown_counts: bool) -> Worth {
    let scoring = &case.model.scoring;
    let children = walk::children(case, domain);
    if children.is_empty() {
        let own = walk::counting(case, verdicts, Some(domain));
        return aggregate(
            scoring.leaf,
            own.iter()
                .map(|one| (one.weight, worth_of(case, verdicts, one, unknown_counts))),
        );
    }
    let weight = |name: &str| {
        case.model
            .domains
            .iter()
            .find(|known| *known.name == *name)
            .map_or(1, |known| known.weight)
    };
    aggregate(
        scoring.inner,
        children
            .iter()
            .map(|child| (weight(child), node(case, verdicts, child, unknown_counts))),
    )
}

fn aggregate(by: Aggregate, parts: impl Iterator<Item = (u32, Worth)>) -> Worth {
    let mut known = Vec::new();
    for (weight, worth) in parts {
        match worth {
            Worth::Nothing => {}
            Worth::Unknown => return Worth::Unknown,
            Worth::Points(points) => known.push((whole(i64::from(weight)), points)),
        }
    }
    if known.is_empty() {
        return Worth::Nothing;
    }
    let sum: BigRational = known.iter().map(|(weight, points)| weight * points).sum();
    let weights: BigRational = known.iter().map(|(weight, _)| weight.clone()).sum();
    match by {
        Aggregate::Mean => Worth::Points(sum / weights),
        Aggregate::Sum => Worth::Points(sum),
        Aggregate::Min => known
            .into_iter()
            .map(|(_, points)| points)
            .min()
            .map_or(Worth::Nothing, Worth::Points),
        Aggregate::Walk | Aggregate::None => Worth::Nothing,
    }
}

fn question(criterion: &Criterion) -> Option<(&Leaf, &Test)> {
    match &criterion.requires {
        Requires::Leaf(leaf @ Leaf::Capability { test, .. }) if requirement::is_question(leaf) => {
            Some((leaf, test))
        }
        _ => None,
    }
}

fn worth_of(
    case: &Case<'_>,
    verdicts: &Verdicts,
    criterion: &Criterion,
    unknown_counts: bool,
) -> Worth {
    let question = question(criterion);
    let (lowest, highest) = question
        .and_then(|(_, test)| requirement::bounds(case.model, test))
        .unwrap_or((0, 1));
    match (verdicts[&*criterion.name], question) {
        (Verdict::NotApplicable, _) | (Verdict::Waived, Some(_)) => Worth::Nothing,
        (Verdict::Met | Verdict::Held | Verdict::Unmet, Some((leaf, _))) => {
            requirement::points(case, leaf).map_or(Worth::Nothing, Worth::Points)
        }
        (Verdict::Met | Verdict::Held | Verdict::Waived, None) => Worth::Points(whole(1)),
        (Verdict::Unmet, None) => Worth::Points(whole(0)),
        (Verdict::Unknown, _) => match case.model.scoring.unknown {
            UnknownPoints::Lowest => {
                Worth::Points(whole(if unknown_counts { highest } else { lowest }))
            }
            UnknownPoints::Exclude => Worth::Nothing,
            UnknownPoints::Propagate => Worth::Unknown,
        },
    }
}

/// The highest level whose lowest points are not above the exact value.
pub(super) fn level(points: Option<&BigRational>, scoring: &Scoring) -> Option<u32> {
    let points = points?;
    let reached = scoring.levels.iter().filter(|(_, numerator, denominator)| {
        BigRational::new((*numerator).into(), (*denominator).into()) <= *points
    });
    reached.map(|(rank, _, _)| *rank).max()
}

/// To the model's digits, half up, and down where rounding would reach another level.
pub(super) fn shown(points: &BigRational, scoring: &Scoring) -> String {
    let scale = BigRational::from_integer(BigInt::from(10).pow(scoring.digits));
    let half = BigRational::new(1.into(), 2.into());
    let rounded = (points * &scale + half).floor() / &scale;
    let truncated = (points * &scale).floor() / &scale;
    let same_level = level(Some(&rounded), scoring) == level(Some(points), scoring);
    decimal(
        if same_level { &rounded } else { &truncated },
        scoring.digits,
    )
}

fn decimal(value: &BigRational, digits: u32) -> String {
    let scaled = (value * BigRational::from_integer(BigInt::from(10).pow(digits))).to_integer();
    let text = scaled.to_string();
    if digits == 0 {
        return text;
    }
    let digits = digits as usize;
    let padded = format!("{text:0>width$}", width = digits + 1);
    let (before, after) = padded.split_at(padded.len() - digits);
    format!("{before}.{after}")
}
