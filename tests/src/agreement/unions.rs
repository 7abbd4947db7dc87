//! Cases for which fields go together: every choice of up to three of the fields that a clause speaks of.

use super::case::{Case, Expected, fields};
use super::constraint::Constraint;
use super::example::{Examples, spoken_of, subsets};

/// More fields at once than these break no clause in a new way.
const TOGETHER: usize = 3;

/// The cases of the clauses at one place. Which of them is refused, the two sides must tell alike.
pub(super) fn cases(examples: &Examples, constraint: &Constraint) -> Vec<Case> {
    let Constraint { place, schema, .. } = constraint;
    let base = examples.with(place);
    let pointer = place.pointer();
    let spoken: Vec<&str> = spoken_of(schema).into_iter().collect();
    let choices = (0..=TOGETHER).flat_map(|size| subsets(&spoken, size));
    let case = |choice: Vec<&str>| {
        let mut object = base.clone();
        let there = fields(&mut object, &pointer);
        there.retain(|name, _| !spoken.contains(&name.as_str()));
        for name in choice {
            let value = examples.value(&schema["properties"][name], &place.field(name));
            there.insert(name.to_owned(), value);
        }
        Case {
            rule: constraint.name(),
            expected: Expected::Alike,
            object,
        }
    };
    choices.map(case).collect()
}
