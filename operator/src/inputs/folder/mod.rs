//! A folder of documents as a source of objects: read whole once, and from then on only what changed.
//!
//! ```text
//! walk (looks, reads nothing) ─▶ files whose stamp is another ─▶ documents ─▶ claims ─▶ changes
//! watch (the system tells) ────▶ files that were touched ──────┘
//! ```
//!
//! What the changes add up to is a function of the files as they are now. A document that becomes
//! bad keeps its object as it was; a file that cannot be read keeps everything it held.

mod claim;
mod content;
mod duplicate;
mod scan;
mod walk;
pub mod watch;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use gradus_engine::key::ObjectKey;
use gradus_manifests::finding::Finding;
use gradus_manifests::{Document, FileReading, Keep};
use rayon::prelude::*;

use self::claim::{ClaimChange, Claims, Settled};
use self::content::{Bytes, Content};
pub use self::scan::{Reading, scan};
pub use self::walk::Root;

/// What standard input is called.
pub const STANDARD_INPUT: &str = "-";

/// A folder of documents, and what is known of every file in it.
#[derive(Debug)]
pub struct Folder {
    roots: Vec<Root>,
    keep: Keep,
    files: BTreeMap<Arc<str>, Known>,
    claims: Claims,
    trouble: BTreeMap<Arc<str>, Trouble>,
    unreadable: Vec<Finding>,
    duplicates: BTreeMap<ObjectKey, Vec<Finding>>,
    /// Whether the last look at everything was given up for want of file descriptors.
    exhausted: bool,
    reads: u64,
}

#[derive(Debug, Default)]
struct Known {
    path: PathBuf,
    content: Content,
}

#[derive(Debug, Default)]
struct Trouble {
    findings: Vec<Finding>,
    notes: Vec<Finding>,
}

/// Where to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
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
pub struct Looked {
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
            claims: Claims::default(),
            trouble: BTreeMap::new(),
            unreadable: Vec::new(),
            duplicates: BTreeMap::new(),
            exhausted: false,
            reads: 0,
        }
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

    /// Everything wrong, by file and line.
    pub fn findings(&self) -> Vec<Finding> {
        let of_files = self.trouble.values().flat_map(|trouble| &trouble.findings);
        let duplicates = self.duplicates.values().flatten();
        let mut findings: Vec<Finding> = of_files
            .chain(duplicates)
            .chain(&self.unreadable)
            .cloned()
            .collect();
        findings.sort();
        findings
    }

    /// Documents of others, by file and line.
    pub fn notes(&self) -> Vec<Finding> {
        self.trouble
            .values()
            .flat_map(|trouble| &trouble.notes)
            .cloned()
            .collect()
    }

    /// Looks for what changed, and reads only that.
    pub fn look(&mut self, look: &Look) -> Looked {
        let mut update = Update::default();
        let mut looked = Looked::default();
        let to_read = match look {
            Look::Everything => {
                looked.directories = Some(Vec::new());
                self.walk(&mut update, &mut looked)
            }
            Look::Files(names) => names
                .iter()
                .filter_map(|name| Some((Arc::clone(name), self.files.get(name)?.path.clone())))
                .collect(),
        };
        self.read(to_read, &mut update);
        looked.findings_changed |= update.findings_changed || !update.affected.is_empty();
        looked.changes = self.settle(update);
        looked
    }

    fn walk(&mut self, update: &mut Update, looked: &mut Looked) -> Vec<(Arc<str>, PathBuf)> {
        let mut met = BTreeMap::new();
        let mut unreadable = Vec::new();
        let mut exhausted = false;
        for root in &self.roots {
            let walk = root.walk();
            met.extend(
                walk.files
                    .into_iter()
                    .map(|file| (Arc::clone(&file.name), file)),
            );
            unreadable.extend(walk.unreadable);
            exhausted |= walk.exhausted;
            looked
                .directories
                .get_or_insert_default()
                .extend(walk.directories);
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
            .keys()
            .filter(|name| &***name != STANDARD_INPUT && !met.contains_key(*name))
            .cloned()
            .collect();
        for name in missing {
            if unreadable
                .iter()
                .any(|finding| is_below(&name, &finding.file))
            {
                self.replace(
                    &name,
                    &FileReading {
                        unidentified: true,
                        ..FileReading::default()
                    },
                    false,
                    update,
                );
            } else {
                self.forget(&name, update);
            }
        }
        looked.findings_changed |= self.unreadable != unreadable;
        self.unreadable = unreadable;
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
        let found: Vec<_> = files
            .into_par_iter()
            .map(|(name, path)| {
                let digest = known.get(&name).and_then(|known| known.content.digest);
                let bytes = content::bytes_of(&name, &path, digest);
                let reading = match &bytes {
                    Bytes::Other(_, _, bytes) => content::documents(&name, bytes, keep),
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
        self.replace(name, &reading, true, update);
        if let Some(known) = self.files.get_mut(name) {
            known.content.fresh = content::is_fresh(&stamp);
            known.content.stamp = Some(stamp);
            known.content.digest = Some(digest);
        }
        update.keep(name, reading);
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
        for key in known.content.keys() {
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
        let Some(known) = self.files.remove(name) else {
            return;
        };
        for key in known.content.keys() {
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
                ClaimChange::Same => {}
                ClaimChange::Gone => changes.push(Change::Remove(key)),
                ClaimChange::Now(Settled::Good { file, position, .. }) => {
                    changes.extend(self.document(&mut update, &file, position, &key));
                }
                ClaimChange::Now(Settled::Stale(file)) => changes.push(Change::Stale(key, file)),
                ClaimChange::Now(Settled::Unavailable(file)) => {
                    changes.push(Change::Unavailable(key, file));
                }
                ClaimChange::Now(Settled::Remembered) => {}
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
                update.keep(file, content::documents(file, &bytes, self.keep));
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
    folder == walk::ROOT
        || name
            .strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests;
