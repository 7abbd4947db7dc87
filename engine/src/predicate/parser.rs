//! Reads the grammar of the module's documentation by recursive descent. Recursion is bounded by
//! the depth limit, chains and lists are loops, so no text can exhaust the stack.

use std::ops::Range;

use super::cursor::Cursor;
use super::error::ParseError;
use super::limits::LONGEST;
use super::term::{Checks, Meaning, Term};
use super::token::Token;
use super::tree::{Comparison, Connective, Field, Operand, TextTest, Tree};
use super::wording;
use crate::fact::FactValue;
use crate::key::Name;

/// Reads a text into a tree, or says everything that is wrong with it.
pub(super) fn parse(text: &str) -> Result<Tree<Name>, Vec<ParseError>> {
    if text.chars().nth(LONGEST).is_some() {
        return Err(vec![wording::too_long(text)]);
    }
    let mut parser = Parser {
        cursor: Cursor::new(text).map_err(|error| vec![error])?,
        checks: Checks {
            text,
            errors: Vec::new(),
        },
    };
    match parser.whole() {
        Ok(Some(tree)) if parser.checks.errors.is_empty() => Ok(tree),
        Ok(_) => Err(parser.into_errors()),
        Err(fatal) => {
            parser.checks.errors.push(fatal);
            Err(parser.into_errors())
        }
    }
}

/// A mistake after which the rest of the text cannot be read is returned as the error; the others
/// are collected, and reading goes on.
struct Parser<'t> {
    cursor: Cursor<'t>,
    checks: Checks<'t>,
}

impl<'t> Parser<'t> {
    fn into_errors(self) -> Vec<ParseError> {
        let mut errors = self.checks.errors;
        errors.sort_by_key(|error| (error.span.start, error.span.end));
        errors
    }

    fn whole(&mut self) -> Result<Option<Tree<Name>>, ParseError> {
        if self.cursor.token() == &Token::End {
            return Err(wording::empty());
        }
        let term = self.any()?;
        let tree = self.checks.question(term);
        match self.cursor.token() {
            Token::End => Ok(tree),
            // Tokens after a mistake are not a second mistake.
            _ if !self.checks.errors.is_empty() => Ok(None),
            _ => Err(self.cursor.unexpected("`&&`, `||` or the end")),
        }
    }

    fn any(&mut self) -> Result<Term, ParseError> {
        self.chain("||", Connective::Or, Self::all)
    }

    fn all(&mut self) -> Result<Term, ParseError> {
        self.chain("&&", Connective::And, Self::relation)
    }

    fn chain(
        &mut self,
        symbol: &str,
        connective: Connective,
        link: fn(&mut Self) -> Result<Term, ParseError>,
    ) -> Result<Term, ParseError> {
        let first = link(self)?;
        if !self.cursor.sees(symbol) {
            return Ok(first);
        }
        let mut span = first.span.clone();
        let mut links = vec![self.checks.question(first)];
        while self.cursor.eat(symbol) {
            let next = link(self)?;
            span.end = next.span.end;
            links.push(self.checks.question(next));
        }
        let links: Option<Vec<_>> = links.into_iter().collect();
        Ok(question(
            links.map(|links| Tree::chain(connective, links)),
            span,
        ))
    }

    fn relation(&mut self) -> Result<Term, ParseError> {
        let mut left = self.unary()?;
        loop {
            let start = left.span.start;
            let tree = if let Some(comparison) = self.comparison() {
                let right = self.unary()?;
                self.checks.compare(left, comparison, right)
            } else if self.cursor.token() == &Token::Word("in") {
                self.cursor.skip();
                let list = self.list()?;
                self.checks.among(left, list)
            } else {
                return Ok(left);
            };
            left = question(tree, start..self.cursor.end());
        }
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let Token::Symbol(symbol) = self.cursor.token() else {
            return None;
        };
        let comparison = Comparison::of(symbol)?;
        self.cursor.skip();
        Some(comparison)
    }

    fn list(&mut self) -> Result<Vec<Term>, ParseError> {
        let open = self.cursor.span();
        if !self.cursor.eat("[") {
            return Err(wording::wants_list(open));
        }
        let mut list = Vec::new();
        while !self.cursor.sees("]") {
            list.push(self.unary()?);
            if !self.cursor.eat(",") {
                break;
            }
        }
        self.cursor.expect("]", "`,` or `]`")?;
        if list.is_empty() {
            let span = open.start..self.cursor.end();
            self.checks.errors.push(wording::empty_list(span));
        }
        Ok(list)
    }

    fn unary(&mut self) -> Result<Term, ParseError> {
        let start = self.cursor.span().start;
        let mut denials = 0;
        while self.cursor.sees("!") {
            self.cursor.deepen()?;
            denials += 1;
        }
        let term = self.member()?;
        self.cursor.rise(denials);
        if denials == 0 {
            return Ok(term);
        }
        let span = start..term.span.end;
        let tree = self
            .checks
            .question(term)
            .map(|tree| (0..denials).fold(tree, |tree, _| Tree::Not(Box::new(tree))));
        Ok(question(tree, span))
    }

    fn member(&mut self) -> Result<Term, ParseError> {
        let mut term = self.primary()?;
        loop {
            if self.cursor.eat(".") {
                term = self.method(term)?;
            } else if self.cursor.sees("[") {
                let start = self.cursor.span().start;
                self.cursor.skip_group()?;
                let span = start..self.cursor.end();
                term = self.mistaken(term.span.start, wording::indexing(span));
            } else {
                return Ok(term);
            }
        }
    }

    /// What follows the dot after a value: only a test of its text may.
    fn method(&mut self, receiver: Term) -> Result<Term, ParseError> {
        let start = receiver.span.start;
        let (name, span) = self.cursor.word("the name of a function")?;
        if !self.cursor.sees("(") {
            return Ok(self.mistaken(start, wording::nested_field(span)));
        }
        let Some(test) = TextTest::of(name) else {
            self.cursor.skip_group()?;
            let error = match name {
                "has" => wording::misplaced_function(name, span),
                _ => wording::unknown_function(name, span),
            };
            return Ok(self.mistaken(start, error));
        };
        match self.argument(name)? {
            Some(part) => {
                let tree = self.checks.test(receiver, test, part);
                Ok(question(tree, start..self.cursor.end()))
            }
            None => Ok(mistaken(start..self.cursor.end())),
        }
    }

    /// The one argument of a function, in its parentheses.
    fn argument(&mut self, name: &str) -> Result<Option<Term>, ParseError> {
        let open = self.cursor.span().start;
        self.cursor.deepen()?;
        if self.cursor.eat(")") {
            self.cursor.rise(1);
            let span = open..self.cursor.end();
            self.checks.errors.push(wording::argument_count(name, span));
            return Ok(None);
        }
        let argument = self.any()?;
        let mut more = false;
        while self.cursor.eat(",") {
            more = true;
            self.any()?;
        }
        self.cursor.expect(")", "`)`")?;
        self.cursor.rise(1);
        if more {
            let span = open..self.cursor.end();
            self.checks.errors.push(wording::argument_count(name, span));
            return Ok(None);
        }
        Ok(Some(argument))
    }

    fn primary(&mut self) -> Result<Term, ParseError> {
        let span = self.cursor.span();
        match self.cursor.token().clone() {
            Token::Integer(magnitude) => {
                self.cursor.skip();
                Ok(self.integer(i128::from(magnitude), span))
            }
            Token::Text(text) => {
                self.cursor.skip();
                Ok(value(Operand::Literal(FactValue::Text(text.into())), span))
            }
            Token::Symbol("-") => self.negative(span.start),
            Token::Symbol("(") => self.nested(span.start),
            Token::Word(word) if word != "in" => {
                self.cursor.skip();
                self.named(word, span)
            }
            Token::Word(_) | Token::Symbol(_) | Token::End => {
                Err(self.cursor.unexpected("a value"))
            }
        }
    }

    fn negative(&mut self, start: usize) -> Result<Term, ParseError> {
        self.cursor.skip();
        match *self.cursor.token() {
            Token::Integer(magnitude) => {
                self.cursor.skip();
                Ok(self.integer(-i128::from(magnitude), start..self.cursor.end()))
            }
            _ => Err(wording::arithmetic(start..start + 1)),
        }
    }

    fn integer(&mut self, number: i128, span: Range<usize>) -> Term {
        if let Ok(number) = i64::try_from(number) {
            return value(Operand::Literal(FactValue::Integer(number)), span);
        }
        let error = wording::out_of_range(self.cursor.snippet(&span), span.clone());
        self.mistaken(span.start, error)
    }

    fn nested(&mut self, start: usize) -> Result<Term, ParseError> {
        self.cursor.deepen()?;
        let inner = self.any()?;
        self.cursor.expect(")", "`)`")?;
        self.cursor.rise(1);
        Ok(Term {
            meaning: inner.meaning,
            span: start..self.cursor.end(),
        })
    }

    /// What a word that opens a term stands for.
    fn named(&mut self, word: &'t str, span: Range<usize>) -> Result<Term, ParseError> {
        let start = span.start;
        match word {
            "true" | "false" => Ok(value(
                Operand::Literal(FactValue::Boolean(word == "true")),
                span,
            )),
            "facts" | "units" => self.field(word, span),
            "has" if self.cursor.sees("(") => match self.argument(word)? {
                Some(argument) => {
                    let tree = self.checks.has(argument);
                    Ok(question(tree, start..self.cursor.end()))
                }
                None => Ok(mistaken(start..self.cursor.end())),
            },
            _ if self.cursor.sees("(") => {
                self.cursor.skip_group()?;
                let error = match TextTest::of(word) {
                    Some(_) => wording::misplaced_function(word, span),
                    None => wording::unknown_function(word, span),
                };
                Ok(self.mistaken(start, error))
            }
            _ => {
                self.cursor.skip_fields();
                Ok(self.mistaken(start, wording::unknown_root(word, span)))
            }
        }
    }

    fn field(&mut self, root: &str, span: Range<usize>) -> Result<Term, ParseError> {
        let start = span.start;
        if self.cursor.sees("[") {
            // `member` says that nothing can be indexed.
            return Ok(mistaken(span));
        }
        if !self.cursor.eat(".") {
            return Ok(self.mistaken(start, wording::bare_root(root, span)));
        }
        let (name, name_span) = self.cursor.word("the name of a field")?;
        let field = match (root, name) {
            ("units", "total") => Field::UnitsTotal,
            ("units", "covered") => Field::UnitsCovered,
            ("units", _) => {
                return Ok(self.mistaken(start, wording::unknown_units(name, name_span)));
            }
            _ if wording::is_fact_name(name) && !wording::is_key_word(name) => {
                Field::Fact(Name::from(name))
            }
            _ => return Ok(self.mistaken(start, wording::fact_name(name, name_span))),
        };
        Ok(value(Operand::Field(field), start..self.cursor.end()))
    }

    fn mistaken(&mut self, start: usize, error: ParseError) -> Term {
        self.checks.errors.push(error);
        mistaken(start..self.cursor.end())
    }
}

fn value(operand: Operand<Name>, span: Range<usize>) -> Term {
    Term {
        meaning: Meaning::Value(operand),
        span,
    }
}

fn question(tree: Option<Tree<Name>>, span: Range<usize>) -> Term {
    Term {
        meaning: tree.map_or(Meaning::Mistaken, Meaning::Question),
        span,
    }
}

fn mistaken(span: Range<usize>) -> Term {
    Term {
        meaning: Meaning::Mistaken,
        span,
    }
}
