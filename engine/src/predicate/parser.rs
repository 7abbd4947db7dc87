//! Reads the grammar of the module's documentation by recursive descent. Recursion is bounded by
//! the depth limit, chains and lists are loops, so no text can exhaust the stack.

use std::ops::Range;

use super::error::ParseError;
use super::term::{Checks, Meaning, Term};
use super::token::{Spanned, Token, tokens};
use super::tree::{Comparison, Connective, Field, Operand, TextTest, Tree};
use super::{DEEPEST, LONGEST, wording};
use crate::fact::FactValue;
use crate::key::Name;

/// Reads a text into a tree, or says everything that is wrong with it.
pub(super) fn parse(text: &str) -> Result<Tree<Name>, Vec<ParseError>> {
    if text.chars().nth(LONGEST).is_some() {
        return Err(vec![wording::too_long(text)]);
    }
    let tokens = tokens(text).map_err(|error| vec![error])?;
    let mut parser = Parser {
        tokens,
        at: 0,
        depth: 0,
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
    tokens: Vec<Spanned<'t>>,
    at: usize,
    depth: usize,
    checks: Checks<'t>,
}

const END: Spanned<'static> = Spanned {
    token: Token::End,
    span: 0..0,
};

impl<'t> Parser<'t> {
    fn into_errors(self) -> Vec<ParseError> {
        let mut errors = self.checks.errors;
        errors.sort_by_key(|error| (error.span.start, error.span.end));
        errors
    }

    fn whole(&mut self) -> Result<Option<Tree<Name>>, ParseError> {
        if self.token() == &Token::End {
            return Err(wording::empty());
        }
        let term = self.any()?;
        let tree = self.checks.question(term);
        match self.token() {
            Token::End => Ok(tree),
            _ => Err(self.unexpected("`&&`, `||` or the end")),
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
        if !self.sees(symbol) {
            return Ok(first);
        }
        let mut span = first.span.clone();
        let mut links = vec![self.checks.question(first)];
        while self.eat(symbol) {
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
            } else if self.token() == &Token::Word("in") {
                self.at += 1;
                let list = self.list()?;
                self.checks.among(left, list)
            } else {
                return Ok(left);
            };
            left = question(tree, start..self.end());
        }
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let Token::Symbol(symbol) = self.token() else {
            return None;
        };
        let comparison = Comparison::of(symbol)?;
        self.at += 1;
        Some(comparison)
    }

    fn list(&mut self) -> Result<Vec<Term>, ParseError> {
        let open = self.span();
        if !self.eat("[") {
            return Err(wording::wants_list(open));
        }
        let mut list = Vec::new();
        while !self.sees("]") {
            list.push(self.unary()?);
            if !self.eat(",") {
                break;
            }
        }
        self.expect("]", "`,` or `]`")?;
        if list.is_empty() {
            let span = open.start..self.end();
            self.checks.errors.push(wording::empty_list(span));
        }
        Ok(list)
    }

    fn unary(&mut self) -> Result<Term, ParseError> {
        let start = self.span().start;
        let outside = self.depth;
        while self.sees("!") {
            self.deepen()?;
        }
        let denials = self.depth - outside;
        let term = self.member()?;
        self.depth = outside;
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
            if self.eat(".") {
                term = self.method(term)?;
            } else if self.sees("[") {
                let start = self.span().start;
                self.skip_group()?;
                let span = start..self.end();
                term = self.mistaken(term.span.start, wording::indexing(span));
            } else {
                return Ok(term);
            }
        }
    }

    /// What follows the dot after a value: only a test of its text may.
    fn method(&mut self, receiver: Term) -> Result<Term, ParseError> {
        let start = receiver.span.start;
        let (name, span) = self.word("the name of a function")?;
        if !self.sees("(") {
            return Ok(self.mistaken(start, wording::nested_field(span)));
        }
        let Some(test) = TextTest::of(name) else {
            self.skip_group()?;
            let error = match name {
                "has" => wording::misplaced_function(name, span),
                _ => wording::unknown_function(name, span),
            };
            return Ok(self.mistaken(start, error));
        };
        match self.argument(name)? {
            Some(part) => {
                let tree = self.checks.test(receiver, test, part);
                Ok(question(tree, start..self.end()))
            }
            None => Ok(mistaken(start..self.end())),
        }
    }

    /// The one argument of a function, in its parentheses.
    fn argument(&mut self, name: &str) -> Result<Option<Term>, ParseError> {
        let open = self.span().start;
        self.deepen()?;
        if self.eat(")") {
            self.depth -= 1;
            let span = open..self.end();
            self.checks.errors.push(wording::argument_count(name, span));
            return Ok(None);
        }
        let argument = self.any()?;
        let mut more = false;
        while self.eat(",") {
            more = true;
            self.any()?;
        }
        self.expect(")", "`)`")?;
        self.depth -= 1;
        if more {
            let span = open..self.end();
            self.checks.errors.push(wording::argument_count(name, span));
            return Ok(None);
        }
        Ok(Some(argument))
    }

    fn primary(&mut self) -> Result<Term, ParseError> {
        let span = self.span();
        match self.token().clone() {
            Token::Integer(magnitude) => {
                self.at += 1;
                Ok(self.integer(i128::from(magnitude), span))
            }
            Token::Text(text) => {
                self.at += 1;
                Ok(value(Operand::Literal(FactValue::Text(text.into())), span))
            }
            Token::Symbol("-") => self.negative(span.start),
            Token::Symbol("(") => self.nested(span.start),
            Token::Word("in") => Err(self.unexpected("a value")),
            Token::Word(word) => {
                self.at += 1;
                self.named(word, span)
            }
            Token::Symbol(_) | Token::End => Err(self.unexpected("a value")),
        }
    }

    fn negative(&mut self, start: usize) -> Result<Term, ParseError> {
        self.at += 1;
        match *self.token() {
            Token::Integer(magnitude) => {
                self.at += 1;
                Ok(self.integer(-i128::from(magnitude), start..self.end()))
            }
            _ => Err(wording::arithmetic(start..start + 1)),
        }
    }

    fn integer(&mut self, number: i128, span: Range<usize>) -> Term {
        match i64::try_from(number) {
            Ok(number) => value(Operand::Literal(FactValue::Integer(number)), span),
            Err(_) => {
                let text = self.checks.text.get(span.clone()).unwrap_or_default();
                let error = wording::out_of_range(text, span.clone());
                self.mistaken(span.start, error)
            }
        }
    }

    fn nested(&mut self, start: usize) -> Result<Term, ParseError> {
        self.deepen()?;
        let inner = self.any()?;
        self.expect(")", "`)`")?;
        self.depth -= 1;
        Ok(Term {
            meaning: inner.meaning,
            span: start..self.end(),
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
            "has" if self.sees("(") => match self.argument(word)? {
                Some(argument) => {
                    let tree = self.checks.has(argument);
                    Ok(question(tree, start..self.end()))
                }
                None => Ok(mistaken(start..self.end())),
            },
            _ if self.sees("(") => {
                self.skip_group()?;
                let error = match TextTest::of(word) {
                    Some(_) => wording::misplaced_function(word, span),
                    None => wording::unknown_function(word, span),
                };
                Ok(self.mistaken(start, error))
            }
            _ => {
                self.skip_fields();
                Ok(self.mistaken(start, wording::unknown_root(word, span)))
            }
        }
    }

    fn field(&mut self, root: &str, span: Range<usize>) -> Result<Term, ParseError> {
        let start = span.start;
        if self.sees("[") {
            // `member` says that nothing can be indexed.
            return Ok(mistaken(span));
        }
        if !self.eat(".") {
            return Ok(self.mistaken(start, wording::bare_root(root, span)));
        }
        let (name, name_span) = self.word("the name of a field")?;
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
        Ok(value(Operand::Field(field), start..self.end()))
    }

    fn mistaken(&mut self, start: usize, error: ParseError) -> Term {
        self.checks.errors.push(error);
        mistaken(start..self.end())
    }

    /// Goes on after a bracketed group, whatever is in it.
    fn skip_group(&mut self) -> Result<(), ParseError> {
        let mut open = 0_usize;
        loop {
            match self.token() {
                Token::Symbol("(" | "[") => open += 1,
                Token::Symbol(")" | "]") => open = open.saturating_sub(1),
                Token::End => return Err(self.unexpected("a closing bracket")),
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                return Ok(());
            }
        }
    }

    /// Goes on after the fields of an unknown root, so that only the root is complained about.
    fn skip_fields(&mut self) {
        while self.sees(".") {
            self.at += 1;
            if matches!(self.token(), Token::Word(_)) {
                self.at += 1;
            }
        }
    }

    /// Takes an opening token and counts it.
    fn deepen(&mut self) -> Result<(), ParseError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(wording::too_deep(self.span()));
        }
        self.at += 1;
        Ok(())
    }

    fn here(&self) -> &Spanned<'t> {
        self.tokens
            .get(self.at)
            .or(self.tokens.last())
            .unwrap_or(&END)
    }

    fn token(&self) -> &Token<'t> {
        &self.here().token
    }

    fn span(&self) -> Range<usize> {
        self.here().span.clone()
    }

    /// Where the last token taken ends.
    fn end(&self) -> usize {
        self.at
            .checked_sub(1)
            .and_then(|last| self.tokens.get(last))
            .map_or(0, |last| last.span.end)
    }

    fn sees(&self, symbol: &str) -> bool {
        matches!(self.token(), Token::Symbol(found) if *found == symbol)
    }

    fn eat(&mut self, symbol: &str) -> bool {
        let sees = self.sees(symbol);
        self.at += usize::from(sees);
        sees
    }

    fn expect(&mut self, symbol: &str, wanted: &str) -> Result<(), ParseError> {
        if self.eat(symbol) {
            Ok(())
        } else {
            Err(self.unexpected(wanted))
        }
    }

    fn word(&mut self, wanted: &str) -> Result<(&'t str, Range<usize>), ParseError> {
        let span = self.span();
        let Token::Word(word) = *self.token() else {
            return Err(self.unexpected(wanted));
        };
        self.at += 1;
        Ok((word, span))
    }

    fn unexpected(&self, wanted: &str) -> ParseError {
        let span = self.span();
        let found = self.checks.text.get(span.clone()).unwrap_or_default();
        wording::unexpected(found, wanted, span)
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
