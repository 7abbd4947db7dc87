//! Questions: what an answer is worth.

use gradus_engine::fact::FactValue;
use gradus_engine::key::Name;
use gradus_engine::model::{Combine, Leaf, Model, Test};
use gradus_engine::verdict::Truth;
use num_rational::BigRational;

use super::capability;
use super::case::Case;
use super::predicate::Facts;

/// Whether a leaf asks for an answer rather than for a truth.
pub(super) fn is_question(leaf: &Leaf) -> bool {
    matches!(
        leaf,
        Leaf::Capability {
            test: Test::Choice { .. } | Test::Grade { .. },
            ..
        }
    )
}

/// The lowest and highest points of a question.
pub(super) fn bounds(model: &Model, test: &Test) -> Option<(i64, i64)> {
    match test {
        Test::Grade { min, max, .. } => Some((*min, *max)),
        Test::Choice { scale, .. } => {
            let scale = model.scales.iter().find(|known| known.name == *scale)?;
            let points: Vec<i64> = scale
                .answers
                .iter()
                .map(|(_, _, points)| *points)
                .chain(scale.ranges.iter().map(|(_, points)| *points))
                .collect();
            Some((*points.iter().min()?, *points.iter().max()?))
        }
        _ => None,
    }
}

/// The points that facts answer a question with.
pub(super) fn points_of(case: &Case<'_>, test: &Test, facts: &Facts) -> Option<i64> {
    let value = |fact: &Name| {
        facts
            .get(&**fact)
            .and_then(Option::as_ref)
            .map(|(value, _)| value)
    };
    match test {
        Test::Grade { fact, min, max } => match value(fact)? {
            FactValue::Integer(grade) if (min..=max).contains(&grade) => Some(*grade),
            _ => None,
        },
        Test::Choice { fact, scale } => {
            let scale = case
                .model
                .scales
                .iter()
                .find(|known| known.name == *scale)?;
            match value(fact)? {
                FactValue::Text(text) => scale
                    .answers
                    .iter()
                    .find(|(answer, _, _)| answer == text)
                    .map(|(_, _, points)| *points),
                FactValue::Integer(number) => scale
                    .ranges
                    .iter()
                    .find(|(up_to, _)| number <= up_to)
                    .map(|(_, points)| *points),
                FactValue::Boolean(_) => None,
            }
        }
        _ => None,
    }
}

/// The points of a question by what is there now: what is not there has the lowest.
pub(super) fn points(case: &Case<'_>, leaf: &Leaf) -> Option<BigRational> {
    let (kind, combine, test) = parts(leaf)?;
    let (lowest, _) = bounds(case.model, test)?;
    let answers: Vec<i64> = case
        .of_kind(kind)
        .iter()
        .map(|(name, _)| match capability::exists(case, name) {
            Truth::False => lowest,
            _ => points_of(case, test, &capability::facts(case, name)).unwrap_or(lowest),
        })
        .collect();
    Some(combined(combine, &answers).unwrap_or(whole(lowest)))
}

/// The points of a question by the answers as last known; none where there never was one.
pub(super) fn last_known_points(case: &Case<'_>, leaf: &Leaf) -> Option<BigRational> {
    let (kind, combine, test) = parts(leaf)?;
    let answers: Vec<i64> = case
        .of_kind(kind)
        .iter()
        .filter_map(|(name, _)| points_of(case, test, &capability::last_known(case, name)))
        .collect();
    combined(combine, &answers)
}

fn parts(leaf: &Leaf) -> Option<(&Name, Combine, &Test)> {
    match leaf {
        Leaf::Capability {
            capability,
            combine,
            test,
            ..
        } => Some((capability, *combine, test)),
        Leaf::Absent(_) => None,
    }
}

fn combined(combine: Combine, answers: &[i64]) -> Option<BigRational> {
    let number = i64::try_from(answers.len()).expect("a small number");
    match combine {
        Combine::Min => answers.iter().min().map(|points| whole(*points)),
        Combine::Max => answers.iter().max().map(|points| whole(*points)),
        Combine::Mean if answers.is_empty() => None,
        Combine::Mean => Some(whole(answers.iter().sum()) / whole(number)),
    }
}

fn whole(number: i64) -> BigRational {
    BigRational::from_integer(number.into())
}
