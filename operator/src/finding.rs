//! What is wrong with a document, as pages and metrics show it.

use gradus_engine::diagnostic::Severity;
use gradus_engine::key::ObjectKey;

/// Something that is wrong with a document, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The source: a file's path, relative to its folder.
    pub path: String,
    /// The line, from 1.
    pub line: Option<usize>,
    /// The column, from 1.
    pub column: Option<usize>,
    /// The object, as far as the document could be read.
    pub object: Option<ObjectKey>,
    /// A stable code in `PascalCase`.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
    /// The lines around it, as written.
    pub snippet: Option<String>,
}

impl Finding {
    /// Whether the document cannot be used because of it.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
