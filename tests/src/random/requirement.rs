//! What random criteria ask for.

use gradus_engine::key::Name;
use gradus_engine::model::{
    Combine, Coverage, CoverageThreshold, Item, Leaf, Quantifier, Requires, Test,
};

use super::{KINDS, Rng, predicate};

pub(crate) const UNITS: [&str; 4] = ["clinic", "emergency", "surgery", "ward"];

/// Whether somebody could claim what a lesser state asks for, were it not superseded.
pub(super) fn claimable(requires: &Requires) -> bool {
    let present = |leaf: &Leaf| matches!(leaf, Leaf::Capability { .. });
    match requires {
        Requires::Leaf(leaf) => present(leaf),
        Requires::AllOf(items) | Requires::AnyOf(items) | Requires::AtLeast { of: items, .. } => {
            items.iter().any(|item| match item {
                Item::Leaf(leaf) => present(leaf),
                Item::AnyOf(leaves) => leaves.iter().any(present),
            })
        }
    }
}

pub(super) fn is_question(leaf: &Leaf) -> bool {
    matches!(
        leaf,
        Leaf::Capability {
            test: Test::Choice { .. } | Test::Grade { .. },
            ..
        }
    )
}

pub(super) fn requires(rng: &mut Rng) -> Requires {
    match rng.below(10) {
        0 => Requires::AllOf(items(rng)),
        1 => Requires::AnyOf(items(rng)),
        2 => {
            let of = items(rng);
            let most = u32::try_from(of.len()).expect("a short list");
            Requires::AtLeast {
                count: 1 + rng.below(most),
                of,
            }
        }
        _ => Requires::Leaf(leaf(rng)),
    }
}

/// Never a type and its absence at once: that could never be met.
fn items(rng: &mut Rng) -> Vec<Item> {
    let mut items = Vec::new();
    for _ in 0..=rng.below(3) {
        let asked = || {
            let kinds = |item: &Item| match item {
                Item::Leaf(
                    Leaf::Absent(kind)
                    | Leaf::Capability {
                        capability: kind, ..
                    },
                ) => Some(kind.clone()),
                Item::AnyOf(_) => None,
            };
            items.iter().filter_map(kinds).collect::<Vec<Name>>()
        };
        let leaf = leaf(rng);
        let (Leaf::Absent(kind)
        | Leaf::Capability {
            capability: kind, ..
        }) = &leaf;
        if asked().contains(kind) || rng.chance(25) {
            items.push(Item::AnyOf(vec![leaf, self::leaf(rng)]));
        } else {
            items.push(Item::Leaf(leaf));
        }
    }
    items
}

fn leaf(rng: &mut Rng) -> Leaf {
    let kind: Name = (*rng.pick(&KINDS)).into();
    if rng.chance(8) {
        return Leaf::Absent(kind);
    }
    let test = match rng.below(8) {
        0 | 1 => Test::Where(predicate(rng, 3)),
        2 => Test::Coverage(coverage(rng)),
        _ => Test::Exists,
    };
    Leaf::Capability {
        capability: kind,
        quantifier: quantifier(rng),
        combine: Combine::Min,
        test,
    }
}

fn quantifier(rng: &mut Rng) -> Quantifier {
    *rng.pick(&[Quantifier::Any, Quantifier::All])
}

fn coverage(rng: &mut Rng) -> Coverage {
    Coverage {
        threshold: if rng.chance(70) {
            CoverageThreshold::Percent(*rng.pick(&[50, 80, 100]))
        } else {
            CoverageThreshold::Count(u64::from(1 + rng.below(4)))
        },
        exclude: rng.some(&UNITS, 15).into_iter().map(Into::into).collect(),
        must_use: rng.some(&UNITS, 10).into_iter().map(Into::into).collect(),
    }
}

pub(super) fn question(rng: &mut Rng) -> Leaf {
    let test = if rng.chance(50) {
        let fact = if rng.chance(50) { "mode" } else { "zones" };
        Test::Choice {
            fact: fact.into(),
            scale: "agree".into(),
        }
    } else {
        Test::Grade {
            fact: "zones".into(),
            min: 0,
            max: 2 + i64::from(rng.below(2)),
        }
    };
    Leaf::Capability {
        capability: (*rng.pick(&KINDS)).into(),
        quantifier: quantifier(rng),
        combine: *rng.pick(&[Combine::Min, Combine::Mean, Combine::Max]),
        test,
    }
}
