//! Everything read once: what one-shot scoring needs, and nothing for a second scan.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::key::ObjectKey;
use gradus_manifests::encoding::LARGEST_FILE;
use gradus_manifests::finding::Finding;
use gradus_manifests::{Document, Expect, FileReading, Keep};

use super::{Change, Folder, Root, STANDARD_INPUT, ScanScope, Update, is_below, root};

/// Everything that one-shot scoring reads.
#[derive(Debug, Default)]
pub struct Reading {
    /// The objects.
    pub documents: BTreeMap<ObjectKey, Document>,
    /// Objects that are stated and cannot be used, each with its file.
    pub invalid: BTreeMap<ObjectKey, Arc<str>>,
    /// Everything wrong, by file and line.
    pub findings: Vec<Finding>,
    /// What is passed over.
    pub notes: Vec<Finding>,
    /// What was read of inputs that can be read only once: the standard input, pipes.
    pub streams: BTreeMap<Arc<str>, Vec<u8>>,
}

/// Reads folders, files and pipes once; `-` is the given standard input.
pub fn scan(paths: &[PathBuf], standard_input: &mut dyn Read) -> Reading {
    let (streams, paths): (Vec<&PathBuf>, Vec<&PathBuf>) =
        paths.iter().partition(|path| is_stream(path));
    let roots: Vec<Root> = paths.into_iter().map(Root::as_given).collect();
    let mut folder = Folder::new(roots, Keep::Nothing);
    let mut reading = Reading::default();
    let mut update = Update::default();
    for path in streams {
        let bytes = if path.as_os_str() == STANDARD_INPUT {
            read_whole(standard_input)
        } else {
            File::open(path).and_then(|mut pipe| read_whole(&mut pipe))
        };
        let name = Root::as_given(path).name(path);
        folder.take_in_stream(&name, &bytes, &mut update);
        reading.streams.insert(name, bytes.unwrap_or_default());
    }
    let mut changes = folder.settle(update);
    changes.extend(folder.look(&ScanScope::Everything).changes);
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
    reading.findings.extend(folder.empty_roots());
    reading.notes = folder.notes();
    reading
}

/// Whether a path is the standard input, a pipe or a device: what can be read only once.
fn is_stream(path: &Path) -> bool {
    path.as_os_str() == STANDARD_INPUT
        || path
            .metadata()
            .is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

/// Reads a stream, at most one byte more than is allowed.
fn read_whole(stream: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    stream.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

impl Folder {
    fn take_in_stream(
        &mut self,
        name: &Arc<str>,
        bytes: &io::Result<Vec<u8>>,
        update: &mut Update,
    ) {
        self.files.entry(Arc::clone(name)).or_default().is_stream = true;
        let reading = match bytes {
            Ok(bytes) => gradus_manifests::read(name, bytes, self.keep, Expect::Ours),
            Err(error) => FileReading::unreadable(Finding::of_file(
                name,
                root::unreadable(&root::reason(error)),
            )),
        };
        self.replace(name, &reading, true, update);
        update.keep(name, reading);
    }

    /// Folders that were named and in which there is nothing to read.
    fn empty_roots(&self) -> Vec<Finding> {
        let is_empty = |name: &str| {
            let mut known = self.files.iter().filter(|(_, known)| !known.is_stream);
            let mut said = self.unreadable.iter().chain(&self.passed_over);
            !known.any(|(file, _)| is_below(file, name)) && !said.any(|it| is_below(&it.file, name))
        };
        let names = self.roots.iter().map(|root| root.name(&root.path));
        names
            .filter(|name| is_empty(name))
            .map(|name| {
                let message =
                    "there is nothing to read in this folder: no .yaml, .yml or .json file";
                let diagnostic = Diagnostic::error("NothingToRead", "", message).with_help(
                    "name the folder with the documents; hidden and ignored files are not read",
                );
                Finding::of_file(&name, diagnostic)
            })
            .collect()
    }
}
