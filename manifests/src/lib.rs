//! YAML and JSON documents with positions and budgets, read into resources.
//!
//! ```text
//! bytes ─▶ encoding ─▶ chunks ─▶ tree ─▶ value ─▶ resource ─▶ object
//!             │                   │        │          │
//!             └───────────────────┴────────┴──────────┴──▶ findings (file, line, column, help)
//! ```
//!
//! Every step works on one document alone, so a bad one hides no other.
//!
//! Why YAML with positions stays our own: serde's readers stop at the first mistake of a document and keep positions only of
//! fields that a type wraps, while authors want every mistake at once, each with its line; and text that YAML 1.1 and 1.2 read
//! differently is refused here, not guessed. The parser (`granit-parser`) and the types (serde) are libraries all the same.

pub mod chunk;
mod disguise;
pub mod encoding;
mod facts;
pub mod finding;
pub mod header;
pub mod lines;
pub mod path;
mod reader;
pub mod resource;
pub mod scalar;
pub mod tree;
pub mod value;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use gradus_crds::Resource;
use gradus_engine::diagnostic::Severity;
use gradus_engine::key::ObjectKey;
use gradus_engine::object::Object;

use crate::finding::{Finding, MOST_FINDINGS, More};

pub use crate::reader::read;

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
    /// What is wrong, document by document, at most [`MOST_FINDINGS`].
    pub findings: Vec<Finding>,
    /// What else is wrong.
    pub more: More,
    /// What is no resource of ours, and is passed over.
    pub notes: Vec<Finding>,
}

/// Whether documents keep their text, for the folder's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// They do.
    Text,
    /// They do not: one-shot scoring needs only what they say.
    Nothing,
}

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// Documents of ours: somebody named it, or it has held some.
    Ours,
    /// It lies in a folder that is read, and may be another tool's.
    Anything,
}

impl FileReading {
    /// A file that cannot be read at all: nobody can tell what it holds.
    pub fn unreadable(finding: Finding) -> Self {
        Self {
            findings: vec![finding],
            ..Self::unidentified()
        }
    }

    /// Nobody can tell which objects a file states.
    pub fn unidentified() -> Self {
        Self {
            unidentified: true,
            ..Self::default()
        }
    }

    /// Whether the file surely states no object, well or badly.
    pub fn states_nothing(&self) -> bool {
        self.documents.is_empty() && self.broken.is_empty() && !self.unidentified
    }

    fn absorb(&mut self, piece: Self) {
        self.documents.extend(piece.documents);
        self.broken.extend(piece.broken);
        self.unidentified |= piece.unidentified;
        self.more.add(piece.more);
        for finding in piece.findings {
            self.find(finding.diagnostic.severity, || finding);
        }
        for note in piece.notes {
            self.note(|| note);
        }
    }

    /// Keeps a finding while there is room, and counts it otherwise. Why it is made only then: its place costs a walk
    /// through the document, and a document can have a mistake a line.
    fn find(&mut self, severity: Severity, finding: impl FnOnce() -> Finding) {
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(finding());
        } else {
            self.more.count(severity);
        }
    }

    /// Keeps a note while there is room, and counts it otherwise.
    fn note(&mut self, note: impl FnOnce() -> Finding) {
        if self.notes.len() < MOST_FINDINGS {
            self.notes.push(note());
        } else {
            self.more.count(Severity::Note);
        }
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
