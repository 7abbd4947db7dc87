//! What a folder remembers from one run to the next: identities, last good documents, ledgers.
//!
//! ```text
//! DIR/.gradus/lock                                 one writer
//! DIR/.gradus/v1/<kind>/<namespace>/<name>.state   one entry an object
//! ```
//!
//! Every write replaces one entry in one step, so a reader sees it before or after. An entry that
//! cannot be read is left where it is: nothing is written over it, and nothing is committed for
//! its assessment, until somebody restores or resets it.

pub mod disk;
pub mod lock;
pub mod record;
mod reset;
mod shelf;
mod uid;

pub use self::reset::{Selection, reset};
use self::shelf::{entries, read};
pub(crate) use self::uid::one_shot_uid;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::fold::verify;
use gradus_engine::key::{Kind, ObjectKey, Uid};
use gradus_engine::ledger::{Broken, Ledger};
use gradus_engine::object::Life;
use gradus_manifests::finding::Finding;
use gradus_manifests::{Document, Expect, Keep};
use serde_json::Value;
use sha2::{Digest, Sha256};

use self::disk::Disk;
use self::lock::{Lock, LockError};
use self::record::Entry;

/// The folder of the state within the folder of the documents.
pub const FOLDER: &str = ".gradus";

/// What a folder remembers.
#[derive(Debug)]
pub struct State {
    path: PathBuf,
    disk: Arc<dyn Disk>,
    lock: Option<Lock>,
    remembered: BTreeMap<ObjectKey, Remembered>,
    /// Entries that differ from what is on the disk.
    waiting: BTreeSet<ObjectKey>,
    damaged: BTreeMap<ObjectKey, Finding>,
    /// Histories that were altered: what is remembered is used all the same, and said to be so.
    altered: BTreeMap<ObjectKey, Finding>,
}

/// What is remembered of one object.
#[derive(Debug, Clone)]
struct Remembered {
    life: Life,
    spec_digest: String,
    origin: Option<Arc<str>>,
    /// A digest of the document as it was written last.
    written: Option<[u8; 32]>,
    /// The document's text, until it is written; an assessment keeps it, for its next ledger.
    text: Option<Arc<str>>,
    ledger: Option<Arc<Ledger>>,
}

impl State {
    /// Reads what is remembered, and takes the lock where it can be taken. A folder that cannot be
    /// written is read all the same.
    ///
    /// # Errors
    ///
    /// Another process writes this state.
    pub fn open(path: &Path, disk: Arc<dyn Disk>) -> Result<Self, LockError> {
        let lock = match Lock::take(path) {
            Ok(lock) => Some(lock),
            Err(held @ LockError::Held { .. }) => return Err(held),
            Err(LockError::Unavailable(error)) => {
                tracing::warn!(path = %path.display(), %error, "the state cannot be written");
                None
            }
        };
        let mut state = Self {
            path: path.to_owned(),
            disk,
            lock,
            remembered: BTreeMap::new(),
            waiting: BTreeSet::new(),
            damaged: BTreeMap::new(),
            altered: BTreeMap::new(),
        };
        for (key, path) in entries(path) {
            state.recall(key, &path);
        }
        Ok(state)
    }

    fn recall(&mut self, key: ObjectKey, path: &Path) {
        match read(path, &key) {
            Ok(entry) => {
                if let Some(Err(broken)) = entry.ledger.as_ref().map(verify) {
                    let finding = altered(&self.path, path, &key, &broken);
                    self.altered.insert(key.clone(), finding);
                }
                self.remembered.insert(key, Remembered::of(entry));
            }
            Err(reason) => {
                let finding = damaged(&self.path, path, &key, &reason);
                tracing::error!("{finding}");
                self.damaged.insert(key, finding);
            }
        }
    }

    /// Objects that a file stated when the last process ended, with that file.
    pub fn stated(&self) -> impl Iterator<Item = (&ObjectKey, &Arc<str>)> {
        self.remembered
            .iter()
            .filter_map(|(key, it)| Some((key, it.origin.as_ref()?)))
    }

    /// What is wrong with the state itself.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.damaged.values().chain(self.altered.values())
    }

    /// Whether what an assessment remembers is unknown: then nothing may be committed for it.
    pub fn is_damaged(&self, key: &ObjectKey) -> bool {
        self.damaged.contains_key(key)
    }

    /// What an assessment remembers.
    pub fn ledger(&self, key: &ObjectKey) -> Option<Arc<Ledger>> {
        self.remembered.get(key)?.ledger.clone()
    }

    /// The life of a document's object: a known one goes on, with another generation when the spec
    /// is another. To be written with [`State::write`].
    pub fn life_of(&mut self, document: &Document) -> Life {
        let Some(kept) = &document.kept else {
            return new_life();
        };
        let (key, origin) = (&document.key, &document.origin.file);
        let text_digest: [u8; 32] = Sha256::digest(kept.text.as_bytes()).into();
        let before = self.remembered.get(key);
        let life = match before {
            None => new_life(),
            Some(before) if before.spec_digest == kept.spec_digest => before.life.clone(),
            Some(before) => Life {
                uid: Uid::clone(&before.life.uid),
                generation: before.life.generation + 1,
            },
        };
        let before = self.remembered.get(key);
        let same_text = before.is_some_and(|before| before.written == Some(text_digest));
        let same_origin = before.is_some_and(|before| before.origin.as_ref() == Some(origin));
        let remembered = Remembered {
            life: life.clone(),
            spec_digest: kept.spec_digest.clone(),
            origin: Some(Arc::clone(origin)),
            written: before
                .and_then(|before| before.written)
                .filter(|_| same_text),
            text: Some(Arc::clone(&kept.text)),
            ledger: before.and_then(|before| before.ledger.clone()),
        };
        self.remembered.insert(key.clone(), remembered);
        if same_text && same_origin {
            self.let_go_of_text(key);
        } else {
            self.waiting.insert(key.clone());
        }
        life
    }

    /// The uid of a known object.
    pub fn uid(&self, key: &ObjectKey) -> Option<Uid> {
        self.remembered.get(key).map(|it| Uid::clone(&it.life.uid))
    }

    /// No file states an object any more. What an assessment remembers stays.
    pub fn leave(&mut self, key: &ObjectKey) {
        let Some(remembered) = self.remembered.get_mut(key) else {
            return;
        };
        remembered.origin = None;
        remembered.text = None;
        remembered.written = None;
        self.waiting.insert(key.clone());
    }

    /// The document of an object as it was last good, with its life.
    pub fn last_good(&self, key: &ObjectKey) -> Option<(Document, Life)> {
        let remembered = self.remembered.get(key)?;
        let text = match &remembered.text {
            Some(text) => text.to_string(),
            None => read(&record::path(&self.path, key)?, key)
                .ok()?
                .document?
                .to_string(),
        };
        let file = remembered.origin.clone()?;
        let reading = gradus_manifests::read(&file, text.as_bytes(), Keep::Nothing, Expect::Ours);
        let document = reading
            .documents
            .into_iter()
            .next()
            .filter(|it| it.key == *key)?;
        Some((document, remembered.life.clone()))
    }

    /// Writes what an assessment remembers now. Only when this returns is it committed.
    ///
    /// # Errors
    ///
    /// It could not be written; what was remembered before is what is remembered still.
    pub fn commit(&mut self, key: &ObjectKey, ledger: Arc<Ledger>) -> io::Result<()> {
        let Some(remembered) = self.remembered.get(key) else {
            return Err(io::ErrorKind::NotFound.into());
        };
        let next = Remembered {
            ledger: Some(ledger),
            ..remembered.clone()
        };
        self.write_entry(key, &next)?;
        self.remembered.insert(key.clone(), next);
        self.written(key);
        Ok(())
    }

    /// Writes at most so many of the entries that wait; true when none waits any more.
    ///
    /// # Errors
    ///
    /// One could not be written; it waits on.
    pub fn write(&mut self, most: usize) -> io::Result<bool> {
        for _ in 0..most {
            let Some(key) = self.waiting.first().cloned() else {
                break;
            };
            let Some(remembered) = self.remembered.get(&key).cloned() else {
                self.waiting.remove(&key);
                continue;
            };
            if remembered.origin.is_none() && remembered.ledger.is_none() {
                self.remove_entry(&key)?;
                self.remembered.remove(&key);
            } else {
                self.write_entry(&key, &remembered)?;
            }
            self.written(&key);
        }
        Ok(self.waiting.is_empty())
    }

    /// Whether some entry is to be written.
    pub fn waits(&self) -> bool {
        !self.waiting.is_empty()
    }

    fn written(&mut self, key: &ObjectKey) {
        self.waiting.remove(key);
        if let Some(remembered) = self.remembered.get_mut(key) {
            remembered.written = remembered
                .text
                .as_ref()
                .map(|text| Sha256::digest(text.as_bytes()).into())
                .or(remembered.written);
        }
        self.let_go_of_text(key);
    }

    /// What is on the disk need not be in memory; an assessment's is written again with its ledger.
    fn let_go_of_text(&mut self, key: &ObjectKey) {
        if key.kind != Kind::Assessment
            && let Some(remembered) = self.remembered.get_mut(key)
        {
            remembered.text = None;
        }
    }

    fn write_entry(&mut self, key: &ObjectKey, remembered: &Remembered) -> io::Result<()> {
        let Some(path) = self.path_to_write(key)? else {
            return Ok(());
        };
        let document = match (&remembered.origin, &remembered.text) {
            (None, _) => None,
            (Some(_), Some(text)) => Some(serde_json::from_str::<Value>(text)?),
            (Some(_), None) => read(&path, key).ok().and_then(|entry| entry.document),
        };
        let entry = Entry {
            version: record::VERSION,
            kind: key.kind,
            namespace: key.namespace.to_string(),
            name: key.name.to_string(),
            uid: remembered.life.uid.to_string(),
            generation: remembered.life.generation,
            spec_digest: remembered.spec_digest.clone(),
            origin: remembered.origin.as_ref().map(ToString::to_string),
            document,
            ledger: remembered.ledger.as_deref().cloned(),
        };
        disk::replace(&*self.disk, &path, &entry.to_bytes()?)
    }

    fn remove_entry(&mut self, key: &ObjectKey) -> io::Result<()> {
        match self.path_to_write(key)? {
            Some(path) => self.disk.remove(&path),
            None => Ok(()),
        }
    }

    /// Where an entry may be written: nowhere over one that cannot be read.
    fn path_to_write(&mut self, key: &ObjectKey) -> io::Result<Option<PathBuf>> {
        if self.is_damaged(key) {
            return Ok(None);
        }
        self.prepare()?;
        Ok(record::path(&self.path, key))
    }

    /// Takes the lock, should the folder have become writable, and keeps the state out of git.
    fn prepare(&mut self) -> io::Result<()> {
        if self.lock.is_none() {
            self.lock = Some(Lock::take(&self.path).map_err(|error| match error {
                LockError::Unavailable(error) => error,
                held @ LockError::Held { .. } => io::Error::new(io::ErrorKind::ResourceBusy, held),
            })?);
        }
        let ignore = self.path.join(".gitignore");
        if ignore.exists() {
            return Ok(());
        }
        disk::replace(&*self.disk, &ignore, b"*\n")
    }
}

/// A life that begins now.
fn new_life() -> Life {
    Life {
        uid: uid::of_new_life(),
        generation: 1,
    }
}

impl Remembered {
    fn of(entry: Entry) -> Self {
        let text = entry.document.as_ref().map(ToString::to_string);
        let is_assessment = entry.kind == Kind::Assessment;
        Self {
            life: Life {
                uid: entry.uid.into(),
                generation: entry.generation,
            },
            spec_digest: entry.spec_digest,
            origin: entry.origin.map(Arc::from),
            written: text
                .as_ref()
                .map(|text| Sha256::digest(text.as_bytes()).into()),
            text: text.filter(|_| is_assessment).map(Arc::from),
            ledger: entry.ledger.map(Arc::new),
        }
    }
}

/// Everything of which a folder remembers something, sorted; what cannot be read any more, too.
pub fn remembered(path: &Path) -> Vec<ObjectKey> {
    entries(path).into_iter().map(|(key, _)| key).collect()
}

/// What each assessment remembers, sorted, as far as it can be read; else the reason in words.
pub fn ledgers(path: &Path) -> Vec<(ObjectKey, Result<Ledger, String>)> {
    let assessments = entries(path)
        .into_iter()
        .filter(|(key, _)| key.kind == Kind::Assessment);
    let ledgers = assessments.map(|(key, path)| {
        let entry = read(&path, &key);
        (key, entry.map(|entry| entry.ledger.unwrap_or_default()))
    });
    ledgers.collect()
}

fn damaged(state: &Path, path: &Path, key: &ObjectKey, reason: &str) -> Finding {
    let consequence = match key.kind {
        Kind::Assessment => "its mark and history are unknown, and nothing is committed for it",
        _ => "it counts as new",
    };
    let message = format!("what is remembered of {key} cannot be read: {reason}; {consequence}");
    of_entry(state, path, key, "DamagedState", message)
}

fn altered(state: &Path, path: &Path, key: &ObjectKey, broken: &Broken) -> Finding {
    let message =
        format!("what is remembered of {key} was altered: {broken}; marks and falls may be false");
    of_entry(state, path, key, "AlteredHistory", message)
}

/// A finding about an entry of the state.
fn of_entry(
    state: &Path,
    path: &Path,
    key: &ObjectKey,
    code: &'static str,
    message: String,
) -> Finding {
    let relative = path.strip_prefix(state).unwrap_or(path);
    let file: Arc<str> = format!("{FOLDER}/{}", relative.display()).into();
    let diagnostic = Diagnostic::error(code, "", message)
        .with_help("restore the file from a backup, or let `gradus reset` start it anew");
    Finding {
        object: Some(key.clone()),
        ..Finding::of_file(&file, diagnostic)
    }
}

#[cfg(test)]
mod tests;
