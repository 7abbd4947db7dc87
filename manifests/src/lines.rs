//! Lines of a text, found once, so that many findings in one text cost no more than the text and themselves.

/// A text and where its lines begin.
#[derive(Debug)]
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

/// A line and a column, both from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

impl<'a> Lines<'a> {
    /// The lines of a text.
    pub fn of(text: &'a str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0)
            .chain(breaks.map(|(at, _)| at + 1))
            .collect();
        Self { text, starts }
    }

    /// The text.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The line in which a byte offset stands, from 1; the last one when it lies beyond the end.
    pub fn line(&self, offset: usize) -> u32 {
        saturate(self.starts.partition_point(|start| *start <= offset))
    }

    /// Where a byte offset stands; the end when it lies beyond.
    pub fn place(&self, offset: usize) -> Place {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.line(offset);
        let start = self.starts.get(line as usize - 1).copied();
        let before = self.text.get(start.unwrap_or_default()..offset);
        Place {
            line,
            column: saturate(before.unwrap_or_default().chars().count() + 1),
        }
    }
}

fn saturate(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn place_counts_lines_and_characters_from_one() {
        let place = |text, offset| Lines::of(text).place(offset);
        let at = |line, column| Place { line, column };
        assert_eq!(place("ä: 1\nüb: 2", 0), at(1, 1));
        assert_eq!(place("ä: 1\nüb: 2", "ä: 1\nüb".len()), at(2, 3));
        assert_eq!(place("x", 99), at(1, 2));
        assert_eq!(place("x\n", 2), at(2, 1));
        assert_eq!(place("", 0), at(1, 1));
    }
}
