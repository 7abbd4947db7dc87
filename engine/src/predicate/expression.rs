//! A `where` text that has been read and checked, over facts by name.

use std::fmt;

use super::tree::{Field, Tree};
use crate::key::Name;

/// A checked predicate. Two texts that differ only in spaces, quotes and needless parentheses
/// make the same expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    pub(super) tree: Tree<Name>,
}

impl Expression {
    pub(super) fn new(tree: Tree<Name>) -> Self {
        Self { tree }
    }

    /// The facts it reads, as often and in the order in which the text names them.
    pub fn facts(&self) -> impl Iterator<Item = &str> {
        let mut facts = Vec::new();
        self.tree.atoms(&mut |atom| {
            facts.extend(atom.fields().filter_map(|field| match field {
                Field::Fact(name) => Some(&**name),
                Field::UnitsTotal | Field::UnitsCovered => None,
            }));
        });
        facts.into_iter()
    }

    /// Whether it reads `units`.
    pub fn reads_units(&self) -> bool {
        let mut reads = false;
        self.tree.atoms(&mut |atom| {
            reads |= atom.fields().any(|field| !matches!(field, Field::Fact(_)));
        });
        reads
    }
}

impl fmt::Display for Expression {
    /// The canonical text: single quotes, single spaces, no needless parentheses.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tree.fmt(formatter)
    }
}
