//! What is remembered of one file between two looks at it.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use gradus_engine::key::ObjectKey;
use gradus_manifests::encoding::{LARGEST_FILE, too_large};
use gradus_manifests::finding::Finding;
use gradus_manifests::{Document, FileReading, Origin};
use sha2::{Digest, Sha256};

use super::root::{Stamp, exhausted, is_exhausted, reason, unreadable};

/// Two writes within a clock tick leave one time: a file so fresh is looked into again.
const FRESH: Duration = Duration::from_secs(2);

/// What is remembered of one file.
#[derive(Debug, Default)]
pub(super) struct Content {
    /// What it looked like when it was read; none when it was not.
    pub(super) stamp: Option<Stamp>,
    /// Whether its stamp may hide a later write.
    pub(super) fresh: bool,
    /// SHA-256 of its bytes.
    pub(super) digest: Option<[u8; 32]>,
    /// The objects that it states well.
    pub(super) stated: Vec<DefinedObject>,
    /// The objects that it states badly, or stated before it became unreadable.
    pub(super) retained: Vec<ObjectKey>,
}

/// An object that a file states well.
#[derive(Debug, Clone)]
pub(super) struct DefinedObject {
    /// Who it is.
    pub(super) key: ObjectKey,
    /// Where it is written.
    pub(super) origin: Origin,
    /// A digest of what it says, when documents keep their text.
    pub(super) says: [u8; 32],
}

/// A file as it was found on disk.
pub(super) enum Bytes {
    /// Its bytes are as they were.
    Same(Stamp),
    /// Its bytes are others.
    Other(Stamp, [u8; 32], Vec<u8>),
    /// It is there, and cannot be read.
    Unreadable(Finding),
    /// There was no file descriptor to read it with.
    Exhausted(Finding),
    /// It is not there.
    Gone,
}

impl Content {
    /// What is remembered from an earlier process: the objects, nothing of the text.
    pub(super) fn remembered(&mut self, key: ObjectKey) {
        self.retained.push(key);
    }

    /// Whether a stamp says that the file may hold something else than what was read.
    pub(super) fn may_differ(&self, stamp: &Stamp) -> bool {
        self.fresh || self.stamp.as_ref() != Some(stamp)
    }

    /// Everything the file holds on to, well or badly.
    pub(super) fn keys(&self) -> impl Iterator<Item = &ObjectKey> {
        self.stated
            .iter()
            .map(|stated| &stated.key)
            .chain(&self.retained)
    }

    /// Whether the file holds on to any object.
    pub(super) fn holds_objects(&self) -> bool {
        !(self.stated.is_empty() && self.retained.is_empty())
    }

    /// What follows from a new reading: an object that may be in a broken document is retained.
    pub(super) fn read_anew(&self, reading: &FileReading) -> Self {
        let stated: Vec<DefinedObject> = reading.documents.iter().map(DefinedObject::of).collect();
        let mut retained = reading.broken.clone();
        if reading.unidentified {
            retained.extend(self.keys().cloned());
        }
        retained.sort();
        retained.dedup();
        let good: HashSet<&ObjectKey> = stated.iter().map(|stated| &stated.key).collect();
        retained.retain(|key| !good.contains(key));
        Self {
            stamp: None,
            fresh: false,
            digest: None,
            stated,
            retained,
        }
    }
}

impl DefinedObject {
    fn of(document: &Document) -> Self {
        let says = document
            .kept
            .as_ref()
            .map(|kept| Sha256::digest(kept.text.as_bytes()).into());
        Self {
            key: document.key.clone(),
            origin: document.origin.clone(),
            says: says.unwrap_or_default(),
        }
    }
}

/// Reads a file, at most [`LARGEST_FILE`] bytes of it.
pub(super) fn bytes_of(name: &Arc<str>, path: &Path, known: Option<[u8; 32]>) -> Bytes {
    match read(path) {
        Ok(Sized::Small(stamp, bytes)) => {
            let digest: [u8; 32] = Sha256::digest(&bytes).into();
            if known == Some(digest) {
                Bytes::Same(stamp)
            } else {
                Bytes::Other(stamp, digest, bytes)
            }
        }
        Ok(Sized::TooLarge(size)) => Bytes::Unreadable(Finding::of_file(name, too_large(size))),
        Err(error)
            if error.kind() == io::ErrorKind::NotFound && path.symlink_metadata().is_err() =>
        {
            Bytes::Gone
        }
        Err(error) if is_exhausted(&error) => Bytes::Exhausted(Finding::of_file(name, exhausted())),
        Err(error) => Bytes::Unreadable(Finding::of_file(name, unreadable(&reason(&error)))),
    }
}

enum Sized {
    Small(Stamp, Vec<u8>),
    TooLarge(u64),
}

fn read(path: &Path) -> io::Result<Sized> {
    let metadata = path.metadata()?;
    if !metadata.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    if metadata.len() > LARGEST_FILE {
        return Ok(Sized::TooLarge(metadata.len()));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default() + 1);
    let file = File::open(path)?;
    let stamp = Stamp::of(&file.metadata()?);
    file.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Ok(Sized::TooLarge(bytes.len() as u64));
    }
    Ok(Sized::Small(stamp, bytes))
}

/// Whether a file was written so shortly before that its stamp may hide another write.
pub(super) fn is_fresh(stamp: &Stamp) -> bool {
    stamp.modified.is_none_or(|modified| {
        SystemTime::now()
            .duration_since(modified)
            .is_ok_and(|age| age < FRESH)
    })
}
