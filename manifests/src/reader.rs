//! Reads a file piece by piece: each piece becomes documents or findings, and hides no other piece.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use gradus_engine::diagnostic::{Diagnostic, Severity};
use gradus_engine::digest::sha256_hex;
use gradus_engine::key::{Kind, ObjectKey};
use rayon::prelude::*;
use serde_json::Value;

use crate::chunk::{self, Chunk};
use crate::disguise;
use crate::facts;
use crate::finding::Finding;
use crate::header::{self, Header};
use crate::lines::Lines;
use crate::resource::{self, Decoded};
use crate::tree::{Broken, NodeId, Tree};
use crate::{Document, Expect, FileReading, Keep, Kept, Origin, encoding, path, value};

/// Reads every document of a file's bytes.
pub fn read(file: &Arc<str>, bytes: &[u8], keep: Keep, expect: Expect) -> FileReading {
    let is_ours = LazyLock::new(|| expect == Expect::Ours || mentions_us(bytes));
    let accepted = match encoding::accept(bytes, file) {
        Ok(accepted) => accepted,
        Err(diagnostic) => {
            return unusable(
                Finding::of_file(file, diagnostic),
                *is_ours || is_large(bytes),
            );
        }
    };
    let pieces: Vec<Option<FileReading>> = chunk::chunks(&accepted)
        .into_par_iter()
        .with_min_len(32)
        .map(|chunk| {
            Piece {
                file,
                chunk: &chunk,
                keep,
                is_ours: &|| *is_ours,
            }
            .read(&accepted)
        })
        .collect();
    let mut reading = FileReading::default();
    for (index, mut piece) in pieces.into_iter().flatten().enumerate() {
        piece.number(u32::try_from(index).unwrap_or(u32::MAX));
        reading.absorb(piece);
    }
    reading
}

/// Whether a file speaks of us, in whatever encoding.
fn mentions_us(bytes: &[u8]) -> bool {
    let narrow: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
    let text = String::from_utf8_lossy(&narrow);
    text.contains("gradus")
        || Kind::ALL
            .iter()
            .any(|kind| text.contains(&format!("kind: {}", kind.as_str())))
}

fn is_large(bytes: &[u8]) -> bool {
    bytes.len() as u64 > encoding::LARGEST_FILE
}

/// Text that cannot be read: a mistake where it may be ours, else a note, since it is another tool's. See D-143.
fn unusable(mut finding: Finding, is_ours: bool) -> FileReading {
    if is_ours {
        return FileReading::unreadable(finding);
    }
    let diagnostic = &mut finding.diagnostic;
    diagnostic.severity = Severity::Note;
    diagnostic.message = format!(
        "passed over, as nothing in it speaks of gradus.dev: {}",
        diagnostic.message
    );
    diagnostic.help = Some("name it in `.ignore` to leave it out".to_owned());
    FileReading {
        notes: vec![finding],
        ..FileReading::default()
    }
}

/// One piece of a file, with at most one document.
struct Piece<'a> {
    file: &'a Arc<str>,
    chunk: &'a Chunk,
    keep: Keep,
    /// Whether the file may hold documents of ours; asked only of what cannot be read.
    is_ours: &'a (dyn Fn() -> bool + Sync),
}

impl Piece<'_> {
    /// None when the piece holds no document.
    fn read(&self, bytes: &[u8]) -> Option<FileReading> {
        let bytes = bytes.get(self.chunk.bytes.clone()).unwrap_or_default();
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => return Some(self.not_utf8(bytes, error.valid_up_to())),
        };
        let lines = Lines::of(text);
        match Tree::parse(text) {
            Ok(None) => None,
            Ok(Some(tree)) => Parsed {
                piece: self,
                tree: &tree,
                lines: &lines,
            }
            .resources(),
            Err(broken) => Some(self.broken(&lines, *broken)),
        }
    }

    fn broken(&self, lines: &Lines<'_>, broken: Broken) -> FileReading {
        let (span, diagnostic) = match disguise::find(lines.text()) {
            Some(found) => found,
            None => (broken.span, broken.diagnostic),
        };
        unusable(self.finding(lines, span, diagnostic), (self.is_ours)())
    }

    fn not_utf8(&self, bytes: &[u8], valid: usize) -> FileReading {
        let text = String::from_utf8_lossy(bytes);
        let diagnostic = Diagnostic::error(
            "InvalidUtf8",
            "",
            format!(
                "byte {} of the file is not UTF-8",
                self.chunk.bytes.start + valid
            ),
        )
        .with_help("save the file as UTF-8");
        let finding = self.finding(&Lines::of(&text), valid..valid + 1, diagnostic);
        unusable(finding, (self.is_ours)())
    }

    fn finding(&self, lines: &Lines<'_>, span: Range<usize>, diagnostic: Diagnostic) -> Finding {
        let mut finding = Finding::at(self.file, lines, span, diagnostic);
        let lines_before = self.chunk.first_line - 1;
        finding.line += lines_before;
        if let Some(snippet) = &mut finding.snippet {
            snippet.first_line += lines_before;
        }
        finding
    }
}

/// A piece whose syntax is valid.
struct Parsed<'a> {
    piece: &'a Piece<'a>,
    tree: &'a Tree<'a>,
    lines: &'a Lines<'a>,
}

impl Parsed<'_> {
    /// None when the piece holds no document.
    fn resources(&self) -> Option<FileReading> {
        let root = self.tree.root();
        if matches!(header::read(self.tree, root), Header::Nothing) {
            return None;
        }
        let mut reading = FileReading::default();
        self.document_or_list(root, &mut reading);
        Some(reading)
    }

    /// Recursion is bounded: a tree is at most [`crate::tree::DEEPEST`] levels high.
    fn document_or_list(&self, root: NodeId, reading: &mut FileReading) {
        match header::read(self.tree, root) {
            Header::Nothing => {}
            Header::Ours(key) => self.resource(root, key, reading),
            Header::Refused(node, diagnostic) => {
                self.refuse(self.tree.span(node), diagnostic, reading);
            }
            Header::List(items) => {
                for item in items {
                    self.document_or_list(item, reading);
                }
            }
            Header::Foreign(note) => match self.disguise(root) {
                Some((span, found)) if self.text_of(root).contains("gradus.dev") => {
                    self.refuse(span, found, reading);
                }
                _ => self.note(root, note, reading),
            },
        }
    }

    fn refuse(&self, span: Range<usize>, diagnostic: Diagnostic, reading: &mut FileReading) {
        reading.unidentified = true;
        reading.find(Severity::Error, || {
            self.piece.finding(self.lines, span, diagnostic)
        });
    }

    fn text_of(&self, node: NodeId) -> &str {
        let text = self.lines.text();
        text.get(self.tree.span(node)).unwrap_or_default()
    }

    /// A character in a document that is not what it looks like, and where it stands in the piece.
    fn disguise(&self, root: NodeId) -> Option<(Range<usize>, Diagnostic)> {
        let (span, diagnostic) = disguise::find(self.text_of(root))?;
        let start = self.tree.span(root).start;
        Some((start + span.start..start + span.end, diagnostic))
    }

    fn note(&self, root: NodeId, note: Diagnostic, reading: &mut FileReading) {
        reading.note(|| self.diagnosed(root, note));
    }

    fn resource(&self, root: NodeId, key: Option<ObjectKey>, reading: &mut FileReading) {
        let (value, flaws) = value::value_of(self.tree, self.lines, root);
        let (decoded, mut diagnostics) = match resource::decode(&value) {
            Ok(mut decoded) => {
                let warnings = std::mem::take(&mut decoded.warnings);
                (Some(decoded), warnings)
            }
            Err(diagnostics) => (None, diagnostics),
        };
        let of_facts = facts::check(self.tree, root);
        let (notes, of_facts): (Vec<_>, Vec<_>) = of_facts
            .into_iter()
            .chain(header::empty_claim(self.tree, root))
            .partition(|found| found.severity == Severity::Note);
        diagnostics.extend(of_facts);
        for note in notes {
            self.note(root, note, reading);
        }
        let of_flaws = flaws.iter().map(|flaw| &flaw.diagnostic);
        let usable = of_flaws
            .chain(&diagnostics)
            .all(|diagnostic| diagnostic.severity != Severity::Error);
        let object = key.clone();
        let about = |mut finding: Finding| {
            finding.object.clone_from(&object);
            finding
        };
        if !usable && let Some((span, diagnostic)) = self.disguise(root) {
            // Everything else follows from it.
            reading.unidentified |= key.is_none();
            reading.find(Severity::Error, || {
                about(self.piece.finding(self.lines, span, diagnostic))
            });
            reading.broken.extend(key);
            return;
        }
        for flaw in flaws {
            reading.find(flaw.diagnostic.severity, || {
                about(self.piece.finding(self.lines, flaw.span, flaw.diagnostic))
            });
        }
        for diagnostic in diagnostics {
            reading.find(diagnostic.severity, || {
                about(self.diagnosed(root, diagnostic))
            });
        }
        match decoded {
            Some(decoded) if usable => {
                let start = self.tree.span(root).start;
                reading
                    .documents
                    .push(self.document(decoded, &value, start));
            }
            _ => {
                reading.unidentified |= key.is_none();
                reading.broken.extend(key);
            }
        }
    }

    fn document(&self, decoded: Decoded, value: &Value, start: usize) -> Document {
        let kept = (self.piece.keep == Keep::Text).then(|| Kept {
            text: value.to_string().into(),
            spec_digest: spec_digest(value),
        });
        Document {
            key: decoded.key,
            object: decoded.object,
            resource: decoded.resource,
            origin: Origin {
                file: Arc::clone(self.piece.file),
                document: 0,
                line: self.piece.chunk.first_line + self.lines.line(start) - 1,
            },
            kept,
        }
    }

    /// A finding about a diagnostic's path.
    fn diagnosed(&self, root: NodeId, diagnostic: Diagnostic) -> Finding {
        let text = self.lines.text();
        let located = path::locate(self.tree, root, &diagnostic.path);
        let about_key = matches!(diagnostic.code, "UnknownField" | "InvalidKey");
        let span = diagnostic
            .within
            .and_then(|part| located.within(self.tree, text, part))
            .unwrap_or_else(|| located.span(self.tree, text, about_key));
        self.piece.finding(self.lines, span, diagnostic)
    }
}

/// SHA-256 in hex of a document's spec as JSON with sorted keys.
fn spec_digest(value: &Value) -> String {
    let spec = value.get("spec").unwrap_or(&Value::Null).to_string();
    sha256_hex([spec.as_str()])
}
