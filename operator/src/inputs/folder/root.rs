//! A folder or a file to read: what its files are called, what they look like, and why one cannot be read.

use std::collections::BTreeSet;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use gradus_engine::diagnostic::Diagnostic;
use gradus_manifests::encoding::has_extension;
use gradus_manifests::finding::Finding;

/// Endings of files that are read.
const EXTENSIONS: [&str; 3] = ["yaml", "yml", "json"];

/// What a root is called whose files are named relative to it.
pub(super) const ROOT: &str = ".";

/// A folder or a file to read, and what its files are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// Where it is.
    pub path: PathBuf,
    /// What stands before the names of its files: empty when they are relative to it.
    pub prefix: String,
}

/// What a file looked like when it was read: another stamp is another content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Its size in bytes.
    pub size: u64,
    /// When it was written last, where the system tells.
    pub modified: Option<SystemTime>,
    /// Which file it is: a replaced one has another.
    pub identity: (u64, u64),
}

/// A file that a walk met.
#[derive(Debug, Clone)]
pub struct FoundFile {
    /// Its name in findings and state.
    pub name: Arc<str>,
    /// Where it is.
    pub path: PathBuf,
    /// What it looks like.
    pub stamp: Stamp,
}

/// What a walk met.
#[derive(Debug, Default)]
pub struct Traversal {
    /// Files to read.
    pub files: Vec<FoundFile>,
    /// Directories on the way, to be watched.
    pub directories: Vec<PathBuf>,
    /// Directories that links lead into, to be watched as well.
    pub linked: BTreeSet<PathBuf>,
    /// What could not be looked at: everything known below it stays.
    pub unreadable: Vec<Finding>,
    /// What is passed over, and why.
    pub notes: Vec<Finding>,
    /// Whether that is for want of file descriptors, which says nothing of the folder.
    pub exhausted: bool,
}

impl Stamp {
    /// The stamp of a file, symbolic links followed.
    pub fn of(metadata: &std::fs::Metadata) -> Self {
        Self {
            size: metadata.len(),
            modified: metadata.modified().ok(),
            identity: identity(metadata),
        }
    }
}

/// Which file or directory it is, whatever it is called.
#[cfg(unix)]
pub(super) fn identity(metadata: &std::fs::Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

/// Which file or directory it is, whatever it is called.
#[cfg(not(unix))]
pub(super) fn identity(_: &std::fs::Metadata) -> (u64, u64) {
    (0, 0)
}

impl Root {
    /// A folder whose files are named relative to it.
    pub fn relative(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            prefix: String::new(),
        }
    }

    /// A folder or a file whose files are named as they are reached from here.
    pub fn as_given(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let prefix = path.to_string_lossy().replace('\\', "/");
        let prefix = prefix
            .strip_prefix("./")
            .unwrap_or(&prefix)
            .trim_end_matches('/')
            .to_owned();
        Self {
            path,
            prefix: if prefix == "." { String::new() } else { prefix },
        }
    }

    /// The name of a path within it, on one line: what a terminal would obey is written out.
    pub fn name(&self, path: &Path) -> Arc<str> {
        let relative = path.strip_prefix(&self.path).unwrap_or(path);
        let relative = relative.to_string_lossy().replace('\\', "/");
        let name = match (self.prefix.is_empty(), relative.is_empty()) {
            (true, true) => ROOT.to_owned(),
            (true, false) => relative,
            (false, true) => self.prefix.clone(),
            (false, false) => format!("{}/{relative}", self.prefix),
        };
        if !name.contains(is_obeyed) {
            return name.into();
        }
        let shown = |character: char| {
            let escaped = is_obeyed(character).then(|| character.escape_default().to_string());
            escaped.unwrap_or_else(|| character.to_string())
        };
        name.chars().map(shown).collect::<String>().into()
    }
}

/// Something cannot be looked at or read.
pub(super) fn unreadable(reason: &str) -> Diagnostic {
    Diagnostic::error("Unreadable", "", format!("cannot be read: {reason}"))
        .with_help("allow this user to read it, or name it in `.ignore`")
}

/// Why something cannot be read, in words for people.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "it does not exist".to_owned(),
        ErrorKind::PermissionDenied => "this account may not read it".to_owned(),
        other => other.to_string(),
    }
}

/// Control characters, and those that turn the direction of text.
fn is_obeyed(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether the process or the system has no file descriptor left: EMFILE and ENFILE, which have no name of their own.
// See D-184.
pub(super) fn is_exhausted(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(23 | 24))
}

/// Something cannot be looked at or read for want of file descriptors.
pub(super) fn exhausted() -> Diagnostic {
    let message = "cannot be read: too many files are open; what it held last stands";
    Diagnostic::error("Unreadable", "", message.to_owned())
        .with_help("raise the limit of open files (`ulimit -n`), or close connections to the page")
}

/// Whether files of this name are read.
pub(super) fn is_read(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    EXTENSIONS
        .iter()
        .any(|extension| has_extension(&name, extension))
}
