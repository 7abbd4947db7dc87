//! Finds the places in files of mistakes that only the other documents reveal.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use gradus_engine::diagnostic::Diagnostic;
use gradus_manifests::Document;
use gradus_manifests::chunk::{Chunk, chunks};
use gradus_manifests::encoding::accept;
use gradus_manifests::finding::{Finding, MOST_FINDINGS, More};
use gradus_manifests::header::{self, Header};
use gradus_manifests::lines::Lines;
use gradus_manifests::path::locate;
use gradus_manifests::tree::{NodeId, Tree};

/// Mistakes, each with the document that has it.
pub(super) type Mistakes<'a> = Vec<(&'a Document, Diagnostic)>;

/// Findings at the text of each diagnostic's path; at the first line of the document if the file has changed. Files are
/// read again, each once and only if something is wrong in it. `streams` are those that can be read only once.
pub(super) fn located(
    mistakes: Mistakes<'_>,
    streams: &BTreeMap<Arc<str>, Vec<u8>>,
) -> Vec<Finding> {
    let mut by_file: BTreeMap<&Arc<str>, Mistakes<'_>> = BTreeMap::new();
    for mistake in mistakes {
        by_file
            .entry(&mistake.0.origin.file)
            .or_default()
            .push(mistake);
    }
    let of_file = |(file, mistakes): (&Arc<str>, Mistakes<'_>)| {
        let bytes = match streams.get(file) {
            Some(bytes) => Cow::Borrowed(bytes.as_slice()),
            None => Cow::Owned(std::fs::read(Path::new(&**file)).unwrap_or_default()),
        };
        of_file(file, &bytes, mistakes)
    };
    by_file.into_iter().flat_map(of_file).collect()
}

fn of_file(file: &str, bytes: &[u8], mut mistakes: Mistakes<'_>) -> Vec<Finding> {
    let mut more = More::default();
    mistakes.sort_by_key(|(document, _)| document.origin.line);
    for (_, diagnostic) in mistakes.drain(MOST_FINDINGS.min(mistakes.len())..) {
        more.count(diagnostic.severity);
    }
    let bytes = accept(bytes, file).unwrap_or_default();
    let pieces = chunks(&bytes);
    let mut findings = Vec::new();
    let of_piece = |document: &Document| {
        pieces.partition_point(|piece| piece.first_line <= document.origin.line)
    };
    for mistakes in mistakes.chunk_by(|(one, _), (other, _)| of_piece(one) == of_piece(other)) {
        let piece = mistakes
            .first()
            .and_then(|(document, _)| pieces.get(of_piece(document).checked_sub(1)?));
        findings.extend(of_one_piece(&bytes, piece, mistakes));
    }
    let rest = findings.last().and_then(|last| more.finding(last));
    findings.extend(rest);
    findings
}

/// The findings of documents of one piece, which is parsed once.
fn of_one_piece(
    bytes: &[u8],
    piece: Option<&Chunk>,
    mistakes: &[(&Document, Diagnostic)],
) -> Vec<Finding> {
    let text = piece.and_then(|piece| std::str::from_utf8(bytes.get(piece.bytes.clone())?).ok());
    let lines = Lines::of(text.unwrap_or_default());
    let tree = text.and_then(|text| Tree::parse(text).ok()?);
    let before = piece.map_or(0, |piece| piece.first_line - 1);
    let place = |document: &Document, diagnostic: &Diagnostic| {
        let tree = tree.as_ref()?;
        let root = root(tree, &lines, document.origin.line - before)?;
        let span = locate(tree, root, &diagnostic.path).span(tree, lines.text(), false);
        let mut finding = Finding::at(&document.origin.file, &lines, span, diagnostic.clone());
        finding.line += before;
        if let Some(snippet) = &mut finding.snippet {
            snippet.first_line += before;
        }
        Some(finding)
    };
    mistakes
        .iter()
        .map(|(document, diagnostic)| {
            let mut finding = place(document, diagnostic).unwrap_or_else(|| Finding {
                line: document.origin.line,
                column: 1,
                ..Finding::of_file(&document.origin.file, diagnostic.clone())
            });
            finding.document = document.origin.document;
            finding.object = Some(document.key.clone());
            finding
        })
        .collect()
}

/// The document that begins on a line: the whole, or an item of a list.
fn root(tree: &Tree<'_>, lines: &Lines<'_>, line: u32) -> Option<NodeId> {
    let begins = |node: &NodeId| lines.line(tree.span(*node).start) == line;
    match header::read(tree, tree.root()) {
        Header::List(items) => items.into_iter().find(begins),
        _ => Some(tree.root()).filter(begins),
    }
}
