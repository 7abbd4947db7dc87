//! What is wrong with a `where` text, and where in it.

use std::ops::Range;

use crate::diagnostic::Diagnostic;

/// One mistake in a `where` text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} ({help})")]
pub struct ParseError {
    /// Byte offsets within the text; empty where something is missing.
    pub span: Range<usize>,
    /// What is wrong, lower-case, without a final stop.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

impl ParseError {
    pub(super) fn new(
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            span,
            message: message.into(),
            help: help.into(),
        }
    }

    /// The same as a finding at the path of the field that holds the text.
    pub fn into_diagnostic(self, path: impl Into<String>) -> Diagnostic {
        Diagnostic::error("InvalidWhere", path, self.message)
            .with_help(self.help)
            .within(self.span.start, self.span.end)
    }
}
