//! Where documents begin and end in a file, found before anything is parsed.
//!
//! A line that begins with `---` or `...` ends whatever stands before it, also within quotes and
//! block scalars: YAML forbids such lines in content. So a file is cut at these lines first, and
//! what is wrong in one piece cannot hide the next one. JSON has no such lines: several values after each other are cut
//! where each ends.

use std::ops::Range;

use serde::de::IgnoredAny;

/// A piece of a file, with at most one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Where it stands in the file.
    pub bytes: Range<usize>,
    /// The number of its first line in the file, from 1.
    pub first_line: u32,
}

/// What editors of some systems put before UTF-8, allowed before a document.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A file's pieces, in order.
pub fn chunks(bytes: &[u8]) -> Vec<Chunk> {
    json_values(bytes).unwrap_or_else(|| yaml_pieces(bytes))
}

/// The values of a file that holds several JSON objects, as `jq -c '.items[]'` writes them.
fn json_values(bytes: &[u8]) -> Option<Vec<Chunk>> {
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return None;
    }
    let mut values = serde_json::Deserializer::from_slice(bytes).into_iter::<IgnoredAny>();
    let mut pieces: Vec<Chunk> = Vec::new();
    let (mut end, mut line) = (0, 1);
    while let Some(value) = values.next() {
        value.ok()?;
        let piece = bytes.get(end..values.byte_offset())?;
        let before = piece.len() - piece.trim_ascii_start().len();
        let breaks = |text: &[u8]| text.split(|byte| *byte == b'\n').count() - 1;
        let lines = |text: &[u8]| u32::try_from(breaks(text)).unwrap_or(u32::MAX);
        line += lines(piece.get(..before)?);
        pieces.push(Chunk {
            bytes: end + before..values.byte_offset(),
            first_line: line,
        });
        line += lines(piece.get(before..)?);
        end = values.byte_offset();
    }
    (pieces.len() > 1).then_some(pieces)
}

fn yaml_pieces(bytes: &[u8]) -> Vec<Chunk> {
    let mut pieces = Vec::new();
    let mut chunk = Chunk {
        bytes: 0..0,
        first_line: 1,
    };
    let (mut at, mut line) = (0, 1);
    while at < bytes.len() {
        let end = line_end(bytes, at);
        let text = bytes.get(at..end).unwrap_or_default();
        let unmarked = text.strip_prefix(BYTE_ORDER_MARK);
        let marker = marker(unmarked.unwrap_or(text));
        let before = bytes.get(chunk.bytes.clone()).unwrap_or_default();
        if matches!(marker, Some(Marker::Begins)) && holds_content(before) {
            pieces.push(chunk);
            chunk = Chunk {
                bytes: at..at,
                first_line: line,
            };
        }
        // A mark may stand before a document, and nowhere within one.
        if unmarked.is_some() && chunk.bytes.is_empty() {
            chunk.bytes = at + BYTE_ORDER_MARK.len()..end;
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
    fn byte_order_mark_before_a_document_is_no_part_of_it() {
        assert_eq!(
            pieces("a: 1\n\u{feff}---\nb: 2\n"),
            ["a: 1\n", "---\nb: 2\n"]
        );
        assert_eq!(
            pieces("a: 1\n...\n\u{feff}# c\nb: 2\n"),
            ["a: 1\n...\n", "# c\nb: 2\n"]
        );
        assert_eq!(pieces("---\n\u{feff}b: 2\n"), ["---\n\u{feff}b: 2\n"]);
    }

    #[test]
    fn json_values_after_each_other_are_pieces() {
        assert_eq!(
            pieces("{\"a\": 1}\n{\"b\":\n2}\n\n{}\n"),
            ["{\"a\": 1}", "{\"b\":\n2}", "{}"]
        );
        assert_eq!(pieces("{\"a\": 1}{\"b\": 2}"), ["{\"a\": 1}", "{\"b\": 2}"]);
        let lines: Vec<_> = chunks(b"{}\n{\n}\n{}")
            .iter()
            .map(|c| c.first_line)
            .collect();
        assert_eq!(lines, [1, 2, 4]);
    }

    #[test]
    fn flow_mapping_of_yaml_is_one_piece() {
        assert_eq!(
            pieces("{a: 1}\n---\n{b: 2}\n"),
            ["{a: 1}\n", "---\n{b: 2}\n"]
        );
        assert_eq!(pieces("{\"a\": 1}\n"), ["{\"a\": 1}\n"]);
    }

    #[test]
    fn an_empty_file_has_no_pieces() {
        assert!(chunks(b"").is_empty());
    }
}
