//! Characters that look like others: blanks that do not indent, quotes that do not quote, and what is not seen at all.
//!
//! Text may hold them, and nothing is said of a document without a mistake. In one with a mistake, they are the mistake
//! that nobody sees.

use std::ops::Range;

use gradus_engine::diagnostic::Diagnostic;

/// The first character of a document that is not what it looks like, and its place in bytes of the text.
pub(crate) fn find(text: &str) -> Option<(Range<usize>, Diagnostic)> {
    if text.is_ascii() {
        return None;
    }
    let mut before = '\n';
    for (at, character) in text.char_indices() {
        if let Some(diagnostic) = disguised(character, before) {
            return Some((at..at + character.len_utf8(), diagnostic));
        }
        // What follows blanks stands where they began: `: \u{201c}`.
        if character != ' ' && !is_blank(character) {
            before = character;
        }
    }
    None
}

/// `before` is what stands before the character, blanks left out.
fn disguised(character: char, before: char) -> Option<Diagnostic> {
    let code = format!("U+{:04X}", u32::from(character));
    let begins_a_value = matches!(before, '\n' | ':' | '-' | '[' | '{' | ',' | '?');
    match character {
        '\u{feff}' => Some(error(
            "there is a byte order mark (U+FEFF) within the document".to_owned(),
            "remove it: save the files as UTF-8 without BOM before they are joined",
        )),
        '\u{200b}' | '\u{2060}' | '\u{ad}' | '\u{200e}' | '\u{200f}' => Some(error(
            format!("there is an invisible character ({code}) here"),
            "delete it: write the word anew, without copying it",
        )),
        _ if is_blank(character) && begins_a_value => Some(error(
            format!(
                "there is a blank here that is not a space ({}{code})",
                name(character)
            ),
            "write a space: YAML knows no other blank for indentation and after a colon",
        )),
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{2018}' | '\u{2019}'
            if begins_a_value && before != ',' =>
        {
            Some(error(
                format!("a typographic quote ({code}) does not quote"),
                "write \" or ' instead",
            ))
        }
        _ => None,
    }
}

fn error(message: String, help: &str) -> Diagnostic {
    Diagnostic::error("InvisibleCharacter", "", message).with_help(help)
}

fn is_blank(character: char) -> bool {
    !character.is_ascii() && character.is_whitespace()
}

fn name(character: char) -> &'static str {
    match character {
        '\u{a0}' | '\u{202f}' => "no-break space, ",
        '\u{3000}' => "ideographic space, ",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<(usize, String)> {
        find(text).map(|(span, diagnostic)| (span.start, diagnostic.message))
    }

    #[test]
    fn blanks_that_do_not_indent_are_found() {
        for text in [
            "spec:\n\u{a0}\u{a0}claim: x",
            "a:\u{a0}x",
            "- \u{3000}x",
            "{\u{2003}a: 1}",
        ] {
            let (_, message) = found(text).expect(text);
            assert!(message.contains("not a space"), "{text:?}: {message}");
        }
        assert_eq!(found("title: 10\u{a0}km of fibre"), None);
    }

    #[test]
    fn what_is_not_seen_and_what_does_not_quote_is_found() {
        assert_eq!(found("name: vpn\u{200b}").map(|it| it.0), Some(9));
        assert_eq!(
            found("claim: \u{201c}Present\u{201d}").map(|it| it.0),
            Some(7)
        );
        assert!(found("a: 1\n\u{feff}b: 2").is_some());
        assert_eq!(
            found("statement: Ada\u{2019}s word, \u{201c}seen\u{201d}"),
            None
        );
        assert_eq!(found("plain: text"), None);
    }
}
