//! One writer: a lock that the system lets go of when its process ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// Held as long as it lives.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Why the lock was not taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process writes this state.
    #[error("process {holder} is using the state in {} already; stop it, or name another folder with --state", path.display())]
    Held {
        /// The process's id, as far as it could be read.
        holder: String,
        /// The state's folder.
        path: PathBuf,
    },
    /// The lock file cannot be made here.
    #[error(transparent)]
    Unavailable(#[from] io::Error),
}

impl Lock {
    /// Takes the lock of a state's folder, which is made when it is not there.
    ///
    /// # Errors
    ///
    /// Another process holds it, or the folder cannot be written.
    pub fn take(state: &Path) -> Result<Self, LockError> {
        std::fs::create_dir_all(state)?;
        let path = state.join("lock");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::Error(error)) => return Err(error.into()),
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                file.take(32).read_to_string(&mut holder)?;
                let holder = holder.trim();
                let holder = if holder.is_empty() { "another" } else { holder }.to_owned();
                return Err(LockError::Held {
                    holder,
                    path: state.to_owned(),
                });
            }
        }
        // Whom to name to the next one: worth trying, not worth failing for.
        let _ = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()));
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_writer_is_told_who_the_first_one_is() {
        let directory = tempfile::tempdir().unwrap();
        let first = Lock::take(directory.path()).unwrap();
        let refused = Lock::take(directory.path()).unwrap_err().to_string();
        assert!(
            refused.contains(&format!("process {}", std::process::id())),
            "{refused}"
        );
        drop(first);
        Lock::take(directory.path()).unwrap();
    }
}
