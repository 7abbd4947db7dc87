//! Why a predicate holds or does not: its atoms, one by one, and what each of them saw.

use std::fmt;

use super::evaluate::{Predicate, Scalar, Sight, Values};
use super::literal::quoted;
use crate::fact::FactValue;
use crate::verdict::Truth;

/// One atom of a predicate, asked by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtomResult {
    /// The atom's canonical text: `facts.mode == 'active/active'`.
    pub text: String,
    /// Its own truth, without the `!` that may stand before it.
    pub truth: Truth,
    /// The fields it looked up, in the order of the text.
    pub seen: Vec<Seen>,
}

/// What a field was when it was looked up. Its text reads `facts.mode is 'active/standby'`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// It is not stated.
    Absent {
        /// The field: `facts.mode`.
        field: String,
    },
    /// What supplies it cannot tell.
    Unknown {
        /// The field.
        field: String,
    },
    /// It has a value.
    Known {
        /// The field.
        field: String,
        /// Its value as a literal: `'active/standby'`, `42`, `true`.
        value: String,
    },
}

impl Predicate {
    /// Every atom in the order of the text, also those that evaluation need not reach.
    pub fn explain(&self, values: &(impl Values + ?Sized)) -> Vec<AtomResult> {
        let mut results = Vec::new();
        self.tree.atoms(&mut |atom| {
            results.push(AtomResult {
                text: atom.to_string(),
                truth: atom.evaluate(values),
                seen: atom
                    .fields()
                    .map(|field| Seen::new(field.to_string(), field.see(values)))
                    .collect(),
            });
        });
        results
    }
}

impl Seen {
    fn new(field: String, sight: Sight<'_>) -> Self {
        let value = match sight {
            Sight::Absent => return Seen::Absent { field },
            Sight::Unknown => return Seen::Unknown { field },
            Sight::Known(Scalar::Boolean(holds)) => holds.to_string(),
            Sight::Known(Scalar::Integer(number)) => number.to_string(),
            Sight::Known(Scalar::Text(text)) => quoted(&FactValue::Text(text.into())),
        };
        Seen::Known { field, value }
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Seen::Absent { field } => write!(formatter, "{field} is not stated"),
            Seen::Unknown { field } => write!(formatter, "{field} cannot be told"),
            Seen::Known { field, value } => write!(formatter, "{field} is {value}"),
        }
    }
}

impl fmt::Display for AtomResult {
    /// `facts.mode == 'active/active' → false: facts.mode is 'active/standby'`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} → {}", self.text, self.truth.as_label())?;
        for (position, seen) in self.seen.iter().enumerate() {
            let separator = if position == 0 { ": " } else { ", " };
            write!(formatter, "{separator}{seen}")?;
        }
        Ok(())
    }
}
