//! Reads a file piece by piece: each piece becomes documents or findings, and hides no other piece.

use std::ops::Range;
use std::sync::Arc;

use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::digest::sha256_hex;
use gradus_engine::key::ObjectKey;
use rayon::prelude::*;
use serde_json::Value;

use crate::chunk::{self, Chunk};
use crate::finding::{Finding, Place};
use crate::header::{self, Header};
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
        match Tree::parse(text) {
            Ok(None) => None,
            Ok(Some(tree)) => self.resources(&tree, text),
            Err(broken) => Some(FileReading::unreadable(self.finding(
                text,
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
        FileReading::unreadable(self.finding(&text, valid..valid + 1, diagnostic))
    }

    fn resources(&self, tree: &Tree<'_>, text: &str) -> Option<FileReading> {
        match header::read(tree, tree.root()) {
            Header::Nothing => None,
            Header::Ours(key) => Some(self.resource(tree, text, tree.root(), key)),
            Header::Foreign(diagnostic) => Some(self.foreign(tree, text, tree.root(), diagnostic)),
            Header::List(items) => {
                let mut reading = FileReading::default();
                for item in items {
                    reading.absorb(match header::read(tree, item) {
                        Header::Ours(key) => self.resource(tree, text, item, key),
                        Header::Foreign(diagnostic) => self.foreign(tree, text, item, diagnostic),
                        Header::Nothing | Header::List(_) => FileReading::default(),
                    });
                }
                Some(reading)
            }
        }
    }

    fn foreign(&self, tree: &Tree<'_>, text: &str, root: NodeId, note: Diagnostic) -> FileReading {
        let finding = self.diagnosed(tree, text, root, note);
        FileReading {
            notes: vec![finding],
            ..FileReading::default()
        }
    }

    fn resource(
        &self,
        tree: &Tree<'_>,
        text: &str,
        root: NodeId,
        key: Option<ObjectKey>,
    ) -> FileReading {
        let (value, flaws) = value::value_of(tree, text, root);
        let mut findings: Vec<Finding> = flaws
            .into_iter()
            .map(|flaw| self.finding(text, flaw.span, flaw.diagnostic))
            .collect();
        let (decoded, diagnostics) = match resource::decode(&value) {
            Ok(mut decoded) => {
                let warnings = std::mem::take(&mut decoded.warnings);
                (Some(decoded), warnings)
            }
            Err(diagnostics) => (None, diagnostics),
        };
        findings.extend(
            diagnostics
                .into_iter()
                .map(|found| self.diagnosed(tree, text, root, found)),
        );
        for finding in &mut findings {
            finding.object.clone_from(&key);
        }
        let usable = !findings.iter().any(Finding::is_error);
        match decoded {
            Some(decoded) if usable => {
                let document = self.document(decoded, &value, text, tree.span(root).start);
                FileReading {
                    documents: vec![document],
                    findings,
                    ..FileReading::default()
                }
            }
            _ => FileReading {
                unidentified: key.is_none(),
                broken: key.into_iter().collect(),
                findings,
                ..FileReading::default()
            },
        }
    }

    fn document(&self, decoded: Decoded, value: &Value, text: &str, start: usize) -> Document {
        let line = self.chunk.first_line + Place::of(text, start).line - 1;
        let kept = (self.keep == Keep::Text).then(|| Kept {
            text: value.to_string().into(),
            spec_digest: spec_digest(value),
        });
        Document {
            key: decoded.key,
            object: decoded.object,
            resource: decoded.resource,
            origin: Origin {
                file: Arc::clone(self.file),
                document: 0,
                line,
            },
            kept,
        }
    }

    /// A finding about a diagnostic's path.
    fn diagnosed(
        &self,
        tree: &Tree<'_>,
        text: &str,
        root: NodeId,
        diagnostic: Diagnostic,
    ) -> Finding {
        let located = path::locate(tree, root, &diagnostic.path);
        let about_key = matches!(diagnostic.code, "UnknownField" | "InvalidKey");
        let span = diagnostic
            .within
            .and_then(|part| located.within(tree, text, part))
            .unwrap_or_else(|| located.span(tree, text, about_key));
        self.finding(text, span, diagnostic)
    }

    fn finding(&self, text: &str, span: Range<usize>, diagnostic: Diagnostic) -> Finding {
        let mut finding = Finding::at(self.file, text, span, diagnostic);
        let lines_before = self.chunk.first_line - 1;
        finding.line += lines_before;
        if let Some(snippet) = &mut finding.snippet {
            snippet.first_line += lines_before;
        }
        finding
    }
}

/// SHA-256 in hex of a document's spec as JSON with sorted keys.
fn spec_digest(value: &Value) -> String {
    let spec = value.get("spec").unwrap_or(&Value::Null).to_string();
    sha256_hex([spec.as_str()])
}
