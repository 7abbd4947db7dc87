//! One walk through a folder: directories first, then what links lead to.
//!
//! Why links come last: what is read by its own name is not read a second time by a link's, and a loop ends by itself.

use std::collections::{HashSet, VecDeque};
use std::fs::{DirEntry, FileType, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use gradus_engine::diagnostic::Diagnostic;
use gradus_manifests::finding::Finding;

use super::ignored::{Ignored, Ignores};
use super::rendered::{self, Kustomization};
use super::root::{
    FoundFile, Root, Stamp, Traversal, exhausted, identity, is_exhausted, is_read, reason,
    unreadable,
};

/// A walk that is under way.
pub(super) struct Descent<'a> {
    root: &'a Root,
    /// Where the root really is; links may lead to what is below it.
    real: PathBuf,
    /// Where the other roots really are, which are walked by themselves.
    others: Vec<PathBuf>,
    walk: Traversal,
    open: Vec<Directory>,
    links: VecDeque<Link>,
    /// Files that kustomize reads and that are no resources.
    rendered: HashSet<PathBuf>,
    /// Directories and files that were met.
    seen: HashSet<(u64, u64)>,
    ignored: Ignored,
}

/// A directory that is to be looked at.
struct Directory {
    path: PathBuf,
    above: Option<Rc<Ignores>>,
}

/// A link that is to be followed when everything else was met.
struct Link {
    path: PathBuf,
    ignores: Rc<Ignores>,
}

impl<'a> Descent<'a> {
    pub(super) fn new(root: &'a Root, roots: &[Root]) -> Self {
        let real = |root: &Root| root.path.canonicalize().ok();
        let others = roots.iter().filter(|other| *other != root).filter_map(real);
        Self {
            root,
            real: real(root).unwrap_or_else(|| root.path.clone()),
            others: others.collect(),
            walk: Traversal::default(),
            open: vec![Directory {
                path: root.path.clone(),
                above: None,
            }],
            links: VecDeque::new(),
            rendered: HashSet::new(),
            seen: root.path.metadata().iter().map(identity).collect(),
            ignored: Ignored::default(),
        }
    }

    /// Looks at everything.
    pub(super) fn walk(mut self) -> Traversal {
        loop {
            while let Some(directory) = self.open.pop() {
                self.directory(directory);
            }
            match self.links.pop_front() {
                Some(link) => self.follow(link),
                None => break,
            }
        }
        let notes = self.ignored.notes(|path| self.root.name(path));
        self.walk.notes.extend(notes);
        self.walk
    }

    fn directory(&mut self, directory: Directory) {
        let Directory { path, above } = directory;
        let entries = match entries(&path) {
            Ok(entries) => entries,
            Err(error) => return self.unreadable(&path, &error),
        };
        self.walk.directories.push(path.clone());
        let (ignores, failed) = Ignores::of(&path, above);
        for (file, reason) in failed {
            let finding = Finding::of_file(&self.root.name(&file), unreadable(&reason));
            self.walk.unreadable.push(finding);
        }
        if let Some(kustomization) = Kustomization::of(&path) {
            self.walk.notes.extend(kustomization.note(self.root));
            self.rendered
                .extend(kustomization.files().map(rendered::normal));
        }
        let is_chart = path.join(rendered::CHART).is_file();
        for (path, kind) in entries {
            if self.rendered.contains(&rendered::normal(&path)) {
                continue;
            }
            if is_chart && kind.is_dir() && path.file_name() == Some(rendered::TEMPLATES.as_ref()) {
                self.walk.notes.push(rendered::chart(self.root, &path));
                continue;
            }
            self.entry(path, kind, &ignores);
        }
    }

    fn entry(&mut self, path: PathBuf, kind: FileType, ignores: &Rc<Ignores>) {
        if kind.is_symlink() {
            self.links.push_back(Link {
                path,
                ignores: Rc::clone(ignores),
            });
            return;
        }
        // Why asked before the metadata: most files of a folder may be others'.
        if !kind.is_dir() && !is_read(&path) || self.leaves_out(&path, kind.is_dir(), ignores) {
            return;
        }
        match path.symlink_metadata() {
            Ok(metadata) => self.meet(path, &metadata, ignores),
            Err(error) => self.unreadable(&path, &error),
        }
    }

    /// Takes in a directory or a file that was not met before.
    fn meet(&mut self, path: PathBuf, metadata: &Metadata, ignores: &Rc<Ignores>) {
        if !self.seen.insert(identity(metadata)) && cfg!(unix) {
            return;
        }
        if metadata.is_dir() {
            self.open.push(Directory {
                path,
                above: Some(Rc::clone(ignores)),
            });
        } else if metadata.is_file() {
            self.walk.files.push(FoundFile {
                name: self.root.name(&path),
                stamp: Stamp::of(metadata),
                path,
            });
        } else {
            let diagnostic = Diagnostic::error(
                "Unreadable",
                "",
                "cannot be read: it is not a file",
            )
            .with_help(
                "remove it, name it in `.ignore`, or name it on the command line to read a pipe",
            );
            let finding = Finding::of_file(&self.root.name(&path), diagnostic);
            self.walk.unreadable.push(finding);
        }
    }

    /// See D-141.
    fn follow(&mut self, link: Link) {
        let Link { path, ignores } = link;
        let resolved = path
            .canonicalize()
            .and_then(|target| Ok((target.metadata()?, target)));
        let (metadata, target) = match resolved {
            Ok(resolved) => resolved,
            // Links to nothing are common, such as locks of editors.
            Err(error) if error.kind() == io::ErrorKind::NotFound && !is_read(&path) => return,
            Err(error) => return self.unreadable(&path, &error),
        };
        if !metadata.is_dir() && !is_read(&path)
            || self.leaves_out(&path, metadata.is_dir(), &ignores)
            || self.others.iter().any(|other| target.starts_with(other))
        {
            return;
        }
        if !target.starts_with(&self.real) {
            let finding = Finding::of_file(&self.root.name(&path), leaves(&target));
            self.walk.unreadable.push(finding);
            return;
        }
        // What a link leads to may stand where nothing is watched, such as in a hidden directory.
        if let Some(parent) = target.parent().filter(|_| !metadata.is_dir()) {
            self.walk.linked.insert(parent.to_owned());
        }
        self.meet(path, &metadata, &ignores);
    }

    fn leaves_out(&mut self, path: &Path, is_directory: bool, ignores: &Ignores) -> bool {
        let Some(pattern) = ignores.leaves_out(path, is_directory) else {
            return false;
        };
        self.ignored.count(pattern, is_directory);
        true
    }

    /// Says nothing of what vanished between two looks.
    fn unreadable(&mut self, path: &Path, error: &io::Error) {
        let is_gone = path
            .symlink_metadata()
            .is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
        if is_gone && path != self.root.path {
            return;
        }
        self.walk.exhausted |= is_exhausted(error);
        let leads_to_nothing = !is_gone && error.kind() == io::ErrorKind::NotFound;
        let diagnostic = if is_exhausted(error) {
            exhausted()
        } else if leads_to_nothing && path.is_symlink() {
            Diagnostic::error("Unreadable", "", "the link leads to nothing")
                .with_help("remove the link, or put back what it leads to")
        } else {
            unreadable(&reason(error))
        };
        let finding = Finding::of_file(&self.root.name(path), diagnostic);
        self.walk.unreadable.push(finding);
    }
}

/// What a directory holds by name, but for what is hidden.
fn entries(directory: &Path) -> io::Result<Vec<(PathBuf, FileType)>> {
    let is_hidden = |entry: &DirEntry| entry.file_name().to_string_lossy().starts_with('.');
    let mut entries = Vec::new();
    for entry in directory.read_dir()? {
        let entry = entry?;
        if !is_hidden(&entry) {
            entries.push((entry.path(), entry.file_type()?));
        }
    }
    entries.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(entries)
}

fn leaves(target: &Path) -> Diagnostic {
    let message = format!(
        "the link leads out of the folder, to {}, and is not followed",
        target.display()
    );
    Diagnostic::error("LinkLeavesFolder", "", message)
        .with_help("copy what it leads to into the folder, name that on the command line as well, or name the link in `.ignore`")
}
