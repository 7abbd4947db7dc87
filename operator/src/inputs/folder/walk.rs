//! Which files of a folder are read: YAML and JSON, in sub-folders too, ignore files honoured,
//! nothing hidden.

use std::error::Error;
use std::io;
use std::iter::successors;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use gradus_engine::diagnostic::Diagnostic;
use gradus_manifests::encoding::has_extension;
use gradus_manifests::finding::Finding;
use ignore::{DirEntry, WalkBuilder};

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
pub struct Met {
    /// Its name in findings and state.
    pub name: Arc<str>,
    /// Where it is.
    pub path: PathBuf,
    /// What it looks like.
    pub stamp: Stamp,
}

/// What a walk met.
#[derive(Debug, Default)]
pub struct Walk {
    /// Files to read.
    pub files: Vec<Met>,
    /// Directories on the way, to be watched.
    pub directories: Vec<PathBuf>,
    /// What could not be looked at: everything known below it stays.
    pub unreadable: Vec<Finding>,
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

    /// The name of a path within it.
    pub fn name(&self, path: &Path) -> Arc<str> {
        let relative = path.strip_prefix(&self.path).unwrap_or(path);
        let relative = relative.to_string_lossy().replace('\\', "/");
        match (self.prefix.is_empty(), relative.is_empty()) {
            (true, true) => ROOT.into(),
            (true, false) => relative.into(),
            (false, true) => self.prefix.as_str().into(),
            (false, false) => format!("{}/{relative}", self.prefix).into(),
        }
    }

    /// Looks at everything below, and reads nothing.
    pub fn walk(&self) -> Walk {
        let mut walk = Walk::default();
        let entries = WalkBuilder::new(&self.path)
            .follow_links(true)
            .require_git(false)
            .git_global(false)
            .build();
        for entry in entries {
            match entry {
                Ok(entry) => self.meet(&entry, &mut walk),
                Err(error) => {
                    walk.exhausted |= error.io_error().is_some_and(is_exhausted);
                    walk.unreadable.extend(self.unreadable(&error));
                }
            }
        }
        walk.files.sort_by(|one, other| one.name.cmp(&other.name));
        walk
    }

    fn meet(&self, entry: &DirEntry, walk: &mut Walk) {
        let Some(kind) = entry.file_type() else {
            return;
        };
        if kind.is_dir() {
            walk.directories.push(entry.path().to_owned());
            return;
        }
        if !kind.is_file() || (entry.depth() > 0 && !is_read(entry.path())) {
            return;
        }
        match entry.metadata() {
            Ok(metadata) => walk.files.push(Met {
                name: self.name(entry.path()),
                path: entry.path().to_owned(),
                stamp: Stamp::of(&metadata),
            }),
            Err(error) => {
                walk.exhausted |= error.io_error().is_some_and(is_exhausted);
                walk.unreadable.extend(self.unreadable(&error));
            }
        }
    }

    /// None for what vanished between two looks, and for links that lead nowhere we would read.
    fn unreadable(&self, error: &ignore::Error) -> Option<Finding> {
        let path = path_of(error).unwrap_or(&self.path);
        let vanished = path != self.path
            && path
                .symlink_metadata()
                .is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
        let dangling = path
            .metadata()
            .is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
        if vanished || (dangling && path != self.path && !is_read(path)) {
            return None;
        }
        let diagnostic = if error.io_error().is_some_and(is_exhausted) {
            exhausted()
        } else {
            unreadable(&reason_of(error))
        };
        Some(Finding::of_file(&self.name(path), diagnostic))
    }
}

/// Something cannot be looked at or read.
pub(super) fn unreadable(reason: &str) -> Diagnostic {
    Diagnostic::error("Unreadable", "", format!("cannot be read: {reason}"))
        .with_help("allow this user to read it, or name it in `.ignore`")
}

/// Whether the process or the system has no file descriptor left: EMFILE and ENFILE, which have no name of their own.
/// Looked for among the causes, for a walk wraps what the system says.
// See D-184.
pub(super) fn is_exhausted(error: &io::Error) -> bool {
    let first: &(dyn Error + 'static) = error;
    successors(Some(first), |error| (*error).source())
        .filter_map(|error| error.downcast_ref::<io::Error>())
        .any(|error| matches!(error.raw_os_error(), Some(23 | 24)))
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

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::Loop { child, .. } => Some(child),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            path_of(err)
        }
        _ => None,
    }
}

fn reason_of(error: &ignore::Error) -> String {
    match error {
        ignore::Error::WithPath { err, .. }
        | ignore::Error::WithDepth { err, .. }
        | ignore::Error::WithLineNumber { err, .. } => reason_of(err),
        ignore::Error::Loop { .. } => "the link leads back to a folder above it".to_owned(),
        other => other
            .io_error()
            .map_or_else(|| other.to_string(), |error| error.kind().to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn names(root: &Path) -> Vec<String> {
        Root::relative(root)
            .walk()
            .files
            .iter()
            .map(|file| file.name.to_string())
            .collect()
    }

    #[test]
    fn yaml_and_json_are_met_in_sub_folders_and_nothing_hidden_or_ignored() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for directory in ["sites/north", ".gradus/v1", "vendor"] {
            fs::create_dir_all(root.join(directory)).unwrap();
        }
        for file in [
            "b.yaml",
            "a.YML",
            "sites/north/c.json",
            "readme.md",
            ".hidden.yaml",
            ".gradus/v1/x.yaml",
            "vendor/v.yaml",
            "ignored.yaml",
            "b.yaml~",
        ] {
            fs::write(root.join(file), "").unwrap();
        }
        fs::write(root.join(".gitignore"), "vendor/\n").unwrap();
        fs::write(root.join(".ignore"), "ignored.yaml\n").unwrap();
        assert_eq!(names(root), ["a.YML", "b.yaml", "sites/north/c.json"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_a_loop_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir(root.join("..data")).unwrap();
        fs::write(root.join("..data/a.yaml"), "").unwrap();
        std::os::unix::fs::symlink("..data/a.yaml", root.join("a.yaml")).unwrap();
        std::os::unix::fs::symlink(root, root.join("loop")).unwrap();
        std::os::unix::fs::symlink("nowhere.yaml", root.join("gone.yaml")).unwrap();
        assert_eq!(names(root), ["a.yaml"]);
        let findings = Root::relative(root).walk().unreadable;
        let files: Vec<_> = findings.iter().map(|finding| &*finding.file).collect();
        assert!(
            files.contains(&"loop") && files.contains(&"gone.yaml"),
            "{findings:?}"
        );
    }

    #[test]
    fn a_file_given_by_itself_is_met_whatever_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("site.txt");
        fs::write(&file, "").unwrap();
        assert_eq!(Root::as_given(&file).walk().files.len(), 1);
    }

    #[test]
    fn a_folder_that_is_not_there_is_unreadable() {
        assert_eq!(Root::as_given("/nowhere/at/all").walk().unreadable.len(), 1);
    }

    #[test]
    fn names_are_as_a_person_reaches_them() {
        assert_eq!(
            &*Root::as_given("./sites/").name(Path::new("./sites/a.yaml")),
            "sites/a.yaml"
        );
        assert_eq!(&*Root::as_given(".").name(Path::new("./a.yaml")), "a.yaml");
        assert_eq!(
            &*Root::relative("/x").name(Path::new("/x/y/a.yaml")),
            "y/a.yaml"
        );
    }
}
