//! From the bytes of a file to the objects it states, and to everything that is wrong with it.
//!
//! ```text
//! bytes ─▶ encoding ─▶ chunks ─▶ tree ─▶ value ─▶ resource ─▶ object
//!             │                   │        │          │
//!             └───────────────────┴────────┴──────────┴──▶ findings (file, line, column, help)
//! ```
//!
//! Every step works on one document alone, so a bad one hides no other.

pub mod chunk;
pub mod encoding;
pub mod finding;
pub mod header;
pub mod path;
pub mod resource;
pub mod scalar;
pub mod tree;
pub mod value;

use std::ops::Range;
use std::sync::Arc;

use gradus_crds::Resource;
use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::key::ObjectKey;
use gradus_engine::object::Object;
use rayon::prelude::*;
use serde_json::Value;
use sha2::{Digest, Sha256};

use self::chunk::Chunk;
use self::finding::{Finding, Place};
use self::header::Header;
use self::resource::Decoded;
use self::tree::{NodeId, Tree};

/// A resource and where it is written.
#[derive(Debug, Clone)]
pub struct Document {
    /// Who it is.
    pub key: ObjectKey,
    /// What the engine reads of it; none for a kind that it does not score.
    pub object: Option<Object>,
    /// All of it, for kinds of which outputs show more than the engine reads.
    pub resource: Option<Arc<Resource>>,
    /// Where it is written.
    pub origin: Origin,
    /// Its text as JSON and the digest of its spec, when they were asked for.
    pub kept: Option<Kept>,
}

/// What a folder's state remembers of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The document as compact JSON.
    pub text: Arc<str>,
    /// SHA-256 in hex of the spec as JSON with sorted keys: another one is another generation.
    pub spec_digest: String,
}

/// Where a document is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The file, relative to the folder that was read.
    pub file: Arc<str>,
    /// The document within the file, from 0.
    pub document: u32,
    /// Its first line, from 1.
    pub line: u32,
}

/// What one file holds.
#[derive(Debug, Default)]
pub struct FileReading {
    /// The good documents, in order.
    pub documents: Vec<Document>,
    /// Objects whose document cannot be used, as far as their identity could be read.
    pub broken: Vec<ObjectKey>,
    /// Whether some document is so broken that nobody can tell which object it states.
    pub unidentified: bool,
    /// Everything wrong, in the order of the text.
    pub findings: Vec<Finding>,
    /// What is no resource of ours, and is passed over.
    pub notes: Vec<Finding>,
}

/// Whether documents keep their text, for the folder's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// They do.
    Text,
    /// They do not: a single pass needs only what they say.
    Nothing,
}

impl FileReading {
    /// A file that cannot be read at all: nobody can tell what it holds.
    pub fn unreadable(finding: Finding) -> Self {
        Self {
            findings: vec![finding],
            unidentified: true,
            ..Self::default()
        }
    }

    fn absorb(&mut self, piece: Self) {
        self.documents.extend(piece.documents);
        self.broken.extend(piece.broken);
        self.unidentified |= piece.unidentified;
        self.findings.extend(piece.findings);
        self.notes.extend(piece.notes);
    }

    /// Numbers the documents of one piece.
    fn number(&mut self, document: u32) {
        for document_of_piece in &mut self.documents {
            document_of_piece.origin.document = document;
        }
        for finding in self.findings.iter_mut().chain(&mut self.notes) {
            finding.document = document;
        }
    }
}

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
    hex(&Sha256::digest(spec.as_bytes()))
}

/// Bytes in lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests;
