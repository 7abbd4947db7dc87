//! Text with a tone: laid out by its width first, and coloured last.

use std::io::{self, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::stdio::Medium;

/// The emphasis of a piece of text. It is never the only carrier of a meaning: a glyph or a word says the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// None.
    Plain,
    /// The most important.
    Strong,
    /// Good.
    Good,
    /// Needs attention.
    Doubt,
    /// Bad.
    Bad,
    /// Less important.
    Quiet,
}

impl Tone {
    fn code(self) -> Option<&'static str> {
        match self {
            Tone::Plain => None,
            Tone::Strong => Some("1"),
            Tone::Good => Some("32"),
            Tone::Doubt => Some("33"),
            Tone::Bad => Some("31"),
            Tone::Quiet => Some("2"),
        }
    }
}

/// One line: pieces of text, each with its tone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Line {
    pieces: Vec<(Tone, String)>,
}

impl Line {
    /// A line of one piece.
    pub(crate) fn of(tone: Tone, text: impl AsRef<str>) -> Self {
        let mut line = Self::default();
        line.push(tone, text);
        line
    }

    /// A line without a tone.
    pub(crate) fn plain(text: impl AsRef<str>) -> Self {
        Self::of(Tone::Plain, text)
    }

    /// Adds a piece. Control characters are replaced.
    pub(crate) fn push(&mut self, tone: Tone, text: impl AsRef<str>) {
        let text = clean(text.as_ref());
        if !text.is_empty() {
            self.pieces.push((tone, text));
        }
    }

    /// With another piece.
    pub(crate) fn and(mut self, tone: Tone, text: impl AsRef<str>) -> Self {
        self.push(tone, text);
        self
    }

    /// Adds all pieces of another line.
    pub(crate) fn append(&mut self, other: Line) {
        self.pieces.extend(other.pieces);
    }

    /// Its width in columns.
    pub(crate) fn width(&self) -> usize {
        self.pieces.iter().map(|(_, text)| text.width()).sum()
    }

    /// Whether it has no text.
    pub(crate) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Cut to a width in columns; a cut line ends in an ellipsis.
    pub(crate) fn cut(self, width: usize) -> Self {
        if self.width() <= width {
            return self;
        }
        let mut left = width.saturating_sub(1);
        let mut short = Self::default();
        for (tone, text) in self.pieces {
            let end = fitting(&text, left);
            let part = text.get(..end).unwrap_or_default();
            left -= part.width();
            short.push(tone, part);
            if end < text.len() {
                break;
            }
        }
        short.and(Tone::Quiet, if width > 0 { "…" } else { "" })
    }

    /// Filled with blanks up to a width in columns.
    pub(crate) fn pad(mut self, width: usize) -> Self {
        let blanks = width.saturating_sub(self.width());
        self.push(Tone::Plain, " ".repeat(blanks));
        self
    }

    /// Broken between words into lines of at most `width` columns. Tones are kept.
    pub(crate) fn wrap(self, width: usize) -> Vec<Line> {
        let mut lines = vec![Line::default()];
        let mut used = 0;
        for (tone, text) in &self.pieces {
            for word in text.split_inclusive(' ') {
                let bare = word.trim_end().width();
                if used > 0 && used + bare > width {
                    lines.push(Line::default());
                    used = 0;
                }
                if let Some(line) = lines.last_mut() {
                    line.push(*tone, word);
                }
                used += word.width();
            }
        }
        lines
            .into_iter()
            .map(Line::without_trailing_blanks)
            .collect()
    }

    /// Broken like [`Line::wrap`], with every line but the first indented.
    pub(crate) fn hang(self, width: usize, blanks: usize) -> Vec<Line> {
        let mut lines = self.wrap(width.saturating_sub(blanks)).into_iter();
        let first = lines.next();
        first
            .into_iter()
            .chain(lines.map(|line| line.indent(blanks)))
            .collect()
    }

    /// With blanks before it.
    pub(crate) fn indent(self, blanks: usize) -> Self {
        let mut line = Self::plain(" ".repeat(blanks));
        line.append(self);
        line
    }

    /// As text, with colours if the medium shows them, and without trailing blanks.
    pub(crate) fn paint(&self, medium: Medium) -> String {
        let mut painted = String::new();
        let line = self.clone().without_trailing_blanks();
        for (tone, text) in &line.pieces {
            match tone.code().filter(|_| medium.colour) {
                Some(code) => painted.extend(["\x1b[", code, "m", text, "\x1b[0m"]),
                None => painted.push_str(text),
            }
        }
        painted
    }

    fn without_trailing_blanks(mut self) -> Self {
        while let Some((_, text)) = self.pieces.last_mut() {
            text.truncate(text.trim_end_matches(' ').len());
            if !text.is_empty() {
                break;
            }
            self.pieces.pop();
        }
        self
    }
}

/// Writes lines.
pub(crate) fn write(lines: &[Line], out: &mut dyn Write, medium: Medium) -> io::Result<()> {
    lines
        .iter()
        .try_for_each(|line| writeln!(out, "{}", line.paint(medium)))
}

/// The length, in bytes, of the part of a text that fits into a width in columns.
fn fitting(text: &str, width: usize) -> usize {
    let mut used = 0;
    for (at, letter) in text.char_indices() {
        used += letter.width().unwrap_or(0);
        if used > width {
            return at;
        }
    }
    text.len()
}

/// Replaces control characters and changes of writing direction. Why: anybody writes documents, and their text must
/// not move the cursor or reorder a line.
fn clean(text: &str) -> String {
    let is_control = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    text.chars()
        .map(|letter| match letter {
            '\n' | '\t' => ' ',
            letter if is_control(letter) => '\u{FFFD}',
            letter => letter,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLOUR: Medium = Medium {
        colour: true,
        ..Medium::FILE
    };

    #[test]
    fn tone_is_coloured_only_where_colours_are_shown() {
        let line = Line::of(Tone::Bad, "lost").and(Tone::Plain, " again ");
        assert_eq!(line.paint(COLOUR), "\x1b[31mlost\x1b[0m again");
        assert_eq!(line.paint(Medium::FILE), "lost again");
    }

    #[test]
    fn control_characters_of_a_document_are_replaced() {
        let line = Line::plain("a\x1b[2Jb\u{202E}c\nd");
        assert_eq!(line.paint(COLOUR), "a\u{FFFD}[2Jb\u{FFFD}c d");
    }

    #[test]
    fn wide_letters_count_as_two_columns_when_a_line_is_cut() {
        let line = Line::of(Tone::Good, "病院").and(Tone::Plain, "abcdef");
        assert_eq!(line.clone().cut(6).paint(Medium::FILE), "病院a…");
        assert_eq!(line.clone().cut(3).paint(Medium::FILE), "病…");
        assert_eq!(line.cut(10).paint(Medium::FILE), "病院abcdef");
    }

    #[test]
    fn long_line_breaks_between_words() {
        let lines = Line::plain("one two three").wrap(8);
        let texts: Vec<String> = lines.iter().map(|line| line.paint(Medium::FILE)).collect();
        assert_eq!(texts, ["one two", "three"]);
        assert_eq!(Line::plain("unbreakable").wrap(4).len(), 1);
    }
}
