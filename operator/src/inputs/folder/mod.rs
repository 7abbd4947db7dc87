//! A folder of documents as a source of objects: read whole once, and from then on only what changed.
//!
//! ```text
//! walk (looks, reads nothing) ─▶ files whose stamp is another ─▶ documents ─▶ claims ─▶ changes
//! watch (the system tells) ────▶ files that were touched ──────┘
//! ```
//!
//! What the changes add up to is a function of the files as they are now. A document that becomes
//! bad keeps its object as it was; a file that cannot be read keeps everything it held.

mod candidates;
mod content;
mod descent;
mod duplicate;
mod emptied;
mod ignored;
mod intake;
mod patrol;
mod rendered;
mod root;
mod said;
mod scan;
mod traverse;
pub mod watch;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use gradus_engine::key::ObjectKey;
use gradus_manifests::finding::{Finding, More};
use gradus_manifests::{Document, FileReading, Keep};

use self::candidates::AllCandidates;
use self::content::Content;
use self::emptied::Emptied;
pub use self::root::Root;
pub use self::scan::{Reading, scan};

/// What standard input is called.
pub const STANDARD_INPUT: &str = "-";

/// A folder of documents, and what is known of every file in it.
#[derive(Debug)]
pub struct Folder {
    roots: Vec<Root>,
    keep: Keep,
    files: BTreeMap<Arc<str>, Known>,
    claims: AllCandidates,
    trouble: BTreeMap<Arc<str>, Trouble>,
    unreadable: Vec<Finding>,
    passed_over: Vec<Finding>,
    linked: BTreeSet<PathBuf>,
    duplicates: BTreeMap<ObjectKey, Vec<Finding>>,
    emptied: Emptied,
    /// Whether the last look at everything was given up for want of file descriptors.
    exhausted: bool,
    reads: u64,
}

#[derive(Debug, Default)]
struct Known {
    path: PathBuf,
    /// It can be read only once, and is no part of a walk.
    is_stream: bool,
    content: Content,
}

#[derive(Debug, Default)]
struct Trouble {
    findings: Vec<Finding>,
    more: More,
    notes: Vec<Finding>,
}

/// Where to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScanScope {
    /// At everything: files come and go, and every stamp is compared.
    Everything,
    /// At these files alone.
    Files(BTreeSet<Arc<str>>),
}

/// What changed for one object.
#[derive(Debug, Clone)]
pub enum Change {
    /// It is stated, or stated otherwise.
    Upsert(Box<Document>),
    /// No file states it any more.
    Remove(ObjectKey),
    /// Its document is broken: what was last good stays.
    Stale(ObjectKey, Arc<str>),
    /// Its file cannot be read.
    Unavailable(ObjectKey, Arc<str>),
}

/// What a look found.
#[derive(Debug, Default)]
pub struct ScanResult {
    /// What changed, by object.
    pub changes: Vec<Change>,
    /// Directories that were met, when everything was looked at.
    pub directories: Option<Vec<PathBuf>>,
    /// Whether findings or notes may be others now.
    pub findings_changed: bool,
}

impl Folder {
    /// A folder that nobody has looked at yet.
    pub fn new(roots: Vec<Root>, keep: Keep) -> Self {
        Self {
            roots,
            keep,
            files: BTreeMap::new(),
            claims: AllCandidates::default(),
            trouble: BTreeMap::new(),
            unreadable: Vec::new(),
            passed_over: Vec::new(),
            linked: BTreeSet::new(),
            duplicates: BTreeMap::new(),
            emptied: Emptied::default(),
            exhausted: false,
            reads: 0,
        }
    }

    /// Files that state nothing any more are waited for this long before that counts: most are just being saved.
    // See D-111.
    #[must_use]
    pub fn waiting_for_emptied(mut self, wait: Duration) -> Self {
        self.emptied = Emptied::after(wait);
        self
    }

    /// When a file that was emptied has been waited for long enough.
    pub fn next_due(&self) -> Option<Instant> {
        self.emptied.next_due()
    }

    /// An earlier process read an object from a file: should the file be broken now, the object is
    /// stale and not gone.
    pub fn remember(&mut self, file: &Arc<str>, key: &ObjectKey) {
        let path = self
            .roots
            .first()
            .map(|root| root.path.join(&**file))
            .unwrap_or_default();
        let known = self.files.entry(Arc::clone(file)).or_default();
        known.path = path;
        known.content.remembered(key.clone());
        self.claims.remember(file, key);
    }

    /// How many files were read so far.
    pub fn reads(&self) -> u64 {
        self.reads
    }

    /// Whether everything that is known to be there could be read.
    pub fn is_complete(&self) -> bool {
        let roots_seen = self.unreadable.iter().all(|finding| {
            self.roots
                .iter()
                .all(|root| root.name(&root.path) != finding.file)
        });
        roots_seen && !self.exhausted && self.claims.unavailable() == 0
    }

    /// Whether a file was read since this was made.
    fn was_read(&self, name: &Arc<str>) -> bool {
        let known = self.files.get(name);
        known.is_some_and(|known| known.content.digest.is_some())
    }

    /// Looks for what changed, and reads only that.
    pub fn look(&mut self, look: &ScanScope) -> ScanResult {
        let mut update = Update::default();
        let mut looked = ScanResult::default();
        let to_read = match look {
            ScanScope::Everything => {
                looked.directories = Some(Vec::new());
                self.walk(&mut update, &mut looked)
            }
            ScanScope::Files(names) => names
                .iter()
                .filter_map(|name| Some((Arc::clone(name), self.files.get(name)?.path.clone())))
                .collect(),
        };
        self.read(to_read, &mut update);
        looked.findings_changed |= update.findings_changed || !update.affected.is_empty();
        looked.changes = self.settle(update);
        looked
    }

    fn walk(&mut self, update: &mut Update, looked: &mut ScanResult) -> Vec<(Arc<str>, PathBuf)> {
        let mut met = BTreeMap::new();
        let mut unreadable = Vec::new();
        let mut passed_over = Vec::new();
        let mut linked = BTreeSet::new();
        let mut exhausted = false;
        for root in &self.roots {
            let walk = root.walk(&self.roots);
            met.extend(
                walk.files
                    .into_iter()
                    .map(|file| (Arc::clone(&file.name), file)),
            );
            unreadable.extend(walk.unreadable);
            exhausted |= walk.exhausted;
            passed_over.extend(walk.notes);
            let directories = looked.directories.get_or_insert_default();
            directories.extend(walk.directories);
            directories.extend(walk.linked.iter().cloned());
            linked.extend(walk.linked);
        }
        self.exhausted = exhausted;
        if exhausted && self.reads > 0 {
            // Why: what could not be looked at for want of file descriptors is as it was.
            looked.directories = None;
            looked.findings_changed |= self.unreadable != unreadable;
            self.unreadable = unreadable;
            return Vec::new();
        }
        let missing: Vec<Arc<str>> = self
            .files
            .iter()
            .filter(|(name, known)| !known.is_stream && !met.contains_key(*name))
            .map(|(name, _)| Arc::clone(name))
            .collect();
        for name in missing {
            if unreadable
                .iter()
                .any(|finding| is_below(&name, &finding.file))
            {
                self.replace(&name, &FileReading::unidentified(), false, update);
            } else {
                self.forget(&name, update);
            }
        }
        looked.findings_changed |= self.unreadable != unreadable || self.passed_over != passed_over;
        self.unreadable = unreadable;
        self.passed_over = passed_over;
        self.linked = linked;
        met.into_values()
            .filter(|file| {
                let known = self.files.get(&file.name);
                known.is_none_or(|known| known.content.may_differ(&file.stamp))
            })
            .map(|file| (file.name, file.path))
            .collect()
    }
}

/// What one look gathers.
#[derive(Default)]
struct Update {
    affected: BTreeSet<ObjectKey>,
    documents: HashMap<Arc<str>, Vec<Option<Document>>>,
    findings_changed: bool,
}

impl Update {
    fn keep(&mut self, name: &Arc<str>, reading: FileReading) {
        let documents = reading.documents.into_iter().map(Some).collect();
        self.documents.insert(Arc::clone(name), documents);
    }
}

impl Trouble {
    fn is_empty(&self) -> bool {
        self.findings.is_empty() && self.notes.is_empty()
    }
}

fn is_below(name: &str, folder: &str) -> bool {
    folder == root::ROOT
        || name
            .strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests;
