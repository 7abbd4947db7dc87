//! Everything read once: what a single pass needs, and nothing for a second look.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use gradus_engine::key::ObjectKey;
use gradus_manifests::encoding::LARGEST_FILE;
use gradus_manifests::finding::Finding;
use gradus_manifests::{Document, FileReading, Keep};

use super::{Change, Folder, Look, Root, STANDARD_INPUT, Update, walk};

/// Everything that a single pass reads.
#[derive(Debug, Default)]
pub struct Reading {
    /// The objects.
    pub documents: BTreeMap<ObjectKey, Document>,
    /// Objects that are stated and cannot be used, each with its file.
    pub invalid: BTreeMap<ObjectKey, Arc<str>>,
    /// Everything wrong, by file and line.
    pub findings: Vec<Finding>,
    /// Documents of others, which are passed over.
    pub notes: Vec<Finding>,
}

/// Reads folders and files once; `-` is the given standard input.
pub fn scan(paths: &[PathBuf], standard_input: &mut dyn Read) -> Reading {
    let (inputs, paths): (Vec<&PathBuf>, Vec<&PathBuf>) = paths
        .iter()
        .partition(|path| path.as_os_str() == STANDARD_INPUT);
    let roots = paths
        .into_iter()
        .map(|path| Root::as_given(path.clone()))
        .collect();
    let mut folder = Folder::new(roots, Keep::Nothing);
    let mut changes = Vec::new();
    if !inputs.is_empty() {
        changes.extend(folder.read_input(standard_input));
    }
    changes.extend(folder.look(&Look::Everything).changes);
    let mut reading = Reading::default();
    for change in changes {
        match change {
            Change::Upsert(document) => {
                reading.documents.insert(document.key.clone(), *document);
            }
            Change::Stale(key, file) | Change::Unavailable(key, file) => {
                reading.documents.remove(&key);
                reading.invalid.insert(key, file);
            }
            Change::Remove(key) => {
                reading.documents.remove(&key);
            }
        }
    }
    reading.findings = folder.findings();
    reading.notes = folder.notes();
    reading
}

impl Folder {
    fn read_input(&mut self, input: &mut dyn Read) -> Vec<Change> {
        let name: Arc<str> = STANDARD_INPUT.into();
        let mut bytes = Vec::new();
        let mut update = Update::default();
        self.files.entry(Arc::clone(&name)).or_default();
        let reading = match input.take(LARGEST_FILE + 1).read_to_end(&mut bytes) {
            Ok(_) => gradus_manifests::read(&name, &bytes, self.keep),
            Err(error) => FileReading::unreadable(Finding::of_file(
                &name,
                walk::unreadable(&error.kind().to_string()),
            )),
        };
        self.replace(&name, &reading, true, &mut update);
        update.keep(&name, reading);
        self.settle(update)
    }
}
