//! What one leaf of a requirement asks of the capabilities of its type.

use gradus_engine::delta::Standing;
use gradus_engine::model::{Coverage, CoverageThreshold, Criterion, Leaf, Quantifier, Test};
use gradus_engine::object::{Capability, Claim, Units};
use gradus_engine::verdict::{CapabilityState, EvidenceClass, Truth};

use super::case::Case;
use super::requirement::{Answer, every, some};
use super::truth::all;
use super::{capability, predicate, question};

/// Of a criterion's leaf, over every selected capability of the type.
pub(super) fn answer(case: &Case<'_>, criterion: &Criterion, leaf: &Leaf) -> Answer {
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
    if question::is_question(leaf) {
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
    if capability::taken_at_its_claim(case, name) {
        return answer;
    }
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
    let class = capability::class(case, name);
    let plain = |truth| Answer { truth, class };
    let (placed, _) = case.capability(name).expect("a declared capability");
    let taken = capability::taken_at_its_claim(case, name);
    if matches!(placed.standing, Standing::Unavailable { .. }) && !taken {
        return plain(Truth::Unknown);
    }
    let Leaf::Capability { test, .. } = leaf else {
        return plain(match (stated.claim, capability::state(case, name)) {
            (Claim::Absent, CapabilityState::Absent) => Truth::True,
            (Claim::Absent | Claim::Unknown, CapabilityState::Unknown) => Truth::Unknown,
            _ => Truth::False,
        });
    };
    let exists = capability::exists(case, name);
    // Nobody has found out whether it is there: what is said of it is not found out either.
    if stated.claim == Claim::Unknown {
        return plain(exists);
    }
    match test {
        Test::Exists => plain(exists),
        Test::Where(text) => {
            let facts = capability::facts(case, name);
            Answer {
                truth: all([
                    exists,
                    predicate::holds(text, &facts, stated.units.as_ref()),
                ]),
                class: class_of_predicate(text, &facts, class),
            }
        }
        // Units are stated by whoever declares the capability, and by nobody else.
        Test::Coverage(coverage) => Answer {
            truth: all([exists, covers(coverage, stated.units.as_ref())]),
            class: EvidenceClass::Declared,
        },
        Test::Choice { fact, .. } | Test::Grade { fact, .. } => {
            let facts = capability::facts(case, name);
            let supplied = facts.get(&**fact).and_then(Option::as_ref);
            let answered = match question::points_of(case, test, &facts) {
                Some(_) => Truth::True,
                None => Truth::Unknown,
            };
            Answer {
                truth: all([exists, answered]),
                class: supplied.map_or(class, |(_, own)| class.min(*own)),
            }
        }
    }
}

/// The lowest among the existence and every fact that is read.
fn class_of_predicate(
    text: &str,
    facts: &predicate::Facts,
    existence: EvidenceClass,
) -> EvidenceClass {
    if predicate::reads_units(text) {
        return EvidenceClass::Declared;
    }
    predicate::reads(text)
        .iter()
        .filter_map(|fact| facts.get(fact).and_then(Option::as_ref))
        .map(|(_, class)| *class)
        .fold(existence, EvidenceClass::min)
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
