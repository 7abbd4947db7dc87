//! Text literals as CEL writes them: read into the text they mean, and written back.

use std::fmt::Write;
use std::ops::Range;

use super::error::ParseError;
use crate::fact::FactValue;

/// Reads the text literal whose opening quote stands at `start` of `source`.
/// Answers with the text it means and the offset after its closing quote.
pub(super) fn read_text(
    source: &str,
    start: usize,
    raw: bool,
) -> Result<(String, usize), ParseError> {
    let rest = source.get(start..).unwrap_or_default();
    let quote = if rest.starts_with('"') { "\"" } else { "'" };
    let triple = quote.repeat(3);
    let close = if rest.starts_with(&triple) {
        triple.as_str()
    } else {
        quote
    };
    let mut meant = String::new();
    let mut at = start + close.len();
    loop {
        let rest = source.get(at..).unwrap_or_default();
        if rest.starts_with(close) {
            return Ok((meant, at + close.len()));
        }
        let Some(character) = rest.chars().next() else {
            return Err(unclosed(start..source.len(), close));
        };
        match character {
            '\\' if !raw => {
                let (character, length) = read_escape(rest, at)?;
                meant.push(character);
                at += length;
            }
            '\n' | '\r' if close.len() == 1 => return Err(unclosed(start..at, close)),
            // CEL reads every line end of a source as one line feed.
            '\r' => {
                meant.push('\n');
                at += if rest.starts_with("\r\n") { 2 } else { 1 };
            }
            other => {
                meant.push(other);
                at += other.len_utf8();
            }
        }
    }
}

fn unclosed(span: Range<usize>, close: &str) -> ParseError {
    ParseError::new(
        span,
        "the text is not closed",
        format!("end it with {close}"),
    )
}

/// Reads the escape that `rest` starts with; answers with its character and its length in bytes.
fn read_escape(rest: &str, at: usize) -> Result<(char, usize), ParseError> {
    let mut characters = rest.chars();
    characters.next();
    let Some(kind) = characters.next() else {
        return Err(bad_escape(rest, at, 1));
    };
    let simple = match kind {
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        '\\' | '\'' | '"' | '`' | '?' => kind,
        'x' | 'X' => return read_code(rest, at, 2..4, 16),
        'u' => return read_code(rest, at, 2..6, 16),
        'U' => return read_code(rest, at, 2..10, 16),
        '0'..='3' => return read_code(rest, at, 1..4, 8),
        _ => return Err(bad_escape(rest, at, 1 + kind.len_utf8())),
    };
    Ok((simple, 2))
}

fn read_code(
    rest: &str,
    at: usize,
    digits: Range<usize>,
    radix: u32,
) -> Result<(char, usize), ParseError> {
    let length = digits.end;
    rest.get(digits)
        .filter(|digits| digits.chars().all(|digit| digit.is_digit(radix)))
        .and_then(|digits| u32::from_str_radix(digits, radix).ok())
        .and_then(char::from_u32)
        .map(|character| (character, length))
        .ok_or_else(|| bad_escape(rest, at, length))
}

fn bad_escape(rest: &str, at: usize, length: usize) -> ParseError {
    let length = (0..=length.min(rest.len()))
        .rev()
        .find(|end| rest.is_char_boundary(*end))
        .unwrap_or_default();
    let escape = rest.get(..length).unwrap_or_default();
    ParseError::new(
        at..at + length,
        format!("`{escape}` is not an escape"),
        r"the escapes are \\ \' \` \? \a \b \f \n \r \t \v, \x41, \101, \u0041 and \U00000041; a backslash itself is \\, or write r'..' for text without escapes",
    )
}

/// A value as a literal: text in single quotes, so that reading it gives the same value.
pub fn quoted(value: &FactValue) -> String {
    match value {
        FactValue::Boolean(holds) => holds.to_string(),
        FactValue::Integer(number) => number.to_string(),
        FactValue::Text(text) => {
            let mut literal = String::with_capacity(text.len() + 2);
            literal.push('\'');
            for character in text.chars() {
                push_escaped(&mut literal, character);
            }
            literal.push('\'');
            literal
        }
    }
}

fn push_escaped(literal: &mut String, character: char) {
    match character {
        '\\' | '\'' => literal.extend(['\\', character]),
        '\n' => literal.push_str("\\n"),
        '\r' => literal.push_str("\\r"),
        '\t' => literal.push_str("\\t"),
        control if control.is_ascii_control() => {
            // Writing into a string cannot fail.
            let _ = write!(literal, "\\x{:02x}", u32::from(control));
        }
        other => literal.push(other),
    }
}
