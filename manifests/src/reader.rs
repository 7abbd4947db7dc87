//! Reads a file piece by piece: each piece becomes documents or findings, and hides no other piece.

use std::ops::Range;
use std::sync::Arc;

use gradus_engine::diagnostic::{Diagnostic, Severity};
use gradus_engine::digest::sha256_hex;
use gradus_engine::key::ObjectKey;
use rayon::prelude::*;
use serde_json::Value;

use crate::chunk::{self, Chunk};
use crate::finding::Finding;
use crate::header::{self, Header};
use crate::lines::Lines;
use crate::resource::{self, Decoded};
use crate::tree::{NodeId, Tree};
use crate::{Document, FileReading, Keep, Kept, Origin, encoding, path, value};

/// Reads every document of a file's bytes.
pub fn read(file: &Arc<str>, bytes: &[u8], keep: Keep) -> FileReading {
    let bytes = match encoding::accept(bytes, file) {
        Ok(bytes) => bytes,
        Err(diagnostic) => return FileReading::unreadable(Finding::of_file(file, diagnostic)),
    };
    let pieces: Vec<Option<FileReading>> = chunk::chunks(&bytes)
        .into_par_iter()
        .with_min_len(32)
        .map(|chunk| {
            Piece {
                file,
                chunk: &chunk,
                keep,
            }
            .read(&bytes)
        })
        .collect();
    let mut reading = FileReading::default();
    for (index, mut piece) in pieces.into_iter().flatten().enumerate() {
        piece.number(u32::try_from(index).unwrap_or(u32::MAX));
        reading.absorb(piece);
    }
    reading
}

/// One piece of a file, with at most one document.
struct Piece<'a> {
    file: &'a Arc<str>,
    chunk: &'a Chunk,
    keep: Keep,
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
            Err(broken) => Some(FileReading::unreadable(self.finding(
                &lines,
                broken.span,
                broken.diagnostic,
            ))),
        }
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
        FileReading::unreadable(self.finding(&Lines::of(&text), valid..valid + 1, diagnostic))
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
        let mut reading = FileReading::default();
        match header::read(self.tree, self.tree.root()) {
            Header::Nothing => return None,
            Header::Ours(key) => self.resource(self.tree.root(), key, &mut reading),
            Header::Foreign(note) => self.foreign(self.tree.root(), note, &mut reading),
            Header::List(items) => {
                for item in items {
                    match header::read(self.tree, item) {
                        Header::Ours(key) => self.resource(item, key, &mut reading),
                        Header::Foreign(note) => self.foreign(item, note, &mut reading),
                        Header::Nothing | Header::List(_) => {}
                    }
                }
            }
        }
        Some(reading)
    }

    fn foreign(&self, root: NodeId, note: Diagnostic, reading: &mut FileReading) {
        reading.note(|| self.diagnosed(root, note));
    }

    fn resource(&self, root: NodeId, key: Option<ObjectKey>, reading: &mut FileReading) {
        let (value, flaws) = value::value_of(self.tree, self.lines, root);
        let (decoded, diagnostics) = match resource::decode(&value) {
            Ok(mut decoded) => {
                let warnings = std::mem::take(&mut decoded.warnings);
                (Some(decoded), warnings)
            }
            Err(diagnostics) => (None, diagnostics),
        };
        let of_flaws = flaws.iter().map(|flaw| &flaw.diagnostic);
        let usable = of_flaws
            .chain(&diagnostics)
            .all(|diagnostic| diagnostic.severity != Severity::Error);
        let about = |mut finding: Finding| {
            finding.object.clone_from(&key);
            finding
        };
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
