//! Files taken in: read side by side, compared with what they held, and what follows for each object.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use gradus_engine::key::ObjectKey;
use gradus_manifests::{Expect, FileReading};
use rayon::prelude::*;

use super::candidates::{CandidateChange, Chosen};
use super::content::{self, Bytes};
use super::{Change, Folder, Trouble, Update};

impl Folder {
    /// Reads files side by side, and takes in what those say that are others now.
    pub(super) fn read(&mut self, files: Vec<(Arc<str>, PathBuf)>, update: &mut Update) {
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
        if named || known.is_some_and(|known| known.content.holds_objects()) {
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
        let stated = known.is_some_and(|known| known.content.holds_objects());
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
    pub(super) fn replace(
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

    pub(super) fn forget(&mut self, name: &Arc<str>, update: &mut Update) {
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
    pub(super) fn settle(&mut self, mut update: Update) -> Vec<Change> {
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
