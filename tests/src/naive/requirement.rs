//! What a criterion asks of the capabilities, in Kleene logic.

use std::collections::BTreeMap;

use gradus_engine::delta::Standing;
use gradus_engine::fact::FactValue;
use gradus_engine::key::Name;
use gradus_engine::model::{
    Combine, Coverage, CoverageThreshold, Criterion, Item, Leaf, Model, Quantifier, Requires, Test,
};
use gradus_engine::object::{Assessment, Capability, Claim, Units};
use gradus_engine::verdict::{CapabilityState, EvidenceClass, Truth};
use jiff::Timestamp;
use num_rational::BigRational;

use super::{all, any, capability, predicate};
use crate::scene::{Placed, Scene};

/// One assessment, at one instant; `bare` of waivers and of its own notApplicable.
#[derive(Clone)]
pub(super) struct Case<'a> {
    pub(super) scene: &'a Scene,
    pub(super) model: &'a Model,
    pub(super) assessment: &'a Assessment,
    pub(super) name: &'a str,
    pub(super) namespace: &'a str,
    pub(super) now: Timestamp,
    pub(super) bare: bool,
}

impl<'a> Case<'a> {
    /// A capability of the namespace, selected or not.
    pub(super) fn capability(&self, name: &str) -> Option<(&'a Placed, &'a Capability)> {
        let mut declared = self.scene.capabilities(self.namespace);
        declared
            .find(|(known, _, _)| *known == name)
            .map(|(_, placed, capability)| (placed, capability))
    }

    /// The capabilities that the assessment selects.
    pub(super) fn selected(&self) -> impl Iterator<Item = (&'a str, &'a Capability)> {
        let labels = self.assessment.capabilities.as_ref();
        self.scene
            .capabilities(self.namespace)
            .filter(move |(_, _, capability)| {
                labels.is_none_or(|labels| {
                    labels
                        .iter()
                        .all(|(key, value)| capability.labels.get(key) == Some(value))
                })
            })
            .map(|(name, _, capability)| (name, capability))
    }

    fn of_kind(&self, kind: &str) -> Vec<(&'a str, &'a Capability)> {
        self.selected()
            .filter(|(_, capability)| *capability.kind == *kind)
            .collect()
    }
}

/// What a requirement says: whether it holds, and the class of what it rests on where it does.
#[derive(Debug, Clone, Copy)]
struct Answer {
    truth: Truth,
    class: EvidenceClass,
}

/// Whether what a criterion asks for is there.
pub(super) fn holds(case: &Case<'_>, criterion: &Criterion) -> Truth {
    requires(case, criterion).truth
}

/// The class of a requirement that holds.
pub(super) fn class(case: &Case<'_>, criterion: &Criterion) -> Option<EvidenceClass> {
    let answer = requires(case, criterion);
    (answer.truth == Truth::True).then_some(answer.class)
}

fn requires(case: &Case<'_>, criterion: &Criterion) -> Answer {
    let item = |item: &Item| match item {
        Item::Leaf(leaf) => answer(case, criterion, leaf),
        Item::AnyOf(leaves) => some(&of(leaves, |leaf| answer(case, criterion, leaf))),
    };
    match &criterion.requires {
        Requires::Leaf(leaf) => answer(case, criterion, leaf),
        Requires::AllOf(items) => every(&of(items, item)),
        Requires::AnyOf(items) => some(&of(items, item)),
        Requires::AtLeast { count, of } => at_least(*count as usize, &self::of(of, item)),
    }
}

fn of<T>(parts: &[T], answer: impl Fn(&T) -> Answer) -> Vec<Answer> {
    parts.iter().map(answer).collect()
}

fn every(answers: &[Answer]) -> Answer {
    let class = answers
        .iter()
        .map(|answer| answer.class)
        .min()
        .unwrap_or(EvidenceClass::Declared);
    Answer {
        truth: all(answers.iter().map(|answer| answer.truth)),
        class,
    }
}

fn some(answers: &[Answer]) -> Answer {
    let holding = answers.iter().filter(|answer| answer.truth == Truth::True);
    let class = holding
        .map(|answer| answer.class)
        .max()
        .unwrap_or(EvidenceClass::Declared);
    Answer {
        truth: any(answers.iter().map(|answer| answer.truth)),
        class,
    }
}

fn at_least(count: usize, answers: &[Answer]) -> Answer {
    let number = |truth| {
        answers
            .iter()
            .filter(|answer| answer.truth == truth)
            .count()
    };
    let truth = if number(Truth::True) >= count {
        Truth::True
    } else if number(Truth::True) + number(Truth::Unknown) < count {
        Truth::False
    } else {
        Truth::Unknown
    };
    // The strongest items that make up the number; what they rest on is the weakest of them.
    let mut classes: Vec<_> = answers
        .iter()
        .filter(|answer| answer.truth == Truth::True)
        .map(|answer| answer.class)
        .collect();
    classes.sort_by(|left, right| right.cmp(left));
    let class = count
        .checked_sub(1)
        .and_then(|last| classes.get(last))
        .copied();
    Answer {
        truth,
        class: class.unwrap_or(EvidenceClass::Probed),
    }
}

fn answer(case: &Case<'_>, criterion: &Criterion, leaf: &Leaf) -> Answer {
    let (kind, quantifier) = match leaf {
        Leaf::Absent(kind) => (kind, Quantifier::All),
        Leaf::Capability {
            capability,
            quantifier,
            ..
        } => (capability, *quantifier),
    };
    let answers: Vec<Answer> = case
        .of_kind(kind)
        .into_iter()
        .map(|(name, stated)| weaken(case, criterion, name, test(case, leaf, name, stated)))
        .collect();
    if answers.is_empty() {
        return Answer {
            truth: Truth::False,
            class: EvidenceClass::Declared,
        };
    }
    if is_question(leaf) {
        return answered(&answers);
    }
    match quantifier {
        Quantifier::Any => some(&answers),
        Quantifier::All => every(&answers),
    }
}

/// A question is answered when no answer is open and one is given; it rests on all that are given.
fn answered(answers: &[Answer]) -> Answer {
    let having = |truth| answers.iter().filter(move |answer| answer.truth == truth);
    let truth = if having(Truth::Unknown).next().is_some() {
        Truth::Unknown
    } else {
        Truth::from(having(Truth::True).next().is_some())
    };
    let class = having(Truth::True).map(|answer| answer.class).min();
    Answer {
        truth,
        class: class.unwrap_or(EvidenceClass::Declared),
    }
}

/// Only what holds can be too weakly held.
fn weaken(case: &Case<'_>, criterion: &Criterion, name: &str, answer: Answer) -> Answer {
    let outside = !criterion.external || capability::vouched_from_outside(case, name);
    if answer.truth == Truth::True && (answer.class < criterion.at_least || !outside) {
        Answer {
            truth: Truth::Unknown,
            ..answer
        }
    } else {
        answer
    }
}

fn test(case: &Case<'_>, leaf: &Leaf, name: &str, stated: &Capability) -> Answer {
    let existence = capability::class(case, name);
    let (placed, _) = case.capability(name).expect("a declared capability");
    if matches!(placed.standing, Standing::Unavailable { .. }) {
        return Answer {
            truth: Truth::Unknown,
            class: existence,
        };
    }
    let Leaf::Capability { test, .. } = leaf else {
        let truth = match (stated.claim, capability::state(case, name)) {
            (Claim::Absent, CapabilityState::Absent) => Truth::True,
            (Claim::Absent | Claim::Unknown, CapabilityState::Unknown) => Truth::Unknown,
            _ => Truth::False,
        };
        return Answer {
            truth,
            class: existence,
        };
    };
    let exists = capability::exists(case, name);
    // Nobody has found out whether it is there: what is said of it is not found out either.
    if stated.claim == Claim::Unknown {
        return Answer {
            truth: exists,
            class: existence,
        };
    }
    match test {
        Test::Exists => Answer {
            truth: exists,
            class: existence,
        },
        Test::Where(text) => {
            let facts = capability::facts(case, name);
            let truth = predicate::holds(text, &facts, stated.units.as_ref());
            let class = predicate::reads(text)
                .iter()
                .filter_map(|fact| facts.get(fact).and_then(Option::as_ref))
                .map(|(_, class)| *class)
                .fold(existence, EvidenceClass::min);
            let class = if predicate::reads_units(text) {
                EvidenceClass::Declared
            } else {
                class
            };
            Answer {
                truth: all([exists, truth]),
                class,
            }
        }
        Test::Coverage(coverage) => {
            // Units are stated by whoever declares the capability, and by nobody else.
            Answer {
                truth: all([exists, covers(coverage, stated.units.as_ref())]),
                class: EvidenceClass::Declared,
            }
        }
        Test::Choice { fact, .. } | Test::Grade { fact, .. } => {
            let facts = capability::facts(case, name);
            let class = facts
                .get(&**fact)
                .and_then(Option::as_ref)
                .map_or(existence, |(_, class)| *class);
            let answered = if own_points(case, test, &facts).is_some() {
                Truth::True
            } else {
                Truth::Unknown
            };
            Answer {
                truth: all([exists, answered]),
                class: class.min(existence),
            }
        }
    }
}

fn covers(coverage: &Coverage, units: Option<&Units>) -> Truth {
    match units {
        None => Truth::Unknown,
        Some(Units::Totals { total, covered }) => {
            if !coverage.exclude.is_empty() || !coverage.must_use.is_empty() {
                return Truth::Unknown;
            }
            enough(coverage.threshold, *covered, *total)
        }
        Some(Units::Items(units)) => {
            let demanded = coverage.must_use.iter().map(|name| {
                Truth::from(units.iter().any(|unit| unit.name == *name && unit.covered))
            });
            let counted = || {
                units
                    .iter()
                    .filter(|unit| !coverage.exclude.contains(&unit.name))
            };
            let total = counted().map(|unit| unit.weight).sum();
            let covered = counted()
                .filter(|unit| unit.covered)
                .map(|unit| unit.weight)
                .sum();
            all(demanded.chain([enough(coverage.threshold, covered, total)]))
        }
    }
}

fn enough(threshold: CoverageThreshold, covered: u64, total: u64) -> Truth {
    match threshold {
        CoverageThreshold::Percent(_) if total == 0 => Truth::Unknown,
        CoverageThreshold::Percent(percent) => {
            Truth::from(u128::from(covered) * 100 >= u128::from(percent) * u128::from(total))
        }
        CoverageThreshold::Count(count) => Truth::from(covered >= count),
    }
}

/// Every type that a requirement names, asked to be there or to be absent.
pub(super) fn kinds(requires: &Requires) -> Vec<Name> {
    leaves(requires)
        .iter()
        .map(|leaf| leaf_kind(leaf).clone())
        .collect()
}

/// The types that a requirement asks to be there.
pub(super) fn asked_for(requires: &Requires) -> Vec<Name> {
    let present = |leaf: &&&Leaf| matches!(leaf, Leaf::Capability { .. });
    leaves(requires)
        .iter()
        .filter(present)
        .map(|leaf| leaf_kind(leaf).clone())
        .collect()
}

fn leaf_kind(leaf: &Leaf) -> &Name {
    match leaf {
        Leaf::Absent(kind) => kind,
        Leaf::Capability { capability, .. } => capability,
    }
}

fn leaves(requires: &Requires) -> Vec<&Leaf> {
    match requires {
        Requires::Leaf(leaf) => vec![leaf],
        Requires::AllOf(items) | Requires::AnyOf(items) | Requires::AtLeast { of: items, .. } => {
            items
                .iter()
                .flat_map(|item| match item {
                    Item::Leaf(leaf) => vec![leaf],
                    Item::AnyOf(leaves) => leaves.iter().collect(),
                })
                .collect()
        }
    }
}

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

fn own_points(
    case: &Case<'_>,
    test: &Test,
    facts: &BTreeMap<String, capability::Supplied>,
) -> Option<i64> {
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

/// The points of an answered question: what is not there has the lowest.
pub(super) fn points(case: &Case<'_>, leaf: &Leaf) -> Option<BigRational> {
    let Leaf::Capability {
        capability: kind,
        combine,
        test,
        ..
    } = leaf
    else {
        return None;
    };
    let (lowest, _) = bounds(case.model, test)?;
    let answers: Vec<i64> = case
        .of_kind(kind)
        .iter()
        .map(|(name, _)| match capability::exists(case, name) {
            Truth::False => lowest,
            _ => own_points(case, test, &capability::facts(case, name)).unwrap_or(lowest),
        })
        .collect();
    let whole = |number: i64| BigRational::from_integer(number.into());
    let number = i64::try_from(answers.len()).expect("a small number");
    match combine {
        _ if answers.is_empty() => Some(whole(lowest)),
        Combine::Min => answers.iter().min().map(|points| whole(*points)),
        Combine::Max => answers.iter().max().map(|points| whole(*points)),
        Combine::Mean => Some(whole(answers.iter().sum()) / whole(number)),
    }
}
