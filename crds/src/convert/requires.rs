//! What a criterion asks for, in the engine's types.

use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::model::{
    Combine, Coverage, CoverageThreshold, Item, Leaf, Quantifier, Requires, Test,
};

use super::scalar::names;
use crate::requires;

/// The requirement of a criterion; a capability of its own name when left out.
pub(super) fn requires(
    requires: Option<&requires::Requires>,
    criterion: &str,
    path: &str,
) -> Result<Requires, Diagnostic> {
    let Some(requires) = requires else {
        let own = requires::Leaf {
            capability: Some(criterion.to_owned()),
            ..requires::Leaf::default()
        };
        return leaf(&own, path).map(Requires::Leaf);
    };
    if !requires.all_of.is_empty() {
        return items(&requires.all_of, path, "allOf").map(Requires::AllOf);
    }
    if !requires.any_of.is_empty() {
        return items(&requires.any_of, path, "anyOf").map(Requires::AnyOf);
    }
    if let Some(at_least) = &requires.at_least {
        let of = items(&at_least.of, path, "atLeast.of")?;
        return Ok(Requires::AtLeast {
            count: at_least.count,
            of,
        });
    }
    leaf(&requires.leaf, path).map(Requires::Leaf)
}

fn items(items: &[requires::Item], path: &str, field: &str) -> Result<Vec<Item>, Diagnostic> {
    items
        .iter()
        .enumerate()
        .map(|(index, item)| {
            let path = format!("{path}.{field}[{index}]");
            if item.any_of.is_empty() {
                return leaf(&item.leaf, &path).map(Item::Leaf);
            }
            item.any_of
                .iter()
                .enumerate()
                .map(|(index, some)| leaf(some, &format!("{path}.anyOf[{index}]")))
                .collect::<Result<_, _>>()
                .map(Item::AnyOf)
        })
        .collect()
}

fn leaf(leaf: &requires::Leaf, path: &str) -> Result<Leaf, Diagnostic> {
    if let Some(absent) = &leaf.absent {
        return Ok(Leaf::Absent(absent.as_str().into()));
    }
    let Some(capability) = &leaf.capability else {
        return Err(
            Diagnostic::error("Invalid", path, "neither capability nor absent is set")
                .with_help("write capability: or absent:"),
        );
    };
    Ok(Leaf::Capability {
        capability: capability.as_str().into(),
        quantifier: leaf.quantifier.map_or(Quantifier::Any, Quantifier::from),
        combine: leaf.combine.map_or(Combine::Min, Combine::from),
        test: test(leaf),
    })
}

fn test(leaf: &requires::Leaf) -> Test {
    if let Some(predicate) = &leaf.predicate {
        return Test::Where(predicate.clone());
    }
    if let Some(choice) = &leaf.choice {
        return Test::Choice {
            fact: choice.fact.as_str().into(),
            scale: choice.scale.as_str().into(),
        };
    }
    if let Some(grade) = &leaf.grade {
        return Test::Grade {
            fact: grade.fact.as_str().into(),
            min: grade.min,
            max: grade.max,
        };
    }
    match &leaf.coverage {
        Some(coverage) => Test::Coverage(Coverage {
            threshold: match coverage.count {
                Some(count) => CoverageThreshold::Count(count),
                None => CoverageThreshold::Percent(coverage.at_least.unwrap_or(100)),
            },
            exclude: names(coverage.exclude.clone()),
            must_use: names(coverage.must_use.clone()),
        }),
        None => Test::Exists,
    }
}
