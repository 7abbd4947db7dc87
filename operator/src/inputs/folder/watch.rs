//! Events of the file system between two looks at a folder.
//!
//! Each directory that a walk met is watched by itself, so that nothing hidden or ignored, and the
//! state least of all, ever wakes anybody. A root that is replaced, and changes where the system gives no watch, are found
//! by `patrol`; what the system does not report (network drives) by a look at everything, which the event loop takes from
//! time to time.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::ops::Bound;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::patrol::{self, Patrol};
use super::root::{identity, is_read};
use super::{Folder, ScanScope};

/// Watches the directories of a folder.
pub struct Watch {
    patrol: Arc<Patrol>,
    watcher: Option<RecommendedWatcher>,
    /// Which directory it was that is watched under a name.
    watched: BTreeMap<PathBuf, (u64, u64)>,
}

/// An event of the file system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileEvent {
    /// Something happened to this path, and its writer has closed it.
    Touched(PathBuf),
    // See D-039.
    /// This file is still open for writing: its content may be half of it.
    Writing(PathBuf),
    /// Anything may have happened: the system lost events, or names no path.
    Unspecified,
}

impl Watch {
    /// Watches nothing yet but the roots; reports from whatever thread the system uses. Where the system reports nothing,
    /// only looks at everything find changes.
    pub fn new(roots: Vec<PathBuf>, report: impl Fn(FileEvent) + Send + Sync + 'static) -> Self {
        let report = Arc::new(report);
        let reported = Arc::clone(&report);
        let handler = move |event: notify::Result<notify::Event>| match event {
            Ok(event) if !is_change(event.kind) => {}
            Ok(event) if event.need_rescan() || event.paths.is_empty() => {
                reported(FileEvent::Unspecified);
            }
            Ok(event) => {
                let of = if is_writing(event.kind) {
                    FileEvent::Writing
                } else {
                    FileEvent::Touched
                };
                event.paths.into_iter().for_each(|path| reported(of(path)));
            }
            Err(_) => reported(FileEvent::Unspecified),
        };
        let watcher = notify::recommended_watcher(handler)
            .inspect_err(
                |error| tracing::warn!(%error, "the file system reports no changes; the folder is only rescanned periodically"),
            )
            .ok();
        let patrol = Arc::new(Patrol::default());
        patrol.is_blind(watcher.is_none());
        patrol::start(&patrol, roots, move || report(FileEvent::Unspecified));
        Self {
            patrol,
            watcher,
            watched: BTreeMap::new(),
        }
    }

    /// Watches these directories and no others. True when some are new: what happened in them
    /// before they were watched is found by one more look.
    pub fn follow(&mut self, directories: Vec<PathBuf>) -> bool {
        let Some(watcher) = &mut self.watcher else {
            return false;
        };
        let directories: BTreeMap<PathBuf, (u64, u64)> = directories
            .into_iter()
            .filter_map(|path| Some((identity(&path.metadata().ok()?), path)))
            .map(|(identity, path)| (path, identity))
            .collect();
        let before = std::mem::take(&mut self.watched);
        for (gone, identity) in &before {
            if directories.get(gone) != Some(identity) {
                // The system may have forgotten it by itself.
                let _ = watcher.unwatch(gone);
            }
        }
        let mut new = false;
        let mut refused = None;
        for (directory, identity) in directories {
            if before.get(&directory) != Some(&identity) {
                if let Err(error) = watcher.watch(&directory, RecursiveMode::NonRecursive) {
                    refused = Some((directory, error));
                    continue;
                }
                new = true;
            }
            self.watched.insert(directory, identity);
        }
        let is_news = self.patrol.is_blind(refused.is_some());
        if let Some((directory, error)) = refused.filter(|_| is_news) {
            tracing::warn!(
                directory = %directory.display(),
                %error,
                "not all directories can be watched, so everything is looked at every 2 s; \
                 raise fs.inotify.max_user_watches"
            );
        }
        new
    }
}

/// Reading a file changes nothing, and we read.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}

/// Content that changes is that of an open file, where the system tells when it is closed as well.
fn is_writing(kind: EventKind) -> bool {
    cfg!(target_os = "linux") && matches!(kind, EventKind::Modify(ModifyKind::Data(_)))
}

/// What is worth looking at, gathered from events of the file system.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct PendingScan {
    everything: bool,
    files: BTreeSet<Arc<str>>,
    /// Files that are read, and whose writers are not done.
    writing: BTreeSet<PathBuf>,
}

impl PendingScan {
    /// Nothing was read yet: everything is worth looking at.
    pub fn everything() -> Self {
        Self {
            everything: true,
            ..Self::default()
        }
    }

    /// Takes an event in: a known file is looked at alone, and everything when files
    /// may have come or gone.
    pub fn add(&mut self, folder: &Folder, event: &FileEvent) {
        let path = match event {
            FileEvent::Touched(path) => {
                self.writing.remove(path);
                path
            }
            FileEvent::Writing(path) => {
                if is_read(path) {
                    self.writing.insert(path.clone());
                }
                path
            }
            FileEvent::Unspecified => {
                // Why: the event that was lost may say that a writer is done.
                self.writing.clear();
                self.everything = true;
                return;
            }
        };
        let Some(root) = folder
            .roots
            .iter()
            .find(|root| path.starts_with(&root.path))
        else {
            self.everything = true;
            return;
        };
        let name = root.name(path);
        // What a link leads to is decided by a walk alone.
        if path.is_symlink() || path.parent().is_some_and(|it| folder.linked.contains(it)) {
            self.everything = true;
            return;
        }
        if folder.files.contains_key(&name) {
            self.files.insert(name);
        } else if may_hold_files(folder, path, &root.path, &name) {
            self.everything = true;
        }
    }

    /// Files that were emptied a while ago are worth a look by now.
    pub fn add_due(&mut self, folder: &Folder, now: Instant) {
        self.files.extend(folder.emptied.due(now).cloned());
    }

    /// Whether anything is worth looking at.
    pub fn is_something(&self) -> bool {
        self.everything || !self.files.is_empty()
    }

    /// Whether somebody is writing a file that is read.
    pub fn is_being_written(&self) -> bool {
        !self.writing.is_empty()
    }

    /// Who has not come to an end by now is not waited for any longer.
    pub fn forget_writers(&mut self) {
        self.writing.clear();
    }

    /// Where to look, if anywhere; and nothing remains to be looked at.
    pub fn take(&mut self) -> Option<ScanScope> {
        let everything = std::mem::take(&mut self.everything);
        let files = std::mem::take(&mut self.files);
        if everything {
            return Some(ScanScope::Everything);
        }
        (!files.is_empty()).then_some(ScanScope::Files(files))
    }
}

/// Whether a path that is no known file may be, hold, or have held files that are read.
fn may_hold_files(folder: &Folder, path: &Path, root: &Path, name: &str) -> bool {
    let relative = path.strip_prefix(root).unwrap_or(path);
    if relative.as_os_str().is_empty() {
        return true;
    }
    let file_name = path.file_name().unwrap_or_default();
    if file_name == ".gitignore" || file_name == ".ignore" {
        return true;
    }
    let hidden = |component: Component<'_>| starts_with(component.as_os_str(), ".");
    if relative.components().any(hidden) {
        // A swapped volume announces itself by its own hidden names alone, such as `..data`.
        return starts_with(file_name, "..");
    }
    if let Ok(metadata) = path.metadata() {
        return metadata.is_dir() || is_read(path);
    }
    let below = format!("{name}/");
    let from = (Bound::Included(below.as_str()), Bound::Unbounded);
    folder
        .files
        .range::<str, _>(from)
        .next()
        .is_some_and(|(file, _)| file.starts_with(&below))
}

fn starts_with(text: &OsStr, start: &str) -> bool {
    text.to_string_lossy().starts_with(start)
}
