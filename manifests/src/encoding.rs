//! Which bytes are taken for text at all.

use std::borrow::Cow;

use gradus_engine::diagnostic::Diagnostic;

/// The largest file that is read: some forty thousand capabilities.
pub const LARGEST_FILE: u64 = 32 << 20;

/// Takes the byte-order mark off, makes a carriage return alone a line feed, and lets a JSON file indent with tabs as
/// JSON allows. Offsets stay as they are.
///
/// # Errors
///
/// The file is UTF-16 or UTF-32, or too large.
pub fn accept<'a>(bytes: &'a [u8], file: &str) -> Result<Cow<'a, [u8]>, Diagnostic> {
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(too_large(bytes.len() as u64));
    }
    if is_wide(bytes) {
        return Err(
            Diagnostic::error("InvalidUtf8", "", "the file is UTF-16 or UTF-32 text")
                .with_help("save the file as UTF-8"),
        );
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let is_json = has_extension(file, "json");
    let is_replaced = |(at, byte): (usize, &u8)| match byte {
        b'\t' => is_json,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    };
    if !bytes.iter().enumerate().any(is_replaced) {
        return Ok(Cow::Borrowed(bytes));
    }
    let replaced = bytes.iter().enumerate().map(|(at, byte)| match byte {
        byte if !is_replaced((at, byte)) => *byte,
        b'\t' => b' ',
        _ => b'\n',
    });
    Ok(Cow::Owned(replaced.collect()))
}

/// A file that is not read because of its size, in bytes.
pub fn too_large(size: u64) -> Diagnostic {
    let message = format!(
        "the file is {} MiB; files of more than {} MiB are not read",
        size.div_ceil(1 << 20),
        LARGEST_FILE >> 20
    );
    Diagnostic::error("TooLarge", "", message).with_help(
        "split it into several files, or name it in `.ignore` when it holds no resources",
    )
}

/// Whether a path ends in an extension, in any case.
pub fn has_extension(path: &str, extension: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, end)| end.eq_ignore_ascii_case(extension))
}

fn is_wide(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [0xFF, 0xFE, ..]
            | [0xFE, 0xFF, ..]
            | [0, 0, 0xFE, 0xFF, ..]
            | [0, 1..=0x7F, ..]
            | [1..=0x7F, 0, ..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_is_taken_off() {
        assert_eq!(&*accept(b"\xEF\xBB\xBFa: 1", "a.yaml").unwrap(), b"a: 1");
    }

    #[test]
    fn utf_16_is_refused_with_and_without_a_mark() {
        for bytes in [&b"\xFF\xFEa\0"[..], b"\xFE\xFF\0a", b"a\0:\0", b"\0a\0:"] {
            assert_eq!(accept(bytes, "a.yaml").unwrap_err().code, "InvalidUtf8");
        }
    }

    #[test]
    fn tabs_indent_json_and_only_json() {
        assert_eq!(&*accept(b"{\t}", "a.JSON").unwrap(), b"{ }");
        assert_eq!(&*accept(b"{\t}", "a.yaml").unwrap(), b"{\t}");
    }

    #[test]
    fn carriage_return_alone_is_a_line_break() {
        let accepted = |text: &'static [u8]| accept(text, "a.yaml").unwrap().into_owned();
        assert_eq!(accepted(b"a: 1\rb: 2\r"), b"a: 1\nb: 2\n");
        assert_eq!(accepted(b"a: 1\r\nb: 2"), b"a: 1\r\nb: 2");
        assert_eq!(accepted(b"a: 1\r\r\nb: 2"), b"a: 1\n\r\nb: 2");
    }

    #[test]
    fn a_file_that_is_too_large_says_so_in_words() {
        assert!(
            too_large(100_000_000)
                .message
                .starts_with("the file is 96 MiB")
        );
    }
}
