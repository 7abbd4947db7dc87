//! Compiled predicates: facts by slot, answers without allocation.

use std::cmp::Ordering;
use std::fmt;

use super::expression::Expression;
use super::tree::{Atom, Comparison, Connective, Field, Operand, TextTest, Tree};
use crate::fact::FactValue;
use crate::key::Name;
use crate::verdict::Truth;

/// An interned fact name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub u32);

/// What is known of one fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup<'a> {
    /// Nobody states it: what is said of it is false.
    Absent,
    /// What supplies it cannot tell: what is said of it is Unknown.
    Unknown,
    /// It is stated.
    Known(Value<'a>),
}

/// A [`FactValue`] that somebody else keeps, in whatever form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Text.
    Text(&'a Name),
}

impl<'a> From<&'a FactValue> for Value<'a> {
    fn from(value: &'a FactValue) -> Self {
        match value {
            FactValue::Boolean(holds) => Value::Boolean(*holds),
            FactValue::Integer(number) => Value::Integer(*number),
            FactValue::Text(text) => Value::Text(text),
        }
    }
}

impl From<Value<'_>> for FactValue {
    fn from(value: Value<'_>) -> Self {
        match value {
            Value::Boolean(holds) => FactValue::Boolean(holds),
            Value::Integer(number) => FactValue::Integer(number),
            Value::Text(text) => FactValue::Text(text.clone()),
        }
    }
}

/// The facts and units of one capability.
pub trait Values {
    /// What is known of a fact.
    fn fact(&self, slot: Slot) -> Lookup<'_>;

    /// The total and the covered units, when units are stated.
    // See D-026.
    fn units(&self) -> Option<(u64, u64)>;
}

/// A compiled predicate, shared by everything that is asked the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predicate {
    pub(super) tree: Tree<Reference>,
    reads: Vec<Slot>,
    reads_units: bool,
}

/// A fact by slot; its name is for explanations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    slot: Slot,
    name: Name,
}

impl fmt::Display for Reference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name)
    }
}

impl Predicate {
    /// Compiles an expression; `intern` gives every fact name its slot.
    pub fn compile(expression: &Expression, intern: &mut impl FnMut(&str) -> Slot) -> Self {
        let mut reads = Vec::new();
        let tree = expression.tree.map(&mut |name: &Name| {
            let slot = intern(name);
            reads.push(slot);
            Reference {
                slot,
                name: name.clone(),
            }
        });
        reads.sort_unstable();
        reads.dedup();
        Self {
            tree,
            reads,
            reads_units: expression.reads_units(),
        }
    }

    /// The slots it reads, sorted, each once.
    pub fn reads(&self) -> &[Slot] {
        &self.reads
    }

    /// Whether it reads `units`.
    pub fn reads_units(&self) -> bool {
        self.reads_units
    }

    /// Whether it holds.
    pub fn evaluate(&self, values: &(impl Values + ?Sized)) -> Truth {
        evaluate(&self.tree, values)
    }
}

impl fmt::Display for Predicate {
    /// The canonical text, as the expression has it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tree.fmt(formatter)
    }
}

/// Recursion is as deep as the text is nested, which the parser bounds.
fn evaluate(tree: &Tree<Reference>, values: &(impl Values + ?Sized)) -> Truth {
    match tree {
        Tree::Atom(atom) => atom.evaluate(values),
        Tree::Not(inner) => evaluate(inner, values).negate(),
        Tree::Chain(Connective::And, links) => {
            let mut truth = Truth::True;
            for link in links {
                truth = truth.and(evaluate(link, values));
                if truth == Truth::False {
                    break;
                }
            }
            truth
        }
        Tree::Chain(Connective::Or, links) => {
            let mut truth = Truth::False;
            for link in links {
                truth = truth.or(evaluate(link, values));
                if truth == Truth::True {
                    break;
                }
            }
            truth
        }
    }
}

/// What a side of a comparison comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight<'a> {
    Absent,
    Unknown,
    Known(Scalar<'a>),
}

/// A value to compare. Units are unsigned, hence more than 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scalar<'a> {
    Boolean(bool),
    Integer(i128),
    Text(&'a str),
}

impl Atom<Reference> {
    pub(super) fn evaluate(&self, values: &(impl Values + ?Sized)) -> Truth {
        match self {
            Atom::Constant(holds) => Truth::from(*holds),
            Atom::Flag(field) => said_of(field.see(values), |seen| seen == Scalar::Boolean(true)),
            Atom::Has(field) => said_of(field.see(values), |_| true),
            Atom::Compare(left, comparison, right) => {
                said_of_both(left.see(values), right.see(values), |left, right| {
                    left.order(right)
                        .is_some_and(|order| comparison.holds(order))
                })
            }
            Atom::In(needle, list) => said_of(needle.see(values), |seen| {
                list.iter().any(|value| seen == Scalar::from(value))
            }),
            Atom::Text(whole, test, part) => {
                said_of_both(whole.see(values), part.see(values), |whole, part| {
                    match (whole, part) {
                        (Scalar::Text(whole), Scalar::Text(part)) => test.holds(whole, part),
                        _ => false,
                    }
                })
            }
        }
    }
}

fn said_of<'a>(seen: Sight<'a>, holds: impl FnOnce(Scalar<'a>) -> bool) -> Truth {
    match seen {
        Sight::Absent => Truth::False,
        Sight::Unknown => Truth::Unknown,
        Sight::Known(scalar) => Truth::from(holds(scalar)),
    }
}

// See D-025.
fn said_of_both<'a>(
    left: Sight<'a>,
    right: Sight<'a>,
    holds: impl FnOnce(Scalar<'a>, Scalar<'a>) -> bool,
) -> Truth {
    match (left, right) {
        (Sight::Unknown, _) | (_, Sight::Unknown) => Truth::Unknown,
        (Sight::Known(left), Sight::Known(right)) => Truth::from(holds(left, right)),
        (Sight::Absent, _) | (_, Sight::Absent) => Truth::False,
    }
}

impl Operand<Reference> {
    fn see<'a>(&'a self, values: &'a (impl Values + ?Sized)) -> Sight<'a> {
        match self {
            Operand::Field(field) => field.see(values),
            Operand::Literal(value) => Sight::Known(Scalar::from(value)),
        }
    }
}

impl Field<Reference> {
    pub(super) fn see<'a>(&self, values: &'a (impl Values + ?Sized)) -> Sight<'a> {
        let units = match self {
            Field::Fact(reference) => {
                return match values.fact(reference.slot) {
                    Lookup::Absent => Sight::Absent,
                    Lookup::Unknown => Sight::Unknown,
                    Lookup::Known(value) => Sight::Known(Scalar::from(value)),
                };
            }
            Field::UnitsTotal => values.units().map(|(total, _)| total),
            Field::UnitsCovered => values.units().map(|(_, covered)| covered),
        };
        units.map_or(Sight::Absent, |units| {
            Sight::Known(Scalar::Integer(units.into()))
        })
    }
}

impl<'a> From<Value<'a>> for Scalar<'a> {
    fn from(value: Value<'a>) -> Self {
        match value {
            Value::Boolean(holds) => Scalar::Boolean(holds),
            Value::Integer(number) => Scalar::Integer(number.into()),
            Value::Text(text) => Scalar::Text(text),
        }
    }
}

impl<'a> From<&'a FactValue> for Scalar<'a> {
    fn from(value: &'a FactValue) -> Self {
        Scalar::from(Value::from(value))
    }
}

impl Scalar<'_> {
    /// The order of two values of one type; text by code points, false before true.
    fn order(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Scalar::Boolean(left), Scalar::Boolean(right)) => Some(left.cmp(&right)),
            (Scalar::Integer(left), Scalar::Integer(right)) => Some(left.cmp(&right)),
            // The order of UTF-8 bytes is the order of code points.
            (Scalar::Text(left), Scalar::Text(right)) => Some(left.cmp(right)),
            _ => None,
        }
    }
}

impl Comparison {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Comparison::Equal => order.is_eq(),
            Comparison::NotEqual => order.is_ne(),
            Comparison::Less => order.is_lt(),
            Comparison::LessOrEqual => order.is_le(),
            Comparison::Greater => order.is_gt(),
            Comparison::GreaterOrEqual => order.is_ge(),
        }
    }
}

impl TextTest {
    fn holds(self, whole: &str, part: &str) -> bool {
        match self {
            TextTest::StartsWith => whole.starts_with(part),
            TextTest::EndsWith => whole.ends_with(part),
            TextTest::Contains => whole.contains(part),
        }
    }
}
