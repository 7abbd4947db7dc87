//! Cuts a `where` text into tokens.

use std::ops::Range;

use super::error::ParseError;
use super::literal::read_text;
use super::wording;

/// The smallest parts of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// A name or a key word.
    Word(&'t str),
    /// Digits without their sign; those beyond 64 bits stand as the greatest.
    Integer(u64),
    /// What a text literal means.
    Text(String),
    /// An operator or a bracket.
    Symbol(&'static str),
    /// The end of the text.
    End,
}

/// A token and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spanned<'t> {
    pub(super) token: Token<'t>,
    pub(super) span: Range<usize>,
}

/// Longer ones first, so that `<=` is not read as `<`. Those that the grammar has no use for are
/// read too: the parser knows better what to say about them.
const SYMBOLS: &[&str] = &[
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "(", ")", "[", "]", ",", ".", "-", "=", "&",
    "|", "+", "*", "/", "%", "?", ":", "{", "}", ";",
];

/// All tokens of a text, `End` last.
pub(super) fn tokens(text: &str) -> Result<Vec<Spanned<'_>>, ParseError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let blank = rest.len() - rest.trim_start_matches(is_blank).len();
        at += blank;
        let (token, end) = next(text, at)?;
        let ended = token == Token::End;
        tokens.push(Spanned {
            token,
            span: at..end,
        });
        if ended {
            return Ok(tokens);
        }
        at = end;
    }
}

fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n' | '\u{c}')
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// The token that starts at `at`, and where it ends.
fn next(text: &str, at: usize) -> Result<(Token<'_>, usize), ParseError> {
    let rest = text.get(at..).unwrap_or_default();
    let mut characters = rest.chars();
    let Some(first) = characters.next() else {
        return Ok((Token::End, at));
    };
    let second = characters.next();
    match first {
        '\'' | '"' => text_token(text, at, false),
        '0'..='9' => number(rest, at),
        '.' if second.is_some_and(|digit| digit.is_ascii_digit()) => number(rest, at),
        letter if is_word(letter) => word(text, at),
        _ => match SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
            Some(symbol) => Ok((Token::Symbol(symbol), at + symbol.len())),
            None => Err(wording::stray_character(first, at)),
        },
    }
}

fn text_token(text: &str, at: usize, raw: bool) -> Result<(Token<'_>, usize), ParseError> {
    let (meant, end) = read_text(text, at, raw)?;
    Ok((Token::Text(meant), end))
}

/// A word, or the literal whose prefix it is.
fn word(text: &str, at: usize) -> Result<(Token<'_>, usize), ParseError> {
    let rest = text.get(at..).unwrap_or_default();
    let word = prefix(rest, is_word);
    let end = at + word.len();
    let quoted = text
        .get(end..)
        .is_some_and(|rest| rest.starts_with(['\'', '"']));
    match word {
        "r" | "R" if quoted => text_token(text, end, true),
        "b" | "B" | "br" | "bR" | "Br" | "BR" if quoted => Err(wording::bytes(at..end)),
        _ => Ok((Token::Word(word), end)),
    }
}

fn number(rest: &str, at: usize) -> Result<(Token<'_>, usize), ParseError> {
    // A sign belongs to the number only after an exponent, which no whole number has.
    let number = prefix(rest, |character| is_word(character) || character == '.');
    let end = at + number.len();
    let (digits, radix) = match number.strip_prefix("0x") {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    if !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix)) {
        let value = u64::from_str_radix(digits, radix).unwrap_or(u64::MAX);
        return Ok((Token::Integer(value), end));
    }
    Err(wording::not_whole(number, at..end))
}

fn prefix(rest: &str, belongs: impl Fn(char) -> bool) -> &str {
    let end = rest
        .find(|character| !belongs(character))
        .unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}
