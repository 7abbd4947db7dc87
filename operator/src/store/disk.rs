//! The few things that keeping state does to a disk, so that tests can fail or end at any of them.
//!
//! Why no library: crates for atomic files do the same four steps (write beside, sync, rename, sync the directory), but let no
//! test fail or end between two of them, and that is what the state's promises rest on.

use std::fmt::Debug;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// What keeping state does to a disk. Each step either happens or does not.
pub trait Disk: Send + Sync + Debug {
    /// Makes a directory and those above it.
    ///
    /// # Errors
    ///
    /// As the system says.
    fn make_directory(&self, path: &Path) -> io::Result<()>;

    /// Writes a file, whatever it held.
    ///
    /// # Errors
    ///
    /// As the system says; the file may then hold any part of the bytes.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;

    /// Waits until a file's bytes, or a directory's entries, are on the disk.
    ///
    /// # Errors
    ///
    /// As the system says.
    fn sync(&self, path: &Path) -> io::Result<()>;

    /// Gives a file another name, in one step.
    ///
    /// # Errors
    ///
    /// As the system says.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file; one that is not there is removed already.
    ///
    /// # Errors
    ///
    /// As the system says.
    fn remove(&self, path: &Path) -> io::Result<()>;
}

/// The disk of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct LocalDisk;

impl Disk for LocalDisk {
    fn make_directory(&self, path: &Path) -> io::Result<()> {
        fs::create_dir_all(path)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(path)?
            .write_all(bytes)
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        match fs::remove_file(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }
}

/// Replaces a file's content in one step: a reader sees the old bytes or the new ones, also after
/// a crash at any moment.
///
/// # Errors
///
/// As the system says; the old bytes stay then.
pub fn replace(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (Some(directory), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    let unfinished = directory.join(format!("{UNFINISHED}{}", name.to_string_lossy()));
    disk.make_directory(directory)?;
    disk.write(&unfinished, bytes)?;
    disk.sync(&unfinished)?;
    disk.rename(&unfinished, path)?;
    disk.sync(directory)
}

/// How the name of a file begins that is not written to its end. There is one writer, so one such
/// file for each name, and the next write takes it over.
pub const UNFINISHED: &str = ".unfinished-";

#[cfg(test)]
pub(crate) mod faulty {
    //! A disk that fails, or ends the process's writing, at a chosen step.

    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// How a chosen step goes wrong.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Fault {
        /// The process ends before the step, and nothing happens from then on.
        Killed,
        /// The process ends in the middle of the step: a write leaves half of its bytes.
        KilledWithin,
        /// The step fails, and later ones succeed: the disk was full for a moment.
        FullOnce,
        /// Every writing step fails from then on.
        ReadOnly,
    }

    /// The machine's disk until step `at`.
    #[derive(Debug)]
    pub(crate) struct FaultyDisk {
        at: u64,
        fault: Fault,
        steps: AtomicU64,
    }

    impl FaultyDisk {
        pub(crate) fn new(at: u64, fault: Fault) -> Self {
            Self {
                at,
                fault,
                steps: AtomicU64::new(0),
            }
        }

        /// How many steps were asked for so far.
        pub(crate) fn steps(&self) -> u64 {
            self.steps.load(Ordering::SeqCst)
        }

        fn step(
            &self,
            act: impl FnOnce() -> io::Result<()>,
            half: impl FnOnce() -> io::Result<()>,
        ) -> io::Result<()> {
            let step = self.steps.fetch_add(1, Ordering::SeqCst);
            let failed = || Err(io::Error::from(io::ErrorKind::StorageFull));
            match self.fault {
                _ if step < self.at => act(),
                Fault::KilledWithin if step == self.at => half().and_then(|()| failed()),
                Fault::FullOnce if step > self.at => act(),
                Fault::FullOnce => half().and_then(|()| failed()),
                Fault::ReadOnly => Err(io::ErrorKind::ReadOnlyFilesystem.into()),
                Fault::Killed | Fault::KilledWithin => failed(),
            }
        }
    }

    impl Disk for FaultyDisk {
        fn make_directory(&self, path: &Path) -> io::Result<()> {
            self.step(|| LocalDisk.make_directory(path), || Ok(()))
        }

        fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
            let half = bytes.get(..bytes.len() / 2).unwrap_or_default();
            self.step(
                || LocalDisk.write(path, bytes),
                || LocalDisk.write(path, half),
            )
        }

        fn sync(&self, path: &Path) -> io::Result<()> {
            self.step(|| LocalDisk.sync(path), || Ok(()))
        }

        fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
            self.step(|| LocalDisk.rename(from, to), || LocalDisk.rename(from, to))
        }

        fn remove(&self, path: &Path) -> io::Result<()> {
            self.step(|| LocalDisk.remove(path), || LocalDisk.remove(path))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::faulty::{Fault, FaultyDisk};
    use super::*;

    #[test]
    fn a_reader_sees_the_old_bytes_or_the_new_ones_whatever_step_is_the_last() {
        let old = b"old ".repeat(1000);
        let new = b"new bytes ".repeat(1000);
        for fault in [
            Fault::Killed,
            Fault::KilledWithin,
            Fault::FullOnce,
            Fault::ReadOnly,
        ] {
            for at in 0..=5 {
                let directory = tempfile::tempdir().unwrap();
                let path = directory.path().join("kind/name.yaml");
                replace(&LocalDisk, &path, &old).unwrap();
                let written = replace(&FaultyDisk::new(at, fault), &path, &new);
                let seen = fs::read(&path).unwrap();
                assert!(seen == old || seen == new, "{fault:?} at {at}");
                assert!(written.is_err() || seen == new, "{fault:?} at {at}");
                replace(&LocalDisk, &path, &new).unwrap();
                assert_eq!(fs::read(&path).unwrap(), new, "{fault:?} at {at}");
            }
        }
    }
}
