//! Finds the place in a file of a mistake that only the other documents reveal.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use gradus_engine::diagnostic::Diagnostic;
use gradus_manifests::chunk::chunks;
use gradus_manifests::encoding::accept;
use gradus_manifests::finding::{Finding, Place};
use gradus_manifests::header::{self, Header};
use gradus_manifests::path::locate;
use gradus_manifests::tree::{NodeId, Tree};
use gradus_manifests::{Document, Origin};
use gradus_operator::inputs::folder::STANDARD_INPUT;

/// Reads files again, each once and only if something is wrong in it.
pub(super) struct Locator<'a> {
    typed: &'a [u8],
    files: BTreeMap<Arc<str>, Vec<u8>>,
}

impl<'a> Locator<'a> {
    /// `typed` is what was read from the standard input.
    pub(super) fn new(typed: &'a [u8]) -> Self {
        Self {
            typed,
            files: BTreeMap::new(),
        }
    }

    /// A finding at the text of a diagnostic's path; at the first line of the document if the file has changed.
    pub(super) fn finding(&mut self, document: &Document, diagnostic: Diagnostic) -> Finding {
        let origin = &document.origin;
        let bytes = self.bytes(&origin.file);
        let found = located(bytes, origin, &diagnostic);
        let mut finding = found.unwrap_or_else(|| Finding {
            line: origin.line,
            column: 1,
            ..Finding::of_file(&origin.file, diagnostic)
        });
        finding.document = origin.document;
        finding.object = Some(document.key.clone());
        finding
    }

    fn bytes(&mut self, file: &Arc<str>) -> &[u8] {
        if &**file == STANDARD_INPUT {
            return self.typed;
        }
        let read = || std::fs::read(Path::new(&**file)).unwrap_or_default();
        self.files.entry(Arc::clone(file)).or_insert_with(read)
    }
}

fn located(bytes: &[u8], origin: &Origin, diagnostic: &Diagnostic) -> Option<Finding> {
    let bytes = accept(bytes, &origin.file).ok()?;
    let chunk = chunks(&bytes)
        .into_iter()
        .rfind(|chunk| chunk.first_line <= origin.line)?;
    let text = std::str::from_utf8(bytes.get(chunk.bytes.clone())?).ok()?;
    let tree = Tree::parse(text).ok()??;
    let before = chunk.first_line - 1;
    let root = root(&tree, text, origin.line - before)?;
    let span = locate(&tree, root, &diagnostic.path).span(&tree, text, false);
    let mut finding = Finding::at(&origin.file, text, span, diagnostic.clone());
    finding.line += before;
    if let Some(snippet) = &mut finding.snippet {
        snippet.first_line += before;
    }
    Some(finding)
}

/// The document that begins on a line: the whole, or an item of a list.
fn root(tree: &Tree<'_>, text: &str, line: u32) -> Option<NodeId> {
    let begins = |node: &NodeId| Place::of(text, tree.span(*node).start).line == line;
    match header::read(tree, tree.root()) {
        Header::List(items) => items.into_iter().find(begins),
        _ => Some(tree.root()).filter(begins),
    }
}
