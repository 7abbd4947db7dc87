//! What the system tells about a folder between two looks.
//!
//! Each directory that a walk met is watched by itself, so that nothing hidden or ignored, and the
//! state least of all, ever wakes anybody. A root that is replaced, and changes where the system gives no watch, are found
//! by [`patrol`]; what the system does not tell of (network drives) by a look at everything, at the latest after [`RESCAN`].

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::ops::Bound;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::patrol::{self, Patrol};
use super::walk::{identity, is_read};
use super::{Folder, Look};

/// A look at everything comes at least so often.
pub const RESCAN: Duration = Duration::from_secs(30);

/// Watches the directories of a folder.
pub struct Watch {
    patrol: Arc<Patrol>,
    watcher: Option<RecommendedWatcher>,
    /// Which directory it was that is watched under a name.
    watched: BTreeMap<PathBuf, (u64, u64)>,
}

/// What the system told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Something happened to this path, and whoever did it is done.
    Touched(PathBuf),
    // See D-039.
    /// Somebody writes into this file and has it open still: what is in it may be half of it.
    Writing(PathBuf),
    /// Something happened that it cannot name.
    Something,
}

impl Watch {
    /// Watches nothing yet but the roots; tells what happens from whatever thread the system uses. Where the system cannot
    /// tell, only looks at everything find changes.
    pub fn new(roots: Vec<PathBuf>, tell: impl Fn(Told) + Send + Sync + 'static) -> Self {
        let tell = Arc::new(tell);
        let told = Arc::clone(&tell);
        let handler = move |event: notify::Result<notify::Event>| match event {
            Ok(event) if !is_change(event.kind) => {}
            Ok(event) if event.need_rescan() || event.paths.is_empty() => told(Told::Something),
            Ok(event) => {
                let kind = if is_writing(event.kind) {
                    Told::Writing
                } else {
                    Told::Touched
                };
                event.paths.into_iter().for_each(|path| told(kind(path)));
            }
            Err(_) => told(Told::Something),
        };
        let watcher = notify::recommended_watcher(handler)
            .inspect_err(
                |error| tracing::warn!(%error, "the system tells no changes; looking every 2 s"),
            )
            .ok();
        let patrol = Arc::new(Patrol::default());
        patrol.is_blind(watcher.is_none());
        patrol::start(&patrol, roots, move || tell(Told::Something));
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

/// What is worth looking at, gathered from what the system told.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Touched {
    everything: bool,
    files: BTreeSet<Arc<str>>,
    /// Files that are read, and whose writers are not done.
    writing: BTreeSet<PathBuf>,
}

impl Touched {
    /// Nothing was read yet: everything is worth looking at.
    pub fn everything() -> Self {
        Self {
            everything: true,
            ..Self::default()
        }
    }

    /// Takes in what the system told: a known file is looked at alone, and everything when files
    /// may have come or gone.
    pub fn add(&mut self, folder: &Folder, told: &Told) {
        let path = match told {
            Told::Touched(path) => {
                self.writing.remove(path);
                path
            }
            Told::Writing(path) => {
                if is_read(path) {
                    self.writing.insert(path.clone());
                }
                path
            }
            Told::Something => {
                // That a writer is done may be what nobody told.
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
    pub fn take(&mut self) -> Option<Look> {
        let everything = std::mem::take(&mut self.everything);
        let files = std::mem::take(&mut self.files);
        if everything {
            return Some(Look::Everything);
        }
        (!files.is_empty()).then_some(Look::Files(files))
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
