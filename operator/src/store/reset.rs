//! Forgetting on purpose.

use std::path::Path;

use gradus_engine::key::ObjectKey;

use super::disk::Disk;
use super::lock::{Lock, LockError};
use super::record;
use super::shelf::entries;

/// What to forget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// Everything.
    Everything,
    /// These objects.
    Objects(Vec<ObjectKey>),
}

/// Forgets what a folder remembers; what was forgotten, sorted.
///
/// # Errors
///
/// Another process writes the state, or it cannot be written.
pub fn reset(
    path: &Path,
    selection: &Selection,
    disk: &dyn Disk,
) -> Result<Vec<ObjectKey>, LockError> {
    if !record::folder(path).exists() {
        return Ok(Vec::new());
    }
    let _lock = Lock::take(path)?;
    let mut forgotten = Vec::new();
    for (key, path) in entries(path) {
        let selected = match selection {
            Selection::Everything => true,
            Selection::Objects(keys) => keys.contains(&key),
        };
        if selected {
            disk.remove(&path)?;
            forgotten.push(key);
        }
    }
    Ok(forgotten)
}
