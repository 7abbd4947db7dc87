//! Where documents begin and end in a file, found before anything is parsed.
//!
//! A line that begins with `---` or `...` ends whatever stands before it, also within quotes and
//! block scalars: YAML forbids such lines in content. So a file is cut at these lines first, and
//! what is wrong in one piece cannot hide the next one.

use std::ops::Range;

/// A piece of a file, with at most one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Where it stands in the file.
    pub bytes: Range<usize>,
    /// The number of its first line in the file, from 1.
    pub first_line: u32,
}

/// A file's pieces, in order.
pub fn chunks(bytes: &[u8]) -> Vec<Chunk> {
    let mut pieces = Vec::new();
    let mut chunk = Chunk {
        bytes: 0..0,
        first_line: 1,
    };
    let (mut at, mut line) = (0, 1);
    while at < bytes.len() {
        let end = line_end(bytes, at);
        let marker = marker(bytes.get(at..end).unwrap_or_default());
        let before = bytes.get(chunk.bytes.clone()).unwrap_or_default();
        if matches!(marker, Some(Marker::Begins)) && holds_content(before) {
            pieces.push(chunk);
            chunk = Chunk {
                bytes: at..at,
                first_line: line,
            };
        }
        line += 1;
        chunk.bytes.end = end;
        if matches!(marker, Some(Marker::Ends)) {
            pieces.push(chunk);
            chunk = Chunk {
                bytes: end..end,
                first_line: line,
            };
        }
        at = end;
    }
    if !chunk.bytes.is_empty() {
        pieces.push(chunk);
    }
    pieces
}

enum Marker {
    Begins,
    Ends,
}

fn marker(line: &[u8]) -> Option<Marker> {
    let (mark, rest) = line.split_at_checked(3)?;
    if !matches!(rest.first(), None | Some(b' ' | b'\t' | b'\r' | b'\n')) {
        return None;
    }
    match mark {
        b"---" => Some(Marker::Begins),
        b"..." => Some(Marker::Ends),
        _ => None,
    }
}

/// Whether a piece is more than directives, comments and blank lines, which belong to the document
/// that follows them.
fn holds_content(piece: &[u8]) -> bool {
    piece.split(|byte| *byte == b'\n').any(|line| {
        let text = line.trim_ascii();
        !(text.is_empty() || text.starts_with(b"#") || line.starts_with(b"%"))
    })
}

fn line_end(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    rest.iter()
        .position(|byte| *byte == b'\n')
        .map_or(bytes.len(), |at| from + at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<&str> {
        chunks(text.as_bytes())
            .into_iter()
            .map(|chunk| &text[chunk.bytes])
            .collect()
    }

    #[test]
    fn a_file_is_cut_at_marker_lines() {
        assert_eq!(pieces("a: 1\n---\nb: 2\n"), ["a: 1\n", "---\nb: 2\n"]);
        assert_eq!(pieces("---\na\n--- b\n"), ["---\na\n", "--- b\n"]);
    }

    #[test]
    fn what_only_looks_like_a_marker_cuts_nothing() {
        assert_eq!(
            pieces("a: ---\n --- x\n---x: 1\n"),
            ["a: ---\n --- x\n---x: 1\n"]
        );
    }

    #[test]
    fn an_unclosed_quote_ends_with_its_document() {
        assert_eq!(pieces("a: \"open\n---\nb: 2"), ["a: \"open\n", "---\nb: 2"]);
    }

    #[test]
    fn directives_and_comments_belong_to_what_follows() {
        assert_eq!(
            pieces("# hi\n%YAML 1.2\n---\na\n...\n# c\n---\nb"),
            ["# hi\n%YAML 1.2\n---\na\n...\n", "# c\n---\nb"]
        );
    }

    #[test]
    fn pieces_know_their_first_line() {
        let lines: Vec<_> = chunks(b"a\n\n---\nb\n...\nc\n")
            .iter()
            .map(|c| c.first_line)
            .collect();
        assert_eq!(lines, [1, 3, 6]);
    }

    #[test]
    fn an_empty_file_has_no_pieces() {
        assert!(chunks(b"").is_empty());
    }
}
