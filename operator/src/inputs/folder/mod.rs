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
mod patrol;
mod rendered;
mod said;
mod scan;
mod traverse;
pub mod watch;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use gradus_engine::key::ObjectKey;
use gradus_manifests::finding::{Finding, More};
use gradus_manifests::{Document, Expect, FileReading, Keep};
use rayon::prelude::*;

use self::candidates::{AllCandidates, CandidateChange, Chosen};
use self::content::{Bytes, Content};
use self::emptied::Emptied;
pub use self::scan::{Reading, scan};
pub use self::traverse::Root;

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

    /// Reads files side by side, and takes in what those say that are others now.
    fn read(&mut self, files: Vec<(Arc<str>, PathBuf)>, update: &mut Update) {
        self.reads += files.len() as u64;
        let keep = self.keep;
        let known = &self.files;
        let expects = |name: &Arc<str>, path: &Path| self.expects(name, path);
        let found: Vec<_> = files
            .into_par_iter()
            .map(|(name, path)| {
                let digest = known.get(&name).and_then(|known| known.content.digest);
                let bytes = content::bytes_of(&name, &path, digest);
                let reading = match &bytes {
                    Bytes::Other(_, _, bytes) => {
                        gradus_manifests::read(&name, bytes, keep, expects(&name, &path))
                    }
                    _ => FileReading::default(),
                };
                let bytes = match bytes {
                    Bytes::Other(stamp, digest, _) => Bytes::Other(stamp, digest, Vec::new()),
                    other => other,
                };
                (name, path, bytes, reading)
            })
            .collect();
        for (name, path, bytes, reading) in found {
            self.take_in(&name, path, bytes, reading, update);
        }
    }

    /// A file that was named, or that has held an object, is one of ours, whatever it says now.
    fn expects(&self, name: &Arc<str>, path: &Path) -> Expect {
        let named = self.roots.iter().any(|root| root.path == path);
        let known = self.files.get(name);
        if named || known.is_some_and(|known| known.content.keys().next().is_some()) {
            Expect::Ours
        } else {
            Expect::Anything
        }
    }

    fn take_in(
        &mut self,
        name: &Arc<str>,
        path: PathBuf,
        bytes: Bytes,
        reading: FileReading,
        update: &mut Update,
    ) {
        let (stamp, digest) = match bytes {
            Bytes::Same(stamp) => {
                self.emptied.forget(name);
                if let Some(known) = self.files.get_mut(name) {
                    known.content.fresh = content::is_fresh(&stamp);
                    known.content.stamp = Some(stamp);
                }
                return;
            }
            Bytes::Gone => return self.forget(name, update),
            Bytes::Exhausted(_) if self.was_read(name) => {
                if let Some(known) = self.files.get_mut(name) {
                    known.content.fresh = true;
                }
                return;
            }
            Bytes::Unreadable(finding) | Bytes::Exhausted(finding) => {
                let reading = FileReading::unreadable(finding);
                self.files.entry(Arc::clone(name)).or_default().path = path;
                return self.replace(name, &reading, false, update);
            }
            Bytes::Other(stamp, digest, _) => (stamp, digest),
        };
        self.files.entry(Arc::clone(name)).or_default().path = path;
        if self.is_being_saved(name, &reading) {
            return self.keep_as_it_was(name, update);
        }
        self.replace(name, &reading, true, update);
        if let Some(known) = self.files.get_mut(name) {
            known.content.fresh = content::is_fresh(&stamp);
            known.content.stamp = Some(stamp);
            known.content.digest = Some(digest);
        }
        update.keep(name, reading);
    }

    /// Whether a file stated something, states nothing now, and is still waited for.
    fn is_being_saved(&mut self, name: &Arc<str>, reading: &FileReading) -> bool {
        let known = self.files.get(name);
        let stated = known.is_some_and(|known| known.content.keys().next().is_some());
        if stated && reading.states_nothing() {
            return self.emptied.is_waited_for(name, Instant::now());
        }
        self.emptied.forget(name);
        false
    }

    /// What a file said stands. What only an earlier process read is known by its last good state, and is stale.
    fn keep_as_it_was(&mut self, name: &Arc<str>, update: &mut Update) {
        let Some(known) = self.files.get_mut(name) else {
            return;
        };
        known.content.fresh = true;
        if known.content.digest.is_none() {
            self.replace(name, &FileReading::unidentified(), true, update);
        }
    }

    /// Replaces what a file says.
    fn replace(
        &mut self,
        name: &Arc<str>,
        reading: &FileReading,
        available: bool,
        update: &mut Update,
    ) {
        let Some(known) = self.files.get_mut(name) else {
            return;
        };
        let content = known.content.read_anew(reading);
        let held: BTreeSet<&ObjectKey> = known.content.keys().collect();
        for key in held {
            self.claims.release(name, key);
            update.affected.insert(key.clone());
        }
        for (position, stated) in content.stated.iter().enumerate() {
            self.claims.state(name, position, stated);
        }
        for key in &content.retained {
            self.claims.retain(name, key, available);
        }
        update.affected.extend(content.keys().cloned());
        known.content = content;
        let trouble = Trouble {
            findings: reading.findings.clone(),
            more: reading.more,
            notes: reading.notes.clone(),
        };
        update.findings_changed |= !trouble.is_empty() || self.trouble.contains_key(name);
        if trouble.is_empty() {
            self.trouble.remove(name);
        } else {
            self.trouble.insert(Arc::clone(name), trouble);
        }
    }

    fn forget(&mut self, name: &Arc<str>, update: &mut Update) {
        self.emptied.forget(name);
        let Some(known) = self.files.remove(name) else {
            return;
        };
        for key in known.content.keys().collect::<BTreeSet<_>>() {
            self.claims.release(name, key);
            update.affected.insert(key.clone());
        }
        update.findings_changed |= self.trouble.remove(name).is_some();
    }

    /// Decides about every object that a changed file says something of.
    fn settle(&mut self, mut update: Update) -> Vec<Change> {
        let mut changes = Vec::new();
        for key in std::mem::take(&mut update.affected) {
            let outcome = self.claims.settle(&key);
            self.name_duplicates(&key);
            match outcome {
                CandidateChange::Same => {}
                CandidateChange::Gone => changes.push(Change::Remove(key)),
                CandidateChange::Now(Chosen::Good { file, position, .. }) => {
                    changes.extend(self.document(&mut update, &file, position, &key));
                }
                CandidateChange::Now(Chosen::Stale(file)) => changes.push(Change::Stale(key, file)),
                CandidateChange::Now(Chosen::Unavailable(file)) => {
                    changes.push(Change::Unavailable(key, file));
                }
                CandidateChange::Now(Chosen::Remembered) => {}
            }
        }
        changes
    }

    /// The document that states an object; a file that takes over from another is read again.
    fn document(
        &mut self,
        update: &mut Update,
        file: &Arc<str>,
        position: u32,
        key: &ObjectKey,
    ) -> Option<Change> {
        if !update.documents.contains_key(file) {
            let known = self.files.get_mut(file)?;
            // Should it be another file by now, the next look at everything takes it in.
            known.content.fresh = true;
            self.reads += 1;
            if let Bytes::Other(_, _, bytes) = content::bytes_of(file, &known.path, None) {
                let reading = gradus_manifests::read(file, &bytes, self.keep, Expect::Ours);
                update.keep(file, reading);
            }
        }
        let documents = update.documents.get_mut(file)?;
        let document = documents.get_mut(position as usize)?.take()?;
        (document.key == *key).then(|| Change::Upsert(Box::new(document)))
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
    folder == traverse::ROOT
        || name
            .strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests;
