//! What a part of a text stands for while it is read: a question, or a value to be asked about.

use std::ops::Range;

use super::error::ParseError;
use super::tree::{Atom, Comparison, Field, Operand, TextTest, Tree};
use super::wording;
use crate::fact::FactValue;
use crate::key::Name;

/// A part of the text and its bytes.
#[derive(Debug, Clone)]
pub(super) struct Term {
    pub(super) meaning: Meaning,
    pub(super) span: Range<usize>,
}

/// What a part stands for.
#[derive(Debug, Clone)]
pub(super) enum Meaning {
    /// Something that is true or false.
    Question(Tree<Name>),
    /// Something that is compared; a Boolean one may become a question.
    Value(Operand<Name>),
    /// Wrong, and said so already.
    Mistaken,
}

/// The collected mistakes of one text.
#[derive(Debug)]
pub(super) struct Checks<'t> {
    pub(super) text: &'t str,
    pub(super) errors: Vec<ParseError>,
}

impl Checks<'_> {
    fn refuse<T>(&mut self, error: ParseError) -> Option<T> {
        self.errors.push(error);
        None
    }

    fn snippet(&self, span: &Range<usize>) -> &str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    /// The term as a question.
    pub(super) fn question(&mut self, term: Term) -> Option<Tree<Name>> {
        match term.meaning {
            Meaning::Question(tree) => Some(tree),
            Meaning::Value(Operand::Field(field @ Field::Fact(_))) => {
                Some(Tree::Atom(Atom::Flag(field)))
            }
            Meaning::Value(Operand::Literal(FactValue::Boolean(holds))) => {
                Some(Tree::Atom(Atom::Constant(holds)))
            }
            Meaning::Value(other) => {
                let kind = kind(&other).unwrap_or_default();
                let error = wording::not_a_question(self.snippet(&term.span), kind, term.span);
                self.refuse(error)
            }
            Meaning::Mistaken => None,
        }
    }

    fn value(&mut self, term: Term) -> Option<Operand<Name>> {
        match term.meaning {
            Meaning::Value(operand) => Some(operand),
            Meaning::Question(_) => self.refuse(wording::not_a_value(term.span)),
            Meaning::Mistaken => None,
        }
    }

    /// The comparison of two terms.
    pub(super) fn compare(
        &mut self,
        left: Term,
        comparison: Comparison,
        right: Term,
    ) -> Option<Tree<Name>> {
        let span = left.span.start..right.span.end;
        let (left, right) = (self.value(left), self.value(right));
        let (left, right) = (left?, right?);
        self.fits(&left, &right, span)?;
        Some(Tree::Atom(Atom::Compare(left, comparison, right)))
    }

    /// A term among literals.
    pub(super) fn among(&mut self, needle: Term, list: Vec<Term>) -> Option<Tree<Name>> {
        let span = needle.span.clone();
        let needle = self.value(needle);
        let values: Vec<_> = list
            .into_iter()
            .filter_map(|term| self.literal(needle.as_ref(), &span, term))
            .collect();
        Some(Tree::Atom(Atom::In(needle?, values)))
    }

    fn literal(
        &mut self,
        needle: Option<&Operand<Name>>,
        needle_span: &Range<usize>,
        term: Term,
    ) -> Option<FactValue> {
        let span = needle_span.start..term.span.end;
        match term.meaning {
            Meaning::Value(Operand::Literal(value)) => {
                let literal = Operand::Literal(value.clone());
                if let Some(needle) = needle {
                    self.fits(needle, &literal, span)?;
                }
                Some(value)
            }
            Meaning::Mistaken => None,
            _ => self.refuse(wording::not_a_literal(term.span)),
        }
    }

    /// A test of a text.
    pub(super) fn test(&mut self, whole: Term, test: TextTest, part: Term) -> Option<Tree<Name>> {
        let (whole, part) = (self.text(whole, test), self.text(part, test));
        Some(Tree::Atom(Atom::Text(whole?, test, part?)))
    }

    fn text(&mut self, term: Term, test: TextTest) -> Option<Operand<Name>> {
        let span = term.span.clone();
        let operand = self.value(term)?;
        match kind(&operand) {
            None | Some(TEXT) => Some(operand),
            Some(other) => {
                let found = self.snippet(&span);
                let error = wording::wants_text(test.name(), found, other, span);
                self.refuse(error)
            }
        }
    }

    /// Whether a field is stated.
    pub(super) fn has(&mut self, term: Term) -> Option<Tree<Name>> {
        match term.meaning {
            Meaning::Value(Operand::Field(field)) => Some(Tree::Atom(Atom::Has(field))),
            Meaning::Mistaken => None,
            _ => self.refuse(wording::has_wants_field(term.span)),
        }
    }

    fn fits(
        &mut self,
        left: &Operand<Name>,
        right: &Operand<Name>,
        span: Range<usize>,
    ) -> Option<()> {
        match (kind(left), kind(right)) {
            (Some(left), Some(right)) if left != right => {
                self.refuse(wording::types_differ(left, right, span))
            }
            _ => Some(()),
        }
    }
}

const TEXT: &str = "text";

/// The type of an operand, as messages name it; a fact may be of any.
fn kind(operand: &Operand<Name>) -> Option<&'static str> {
    Some(match operand {
        Operand::Field(Field::Fact(_)) => return None,
        Operand::Field(Field::UnitsTotal | Field::UnitsCovered)
        | Operand::Literal(FactValue::Integer(_)) => "a whole number",
        Operand::Literal(FactValue::Boolean(_)) => "yes or no",
        Operand::Literal(FactValue::Text(_)) => TEXT,
    })
}
