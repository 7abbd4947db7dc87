//! What is wrong with a document, and where its author finds it.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use gradus_engine::diagnostic::{Diagnostic, Severity};
use gradus_engine::key::ObjectKey;
use serde::Serialize;

use crate::lines::Lines;

/// Lines of a document shown around a finding: the line before, the line itself, the line after.
const CONTEXT: usize = 1;
/// Longer lines are cut, so that a file without line breaks does not fill the screen.
const WIDEST: usize = 240;
/// Findings of one file that are kept; the rest is counted. See D-140.
pub const MOST_FINDINGS: usize = 100;

/// One thing wrong in one place of one file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// The file, relative to the folder that was read; `-` is the standard input.
    pub file: Arc<str>,
    /// The line, from 1; 0 when the finding is about the file as a whole.
    pub line: u32,
    /// The column in characters, from 1; 0 when the finding is about the file as a whole.
    pub column: u32,
    /// The document within the file, from 0.
    pub document: u32,
    /// The object, when its identity could be read.
    pub object: Option<ObjectKey>,
    /// What is wrong and how to mend it.
    pub diagnostic: Diagnostic,
    /// The lines around it; none when the finding is about the file as a whole.
    pub snippet: Option<Snippet>,
}

/// A few lines of a file, with the part that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Snippet {
    /// The number of its first line, from 1.
    pub first_line: u32,
    /// The lines, without a final line break.
    pub text: Arc<str>,
    /// What is wrong, in bytes of `text`.
    pub start: usize,
    /// Its end, exclusive.
    pub end: usize,
}

/// How many findings of a file are not kept, since there are more than [`MOST_FINDINGS`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct More {
    errors: usize,
    warnings: usize,
    notes: usize,
}

impl More {
    /// Counts one that is not kept.
    pub fn count(&mut self, severity: Severity) {
        match severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Note => self.notes += 1,
        }
    }

    /// Counts those of another part of the file.
    pub fn add(&mut self, other: Self) {
        self.errors += other.errors;
        self.warnings += other.warnings;
        self.notes += other.notes;
    }

    /// A finding that says how many more errors and warnings there are, if any.
    pub fn finding(self, last_kept: &Finding) -> Option<Finding> {
        let (severity, warnings) = match (self.errors, self.warnings) {
            (0, 0) => return None,
            (0, warnings) => (Severity::Warning, counted(warnings, "warning")),
            (_, 0) => (Severity::Error, String::new()),
            (_, warnings) => (
                Severity::Error,
                format!(" and {}", counted(warnings, "warning")),
            ),
        };
        let errors = counted(self.errors, "error");
        let errors = if self.errors > 0 { errors.as_str() } else { "" };
        Some(more(severity, &format!("{errors}{warnings}"), last_kept))
    }

    /// A note that says how many more notes there are, if any.
    pub fn note(self, last_kept: &Finding) -> Option<Finding> {
        (self.notes > 0).then(|| more(Severity::Note, &counted(self.notes, "note"), last_kept))
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} more {what}{}", if count == 1 { "" } else { "s" })
}

fn more(severity: Severity, what: &str, last_kept: &Finding) -> Finding {
    let diagnostic = Diagnostic {
        severity,
        ..Diagnostic::error(
            "MoreFindings",
            "",
            format!("the file has {what}, which are not shown"),
        )
    };
    Finding {
        line: last_kept.line,
        column: last_kept.column,
        document: last_kept.document,
        ..Finding::of_file(&last_kept.file, diagnostic)
    }
}

impl Finding {
    /// A finding about a file as a whole: it cannot be read, or is too large.
    pub fn of_file(file: &Arc<str>, diagnostic: Diagnostic) -> Self {
        Self {
            file: Arc::clone(file),
            line: 0,
            column: 0,
            document: 0,
            object: None,
            diagnostic,
            snippet: None,
        }
    }

    /// A finding about an object of a cluster, which stands in no file.
    pub fn of_object(key: &ObjectKey, diagnostic: Diagnostic) -> Self {
        Self {
            object: Some(key.clone()),
            ..Self::of_file(&key.to_string().into(), diagnostic)
        }
    }

    /// A finding about a span of a text, in bytes.
    pub fn at(
        file: &Arc<str>,
        lines: &Lines<'_>,
        span: Range<usize>,
        diagnostic: Diagnostic,
    ) -> Self {
        let place = lines.place(span.start);
        Self {
            file: Arc::clone(file),
            line: place.line,
            column: place.column,
            document: 0,
            object: None,
            diagnostic,
            snippet: Some(Snippet::around(lines.text(), span, place.line)),
        }
    }

    /// Its file, line and column.
    pub fn place(&self) -> (&str, u32, u32) {
        (&self.file, self.line, self.column)
    }

    /// Whether the document cannot be used because of it.
    pub fn is_error(&self) -> bool {
        self.diagnostic.severity == Severity::Error
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            write!(formatter, "{}: ", self.file)?;
        } else {
            write!(formatter, "{}:{}:{}: ", self.file, self.line, self.column)?;
        }
        if !self.diagnostic.path.is_empty() {
            write!(formatter, "{}: ", self.diagnostic.path)?;
        }
        formatter.write_str(&self.diagnostic.message)?;
        match &self.diagnostic.help {
            Some(help) => write!(formatter, " ({help})"),
            None => Ok(()),
        }
    }
}

impl Snippet {
    fn around(text: &str, span: Range<usize>, line: u32) -> Self {
        let start = floor_boundary(text, span.start);
        let end = floor_boundary(text, span.end.max(start));
        let mut from = line_start(text, start);
        let mut first_line = line;
        for _ in 0..CONTEXT {
            if from > 0 {
                from = line_start(text, from - 1);
                first_line -= 1;
            }
        }
        let own_end = line_end(text, start);
        let mut to = own_end;
        for _ in 0..CONTEXT {
            if to < text.len() {
                to = line_end(text, to + 1);
            }
        }
        Self::cut(text, from..to, start..end.min(own_end), first_line)
    }

    /// Copies the lines, each cut to a width; the wrong part always stays in sight.
    fn cut(text: &str, lines: Range<usize>, wrong: Range<usize>, first_line: u32) -> Self {
        let mut copy = String::new();
        let (mut start, mut end) = (0, 0);
        let mut at = lines.start;
        for (index, line) in text.get(lines).unwrap_or_default().split('\n').enumerate() {
            if index > 0 {
                copy.push('\n');
            }
            let holds = wrong.start >= at && wrong.start <= at + line.len();
            let skipped = if holds && wrong.start - at > WIDEST {
                floor_boundary(line, wrong.start - at - WIDEST / 2)
            } else {
                0
            };
            let shown_end = floor_boundary(line, skipped + WIDEST);
            if holds {
                start = copy.len() + (wrong.start - at) - skipped;
                end = copy.len() + (wrong.end.max(wrong.start) - at).min(shown_end) - skipped;
            }
            copy.push_str(
                line.get(skipped..shown_end)
                    .unwrap_or_default()
                    .trim_end_matches('\r'),
            );
            at += line.len() + 1;
        }
        let start = start.min(copy.len());
        Self {
            first_line,
            start,
            end: end.clamp(start, copy.len()),
            text: copy.into(),
        }
    }
}

fn line_start(text: &str, offset: usize) -> usize {
    text.get(..offset)
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |at| at + 1)
}

fn line_end(text: &str, offset: usize) -> usize {
    text.get(offset..)
        .and_then(|rest| rest.find('\n'))
        .map_or(text.len(), |at| offset + at)
}

fn floor_boundary(text: &str, offset: usize) -> usize {
    text.floor_char_boundary(offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(text: &str, span: Range<usize>) -> Finding {
        Finding::at(
            &"a.yaml".into(),
            &Lines::of(text),
            span,
            Diagnostic::error("X", "spec.a", "is wrong"),
        )
    }

    #[test]
    fn a_snippet_shows_the_neighbouring_lines_and_marks_the_wrong_part() {
        let snippet = finding("one\ntwo\nthree wrong\nfour\nfive", 14..19)
            .snippet
            .unwrap();
        assert_eq!(&*snippet.text, "two\nthree wrong\nfour");
        assert_eq!(snippet.first_line, 2);
        assert_eq!(&snippet.text[snippet.start..snippet.end], "wrong");
    }

    #[test]
    fn a_snippet_of_an_endless_line_is_short_and_still_shows_the_wrong_part() {
        let text = format!("{}WRONG{}", "x".repeat(100_000), "y".repeat(100_000));
        let snippet = finding(&text, 100_000..100_005).snippet.unwrap();
        assert!(snippet.text.len() <= WIDEST);
        assert_eq!(&snippet.text[snippet.start..snippet.end], "WRONG");
    }

    #[test]
    fn a_finding_reads_as_one_line_that_editors_can_follow() {
        assert_eq!(
            finding("a\nb", 2..3).to_string(),
            "a.yaml:2:1: spec.a: is wrong"
        );
    }
}
