//! What is wrong with an object, said so that its author can mend it.

use std::fmt;

use serde::Serialize;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Severity {
    /// Nothing is wrong: something is passed over, or may not be meant.
    Note,
    /// Worth knowing; the object is used.
    Warning,
    /// The object cannot be used.
    Error,
}

/// One finding. Diagnostics are collected values, never thrown: one bad field hides no other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A stable code in `PascalCase`, such as `UnknownField`.
    pub code: &'static str,
    /// The field, from the document's root: `spec.criteria[3].requires.where`.
    pub path: String,
    /// Byte offsets within the field's text, when only a part of it is wrong.
    pub within: Option<(usize, usize)>,
    /// What is wrong, lower-case, without a final stop.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at a path.
    pub fn error(code: &'static str, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            path: path.into(),
            within: None,
            message: message.into(),
            help: None,
        }
    }

    /// A warning at a path.
    pub fn warning(
        code: &'static str,
        path: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, path, message)
        }
    }

    /// A note at a path.
    pub fn note(code: &'static str, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Note,
            ..Self::error(code, path, message)
        }
    }

    /// With a way to mend it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With the part of the field's text that is wrong, in bytes.
    #[must_use]
    pub fn within(mut self, start: usize, end: usize) -> Self {
        self.within = Some((start, end));
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.path, self.message)?;
        match &self.help {
            Some(help) => write!(formatter, " ({help})"),
            None => Ok(()),
        }
    }
}
