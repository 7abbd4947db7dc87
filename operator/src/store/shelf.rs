//! The entries that lie in a state's folder.

use std::fs;
use std::path::{Path, PathBuf};

use gradus_engine::key::{Kind, ObjectKey};

use super::record::{self, Entry};

/// Every entry that lies in a state's folder, sorted.
pub(super) fn entries(state: &Path) -> Vec<(ObjectKey, PathBuf)> {
    let mut found = Vec::new();
    for kind in Kind::ALL {
        let folder = record::folder(state).join(kind.as_str());
        if !kind.namespaced() {
            found
                .extend(named(&folder).map(|(name, path)| (ObjectKey::new(kind, "", &name), path)));
            continue;
        }
        for (namespace, folder) in listed(&folder) {
            let key = |name: String| ObjectKey::new(kind, &namespace, &name);
            found.extend(named(&folder).map(|(name, path)| (key(name), path)));
        }
    }
    found.sort();
    found
}

fn named(folder: &Path) -> impl Iterator<Item = (String, PathBuf)> {
    listed(folder)
        .filter_map(|(name, path)| Some((name.strip_suffix(record::EXTENSION)?.to_owned(), path)))
}

/// The visible names in a directory.
fn listed(folder: &Path) -> impl Iterator<Item = (String, PathBuf)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| {
        let name = entry.file_name().to_str()?.to_owned();
        (!name.starts_with('.')).then(|| (name, entry.path()))
    })
}

pub(super) fn read(path: &Path, key: &ObjectKey) -> Result<Entry, String> {
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    let entry = Entry::from_bytes(&bytes).map_err(|error| error.to_string())?;
    if entry.key() != *key {
        return Err(record::EntryError::Misplaced(entry.key()).to_string());
    }
    Ok(entry)
}
