//! Text of others on a terminal: it can neither move the cursor nor begin a line of its own.

use std::fmt::Write;
use std::ops::Range;

/// A text on one line, with what a terminal would obey written out.
pub(super) fn one_line(text: &str) -> String {
    escaped(text, |character| {
        obeyed(character) || character.is_control()
    })
}

/// Lines of a document, and the same part of them. Tabs and line breaks stay, and so do the control characters of ASCII,
/// which the renderer replaces.
pub(super) fn lines(text: &str, part: Range<usize>) -> (String, Range<usize>) {
    let shown = |end: usize| escaped(text.get(..end).unwrap_or(text), obeyed).len();
    let part = shown(part.start)..shown(part.end);
    (escaped(text, obeyed), part)
}

/// Control characters beyond ASCII, such as the one-character CSI, and those that turn the direction of text.
fn obeyed(character: char) -> bool {
    matches!(
        character,
        '\u{80}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

fn escaped(text: &str, is_escaped: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_escaped(character) {
            let _ = write!(shown, "{}", character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_obeys_nothing_in_one_line() {
        assert_eq!(
            one_line("a\u{9b}31m\u{1b}[2J\nerror: b"),
            "a\\u{9b}31m\\u{1b}[2J\\nerror: b"
        );
        assert_eq!(
            one_line("caf\u{e9} \u{202e}live"),
            "caf\u{e9} \\u{202e}live"
        );
    }

    #[test]
    fn marked_part_of_lines_stays_marked() {
        let (text, part) = lines("a: \u{9d}x\n\u{9b}b: wrong", 12..17);
        assert_eq!(text, "a: \\u{9d}x\n\\u{9b}b: wrong");
        assert_eq!(&text[part], "wrong");
    }
}
