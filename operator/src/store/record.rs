//! What is kept of one object, and where.

use std::path::{Path, PathBuf};

use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::ledger::Ledger;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The version of the entries that this program writes.
pub const VERSION: u32 = 1;
/// The folder of the entries of this version.
const FOLDER: &str = "v1";

/// What is kept of one object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Entry {
    /// The version of its form.
    pub version: u32,
    /// The object's kind.
    pub kind: Kind,
    /// Its namespace, empty for a cluster-scoped kind.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The uid of this life.
    pub uid: String,
    /// From 1, one more with each changed spec.
    pub generation: i64,
    /// SHA-256 in hex of the spec.
    pub spec_digest: String,
    /// The file that states it, relative to the folder; none when no file does any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// The document as it was last good; none when no file states it any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Value>,
    /// What an assessment remembers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ledger: Option<Ledger>,
}

/// Why an entry cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    /// It is no entry, or only a part of one.
    #[error("it is damaged: {0}")]
    Damaged(#[from] serde_json::Error),
    /// A later program wrote it.
    #[error("it is of version {0}, and this program reads version {VERSION}")]
    Version(u32),
    /// It lies where another object's entry belongs.
    #[error("it is about {0}")]
    Misplaced(ObjectKey),
}

impl Entry {
    /// Who it is about.
    pub fn key(&self) -> ObjectKey {
        ObjectKey::new(self.kind, &self.namespace, &self.name)
    }

    /// The entry of an object, as it is written: JSON, which is YAML.
    ///
    /// # Errors
    ///
    /// Never, for what the types can hold.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Reads the entry of an object.
    ///
    /// # Errors
    ///
    /// It is damaged, of a later version, or another object's.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EntryError> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        let version = serde_json::from_slice::<Versioned>(bytes)?.version;
        if version != VERSION {
            return Err(EntryError::Version(version));
        }
        Ok(serde_json::from_slice(bytes)?)
    }
}

/// The folder of all entries.
pub fn folder(state: &Path) -> PathBuf {
    state.join(FOLDER)
}

/// How the name of an entry ends. Why not in `.yaml`: `kubectl apply -R` would take it for a resource. See D-146.
pub(super) const EXTENSION: &str = ".state";

/// Where an object's entry lies. None for names that are no names of files: nothing that was
/// validated has one.
pub fn path(state: &Path, key: &ObjectKey) -> Option<PathBuf> {
    let mut path = folder(state).join(key.kind.as_str());
    for part in [&*key.namespace, &*key.name] {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
        if part.starts_with('.') || !part.bytes().all(is_name) {
            return None;
        }
    }
    if key.name.is_empty() {
        return None;
    }
    if !key.namespace.is_empty() {
        path.push(&*key.namespace);
    }
    path.push(format!("{}{EXTENSION}", key.name));
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            version: VERSION,
            kind: Kind::Assessment,
            namespace: "north".to_owned(),
            name: "infram".to_owned(),
            uid: "u".to_owned(),
            generation: 3,
            spec_digest: "d".to_owned(),
            origin: Some("north.yaml".to_owned()),
            document: Some(serde_json::json!({"spec": {"model": {"name": "infram-2018"}}})),
            ledger: Some(Ledger {
                sequence: 7,
                ..Ledger::default()
            }),
        }
    }

    #[test]
    fn an_entry_reads_back_as_it_was_written() {
        assert_eq!(
            Entry::from_bytes(&entry().to_bytes().unwrap()).unwrap(),
            entry()
        );
    }

    #[test]
    fn no_part_of_an_entry_is_taken_for_one() {
        let bytes = entry().to_bytes().unwrap();
        for length in 0..bytes.len() - 2 {
            assert!(
                Entry::from_bytes(&bytes[..length]).is_err(),
                "{length} bytes"
            );
        }
    }

    #[test]
    fn an_entry_of_a_later_version_is_left_alone() {
        let later = Entry {
            version: 2,
            ..entry()
        };
        let error = Entry::from_bytes(&later.to_bytes().unwrap()).unwrap_err();
        assert!(matches!(error, EntryError::Version(2)));
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        let state = Path::new("/state");
        let key = |namespace, name| ObjectKey::new(Kind::Capability, namespace, name);
        assert_eq!(
            path(state, &key("a", "b")).unwrap(),
            Path::new("/state/v1/Capability/a/b.state")
        );
        for (namespace, name) in [
            ("..", "x"),
            ("a", ".."),
            ("a/b", "c"),
            ("a", "b/c"),
            ("a", ""),
            ("a", "b\0"),
        ] {
            assert_eq!(
                path(state, &key(namespace, name)),
                None,
                "{namespace} {name}"
            );
        }
    }
}
