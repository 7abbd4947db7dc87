//! What a criterion asks of the capabilities, in Kleene logic.

use gradus_engine::key::Name;
use gradus_engine::model::{Criterion, Item, Leaf, Requires};
use gradus_engine::verdict::{EvidenceClass, Truth};

use super::case::Case;
use super::leaf::answer;
use super::truth::{all, any};

/// What a requirement says: whether it holds, and the class of what it rests on where it does.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answer {
    pub(super) truth: Truth,
    pub(super) class: EvidenceClass,
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

pub(super) fn every(answers: &[Answer]) -> Answer {
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

pub(super) fn some(answers: &[Answer]) -> Answer {
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
