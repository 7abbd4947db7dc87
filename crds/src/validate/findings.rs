//! What is wrong with a document, as it is collected.

use gradus_engine::diagnostic::Diagnostic;

use super::path::Path;

/// Every finding of one document, in the order in which they are found.
#[derive(Default)]
pub(super) struct Findings(Vec<Diagnostic>);

impl Findings {
    /// Adds an error: what is wrong at a path, and what to do about it.
    pub(super) fn add(
        &mut self,
        code: &'static str,
        path: &Path<'_>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.0
            .push(Diagnostic::error(code, path.to_string(), message).with_help(help));
    }

    /// Whether nothing is wrong.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them.
    pub(super) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.0
    }
}
