//! What ends the reading of a document, in words that help its author.

use std::ops::Range;

use gradus_engine::diagnostic::Diagnostic;
use granit_parser::{ErrorKind, ScanError, Tag};

use super::DEEPEST;
use super::builder::{MOST_ALIASED, MOST_NODES};

/// What ends the reading of a document, and where.
#[derive(Debug)]
pub struct Broken {
    /// Where, in bytes of the document's text.
    pub span: Range<usize>,
    /// What is wrong.
    pub diagnostic: Diagnostic,
}

pub(super) fn broken(span: Range<usize>, diagnostic: Diagnostic) -> Box<Broken> {
    Box::new(Broken { span, diagnostic })
}

pub(super) fn unknown_tag(tag: &Tag, span: Range<usize>) -> Box<Broken> {
    let message = format!("the tag {} means nothing here", tag.original());
    broken(
        span,
        Diagnostic::error("UnknownTag", "", message).with_help(
            "remove the tag, or quote the text; name a file of another tool in `.ignore`",
        ),
    )
}

pub(super) fn too_deep(span: Range<usize>) -> Box<Broken> {
    let message = format!("the document is nested more than {DEEPEST} levels deep");
    broken(
        span,
        Diagnostic::error("TooDeep", "", message)
            .with_help("no resource nests so deep: look for brackets or dashes that were repeated"),
    )
}

pub(super) fn too_large(span: Range<usize>) -> Box<Broken> {
    let message = format!("the document has more than {MOST_NODES} values");
    broken(
        span,
        Diagnostic::error("TooLarge", "", message)
            .with_help("split it into documents, each after a line of `---`, or into files"),
    )
}

pub(super) fn alias_bomb(span: Range<usize>) -> Box<Broken> {
    let message = format!("aliases expand to more than {} MiB", MOST_ALIASED >> 20);
    broken(
        span,
        Diagnostic::error("AliasBomb", "", message)
            .with_help("write the content out where it is wanted, without anchors and aliases"),
    )
}

/// The parser's error in words that help, at the line where it was noticed.
pub(super) fn broken_syntax(text: &str, error: &ScanError) -> Broken {
    let at = error
        .marker()
        .byte_offset()
        .unwrap_or(text.len())
        .min(text.len());
    if *error.kind() == ErrorKind::RecursionLimitExceeded {
        return *too_deep(at..at);
    }
    let end = text
        .get(at..)
        .and_then(|rest| rest.chars().next())
        .map_or(at, |next| at + next.len_utf8());
    let diagnostic = Diagnostic::error(
        "InvalidSyntax",
        "",
        format!("not valid YAML: {}", error.info()),
    )
    .with_help(if text.contains("{{") {
        "this looks like a template: render it first, or name it in `.ignore`"
    } else {
        syntax_help(error.kind())
    });
    Broken {
        span: at..end,
        diagnostic,
    }
}

fn syntax_help(kind: &ErrorKind) -> &'static str {
    use ErrorKind as Kind;
    match kind {
        Kind::TabNotAllowed
        | Kind::TabInBlockIndentation
        | Kind::TabInIndentation
        | Kind::TabAtBlockScalarStart
        | Kind::TabInPlainScalar => "indent with spaces, never with tabs",
        Kind::UnclosedQuotedScalar | Kind::DocumentIndicatorInQuotedScalar => {
            "close the quote; the file may be written only in part"
        }
        Kind::UnclosedFlowCollection { .. }
        | Kind::MisplacedFlowCollectionEnd
        | Kind::MismatchedFlowCollectionEnd { .. }
        | Kind::ExpectedFlowMappingSeparator
        | Kind::ExpectedFlowSequenceSeparator
        | Kind::UnexpectedEofFlowMapping
        | Kind::UnexpectedEofFlowSequence => {
            "close every bracket and separate items by commas; the file may be written only in part"
        }
        Kind::UnknownAnchor => {
            "an alias `*name` needs an anchor `&name` before it in the same document; quote text that begins with `*`"
        }
        Kind::UnknownQuotedScalarEscape => "write a backslash twice, or use single quotes",
        Kind::MappingValueNotAllowed | Kind::InvalidColonPlacement => {
            "quote text that holds `: `, and align keys of one mapping"
        }
        Kind::ExpectedBlockMappingKey | Kind::InvalidIndentation | Kind::SimpleKeyExpected => {
            "align the keys of one mapping, and write `key: value` with a space after the colon"
        }
        Kind::UnexpectedCharacter { .. } => {
            "quote text that begins with `@`, `` ` ``, `%` or another reserved character"
        }
        _ => "look at this line and the one before it: indentation, quotes and brackets",
    }
}
