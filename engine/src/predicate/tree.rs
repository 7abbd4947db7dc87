//! The shape of a predicate, over facts by name (`Tree<Name>`) or by slot once compiled.

use std::fmt::{self, Display};

use super::literal::quoted;
use crate::fact::FactValue;

/// Connectives over atoms. A chain is flat: it never holds a chain of its own connective.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tree<Fact> {
    Atom(Atom<Fact>),
    Not(Box<Tree<Fact>>),
    Chain(Connective, Vec<Tree<Fact>>),
}

/// How the links of a chain combine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Connective {
    And,
    Or,
}

/// One question that values answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Atom<Fact> {
    Constant(bool),
    /// The field is Boolean true.
    Flag(Field<Fact>),
    Has(Field<Fact>),
    Compare(Operand<Fact>, Comparison, Operand<Fact>),
    In(Operand<Fact>, Vec<FactValue>),
    Text(Operand<Fact>, TextTest, Operand<Fact>),
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What is asked of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextTest {
    StartsWith,
    EndsWith,
    Contains,
}

/// A side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Operand<Fact> {
    Field(Field<Fact>),
    Literal(FactValue),
}

/// Something that is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Field<Fact> {
    Fact(Fact),
    UnitsTotal,
    UnitsCovered,
}

impl<Fact> Tree<Fact> {
    /// A chain, taking in chains of the same connective.
    pub(super) fn chain(connective: Connective, links: Vec<Self>) -> Self {
        let mut flat = Vec::with_capacity(links.len());
        for link in links {
            match link {
                Tree::Chain(inner, links) if inner == connective => flat.extend(links),
                other => flat.push(other),
            }
        }
        Tree::Chain(connective, flat)
    }

    /// Every atom, in the order of the text.
    pub(super) fn atoms<'t>(&'t self, visit: &mut dyn FnMut(&'t Atom<Fact>)) {
        match self {
            Tree::Atom(atom) => visit(atom),
            Tree::Not(inner) => inner.atoms(visit),
            Tree::Chain(_, links) => links.iter().for_each(|link| link.atoms(visit)),
        }
    }

    /// The same predicate over another reference to facts.
    pub(super) fn map<Other>(&self, rename: &mut dyn FnMut(&Fact) -> Other) -> Tree<Other> {
        match self {
            Tree::Atom(atom) => Tree::Atom(atom.map(rename)),
            Tree::Not(inner) => Tree::Not(Box::new(inner.map(rename))),
            Tree::Chain(connective, links) => Tree::Chain(
                *connective,
                links.iter().map(|link| link.map(rename)).collect(),
            ),
        }
    }
}

impl<Fact> Atom<Fact> {
    /// What it looks up, in the order of the text.
    pub(super) fn fields(&self) -> impl Iterator<Item = &Field<Fact>> {
        let (left, right) = match self {
            Atom::Constant(_) => (None, None),
            Atom::Flag(field) | Atom::Has(field) => (Some(field), None),
            Atom::In(needle, _) => (needle.field(), None),
            Atom::Compare(left, _, right) | Atom::Text(left, _, right) => {
                (left.field(), right.field())
            }
        };
        left.into_iter().chain(right)
    }

    fn map<Other>(&self, rename: &mut dyn FnMut(&Fact) -> Other) -> Atom<Other> {
        match self {
            Atom::Constant(holds) => Atom::Constant(*holds),
            Atom::Flag(field) => Atom::Flag(field.map(rename)),
            Atom::Has(field) => Atom::Has(field.map(rename)),
            Atom::Compare(left, comparison, right) => {
                Atom::Compare(left.map(rename), *comparison, right.map(rename))
            }
            Atom::In(needle, list) => Atom::In(needle.map(rename), list.clone()),
            Atom::Text(whole, test, part) => Atom::Text(whole.map(rename), *test, part.map(rename)),
        }
    }
}

impl<Fact> Operand<Fact> {
    fn field(&self) -> Option<&Field<Fact>> {
        match self {
            Operand::Field(field) => Some(field),
            Operand::Literal(_) => None,
        }
    }

    fn map<Other>(&self, rename: &mut dyn FnMut(&Fact) -> Other) -> Operand<Other> {
        match self {
            Operand::Field(field) => Operand::Field(field.map(rename)),
            Operand::Literal(value) => Operand::Literal(value.clone()),
        }
    }
}

impl<Fact> Field<Fact> {
    fn map<Other>(&self, rename: &mut dyn FnMut(&Fact) -> Other) -> Field<Other> {
        match self {
            Field::Fact(fact) => Field::Fact(rename(fact)),
            Field::UnitsTotal => Field::UnitsTotal,
            Field::UnitsCovered => Field::UnitsCovered,
        }
    }
}

impl Comparison {
    pub(super) fn symbol(self) -> &'static str {
        match self {
            Comparison::Equal => "==",
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        }
    }

    pub(super) fn of(symbol: &str) -> Option<Self> {
        Some(match symbol {
            "==" => Comparison::Equal,
            "!=" => Comparison::NotEqual,
            "<" => Comparison::Less,
            "<=" => Comparison::LessOrEqual,
            ">" => Comparison::Greater,
            ">=" => Comparison::GreaterOrEqual,
            _ => return None,
        })
    }
}

impl TextTest {
    pub(super) fn name(self) -> &'static str {
        match self {
            TextTest::StartsWith => "startsWith",
            TextTest::EndsWith => "endsWith",
            TextTest::Contains => "contains",
        }
    }

    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "startsWith" => TextTest::StartsWith,
            "endsWith" => TextTest::EndsWith,
            "contains" => TextTest::Contains,
            _ => return None,
        })
    }
}

impl<Fact: Display> Display for Tree<Fact> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Tree::Atom(atom) => atom.fmt(formatter),
            Tree::Not(inner) => match inner.as_ref() {
                Tree::Chain(..) | Tree::Atom(Atom::Compare(..) | Atom::In(..)) => {
                    write!(formatter, "!({inner})")
                }
                _ => write!(formatter, "!{inner}"),
            },
            Tree::Chain(connective, links) => write_chain(formatter, *connective, links),
        }
    }
}

fn write_chain<Fact: Display>(
    formatter: &mut fmt::Formatter<'_>,
    connective: Connective,
    links: &[Tree<Fact>],
) -> fmt::Result {
    let symbol = match connective {
        Connective::And => " && ",
        Connective::Or => " || ",
    };
    for (position, link) in links.iter().enumerate() {
        if position > 0 {
            formatter.write_str(symbol)?;
        }
        match (connective, link) {
            (Connective::And, Tree::Chain(..)) => write!(formatter, "({link})")?,
            _ => link.fmt(formatter)?,
        }
    }
    Ok(())
}

impl<Fact: Display> Display for Atom<Fact> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Atom::Constant(holds) => holds.fmt(formatter),
            Atom::Flag(field) => field.fmt(formatter),
            Atom::Has(field) => write!(formatter, "has({field})"),
            Atom::Compare(left, comparison, right) => {
                write!(formatter, "{left} {} {right}", comparison.symbol())
            }
            Atom::In(needle, list) => {
                write!(formatter, "{needle} in [")?;
                for (position, value) in list.iter().enumerate() {
                    let separator = if position > 0 { ", " } else { "" };
                    write!(formatter, "{separator}{}", quoted(value))?;
                }
                formatter.write_str("]")
            }
            Atom::Text(whole, test, part) => write!(formatter, "{whole}.{}({part})", test.name()),
        }
    }
}

impl<Fact: Display> Display for Operand<Fact> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operand::Field(field) => field.fmt(formatter),
            Operand::Literal(value) => formatter.write_str(&quoted(value)),
        }
    }
}

impl<Fact: Display> Display for Field<Fact> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Field::Fact(fact) => write!(formatter, "facts.{fact}"),
            Field::UnitsTotal => formatter.write_str("units.total"),
            Field::UnitsCovered => formatter.write_str("units.covered"),
        }
    }
}
