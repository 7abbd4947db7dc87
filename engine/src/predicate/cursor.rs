//! Walks the tokens of a text, and counts how deep it is in brackets and `!`.

use std::ops::Range;

use super::error::ParseError;
use super::limits::DEEPEST;
use super::token::{Spanned, Token, tokens};
use super::wording;

/// A place among the tokens of a text.
pub(super) struct Cursor<'t> {
    text: &'t str,
    tokens: Vec<Spanned<'t>>,
    at: usize,
    depth: usize,
}

const END: Spanned<'static> = Spanned {
    token: Token::End,
    span: 0..0,
};

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Result<Self, ParseError> {
        Ok(Self {
            text,
            tokens: tokens(text)?,
            at: 0,
            depth: 0,
        })
    }

    /// Takes the token, whatever it is.
    pub(super) fn skip(&mut self) {
        self.at += 1;
    }

    /// Leaves levels that were taken by `deepen`.
    pub(super) fn rise(&mut self, levels: usize) {
        self.depth -= levels;
    }

    /// The bytes of the text.
    pub(super) fn snippet(&self, span: &Range<usize>) -> &'t str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    /// Goes on after a bracketed group, whatever is in it.
    pub(super) fn skip_group(&mut self) -> Result<(), ParseError> {
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
    pub(super) fn skip_fields(&mut self) {
        while self.sees(".") {
            self.at += 1;
            if matches!(self.token(), Token::Word(_)) {
                self.at += 1;
            }
        }
    }

    /// Takes an opening token and counts it.
    // See D-028.
    pub(super) fn deepen(&mut self) -> Result<(), ParseError> {
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

    pub(super) fn token(&self) -> &Token<'t> {
        &self.here().token
    }

    pub(super) fn span(&self) -> Range<usize> {
        self.here().span.clone()
    }

    /// Where the last token taken ends.
    pub(super) fn end(&self) -> usize {
        self.at
            .checked_sub(1)
            .and_then(|last| self.tokens.get(last))
            .map_or(0, |last| last.span.end)
    }

    pub(super) fn sees(&self, symbol: &str) -> bool {
        matches!(self.token(), Token::Symbol(found) if *found == symbol)
    }

    pub(super) fn eat(&mut self, symbol: &str) -> bool {
        let sees = self.sees(symbol);
        self.at += usize::from(sees);
        sees
    }

    pub(super) fn expect(&mut self, symbol: &str, wanted: &str) -> Result<(), ParseError> {
        if self.eat(symbol) {
            Ok(())
        } else {
            Err(self.unexpected(wanted))
        }
    }

    pub(super) fn word(&mut self, wanted: &str) -> Result<(&'t str, Range<usize>), ParseError> {
        let span = self.span();
        let Token::Word(word) = *self.token() else {
            return Err(self.unexpected(wanted));
        };
        self.at += 1;
        Ok((word, span))
    }

    pub(super) fn unexpected(&self, wanted: &str) -> ParseError {
        let span = self.span();
        wording::unexpected(self.snippet(&span), wanted, span)
    }
}
