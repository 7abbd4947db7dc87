//! What `.ignore` and `.gitignore` leave out, and how much that is. See D-142.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use gradus_engine::diagnostic::Diagnostic;
use gradus_manifests::finding::Finding;
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder, Glob};

use super::root::reason;

/// Ignore files, the ones that decide first.
const NAMES: [&str; 2] = [".ignore", ".gitignore"];

/// The ignore files of a directory and of those above it, up to the root.
#[derive(Debug)]
pub(super) struct Ignores {
    above: Option<Rc<Self>>,
    own: Gitignore,
    git: Gitignore,
    /// `.gitignore` of a directory above means another repository.
    is_repository: bool,
}

impl Ignores {
    /// Those of a directory, and which of its ignore files cannot be read, with the reason.
    pub(super) fn of(
        directory: &Path,
        above: Option<Rc<Self>>,
    ) -> (Rc<Self>, Vec<(PathBuf, String)>) {
        let mut failed = Vec::new();
        let [own, git] = NAMES.map(|name| {
            let file = directory.join(name);
            if !file.exists() {
                return Gitignore::empty();
            }
            let mut builder = GitignoreBuilder::new(directory);
            let error = builder.add(&file);
            let why = error.and_then(|error| Some(reason(error.io_error()?)));
            failed.extend(why.map(|why| (file, why)));
            builder.build().unwrap_or_else(|_| Gitignore::empty())
        });
        let ignores = Self {
            above,
            own,
            git,
            is_repository: directory.join(".git").exists(),
        };
        (Rc::new(ignores), failed)
    }

    /// The pattern that leaves a path out, if any. Any `.ignore` decides before any `.gitignore`, a deeper file
    /// before one above it.
    pub(super) fn leaves_out(&self, path: &Path, is_directory: bool) -> Option<&Glob> {
        let own = self.levels().map(|level| &level.own);
        let mut above_repository = false;
        let git = self
            .levels()
            .take_while(|level| !std::mem::replace(&mut above_repository, level.is_repository));
        let files: Vec<&Gitignore> = own.chain(git.map(|level| &level.git)).collect();
        let decided = files
            .into_iter()
            .map(|file| file.matched(path, is_directory))
            .find(|decided| !decided.is_none())?;
        match decided {
            Match::Ignore(pattern) => Some(pattern),
            Match::Whitelist(_) | Match::None => None,
        }
    }

    fn levels(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |level| level.above.as_deref())
    }
}

/// How much is left out, by ignore file and pattern.
#[derive(Debug, Default)]
pub(super) struct Ignored {
    by_pattern: BTreeMap<(PathBuf, String), Count>,
}

#[derive(Debug, Default)]
struct Count {
    files: usize,
    folders: usize,
}

impl Ignored {
    pub(super) fn count(&mut self, pattern: &Glob, is_directory: bool) {
        let file = pattern.from().map(Path::to_owned).unwrap_or_default();
        let count = self
            .by_pattern
            .entry((file, pattern.original().to_owned()))
            .or_default();
        if is_directory {
            count.folders += 1;
        } else {
            count.files += 1;
        }
    }

    /// A note for each pattern that leaves something out.
    pub(super) fn notes(&self, name: impl Fn(&Path) -> Arc<str>) -> Vec<Finding> {
        let note = |((file, pattern), count): (&(PathBuf, String), &Count)| {
            let message = format!("`{pattern}` leaves out {}", count.said());
            let diagnostic = Diagnostic::note("Ignored", "", message).with_help(format!(
                "to read it all the same, write `!{pattern}` in `.ignore`"
            ));
            Finding {
                line: line_of(file, pattern),
                column: 1,
                ..Finding::of_file(&name(file), diagnostic)
            }
        };
        self.by_pattern.iter().map(note).collect()
    }
}

impl Count {
    fn said(&self) -> String {
        let counted = |count: usize, what: &str| match count {
            0 => None,
            1 => Some(format!("1 {what}")),
            several => Some(format!("{several} {what}s")),
        };
        let counts = [counted(self.files, "file"), counted(self.folders, "folder")];
        counts
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" and ")
    }
}

fn line_of(file: &Path, pattern: &str) -> u32 {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let index = text.lines().position(|line| line.trim_end() == pattern);
    index.map_or(1, |index| u32::try_from(index + 1).unwrap_or(u32::MAX))
}
