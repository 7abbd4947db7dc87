//! What the system does not tell of: that a root is another directory now, and what happens where it gives no watch.
//!
//! Why it is asked for and not watched: a root can be replaced by a link that is swapped anywhere above it, and asking once a
//! second costs nothing.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::root::identity;

/// The roots are asked for so often.
const ROUND: Duration = Duration::from_secs(1);
/// Everything is looked at so often where the system gives no watch, in rounds.
const BLIND_ROUNDS: u32 = 2;

/// Whether the system refuses watches.
#[derive(Debug, Default)]
pub(super) struct Patrol {
    blind: AtomicBool,
}

impl Patrol {
    /// Says whether the system refuses watches. True when it did not before.
    pub(super) fn is_blind(&self, now: bool) -> bool {
        !self.blind.swap(now, Ordering::SeqCst) && now
    }
}

/// Asks for the roots until the patrol is dropped, and calls when everything is to be looked at.
pub(super) fn start(patrol: &Arc<Patrol>, roots: Vec<PathBuf>, call: impl Fn() + Send + 'static) {
    let patrol = Arc::downgrade(patrol);
    let walk = move || {
        let mut before = seen(&roots);
        let mut rounds = 0;
        loop {
            std::thread::sleep(ROUND);
            let Some(patrol) = patrol.upgrade() else {
                return;
            };
            let now = seen(&roots);
            rounds = if patrol.blind.load(Ordering::SeqCst) {
                rounds + 1
            } else {
                0
            };
            if now != before || rounds >= BLIND_ROUNDS {
                rounds = 0;
                before = now;
                call();
            }
        }
    };
    let thread = std::thread::Builder::new().name("patrol".to_owned());
    if let Err(error) = thread.spawn(walk) {
        tracing::warn!(%error, "a folder that is replaced is noticed after 30 s");
    }
}

/// Which directory or file each root is; none while it is away.
fn seen(roots: &[PathBuf]) -> Vec<Option<(u64, u64)>> {
    let one = |root: &Path| root.metadata().ok().as_ref().map(identity);
    roots.iter().map(|root| one(root)).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::mpsc::{Receiver, channel};

    use super::*;

    const LIMIT: Duration = Duration::from_secs(10);

    fn patrolled(root: &Path) -> (Arc<Patrol>, Receiver<()>) {
        let patrol = Arc::new(Patrol::default());
        let (calls, called) = channel();
        start(&patrol, vec![root.to_owned()], move || {
            let _ = calls.send(());
        });
        (patrol, called)
    }

    #[cfg(unix)]
    #[test]
    fn replaced_root_and_swapped_link_are_noticed() {
        let home = tempfile::tempdir().unwrap();
        let path = |name: &str| home.path().join(name);
        fs::create_dir_all(path("one/site")).unwrap();
        fs::create_dir_all(path("two/site")).unwrap();
        std::os::unix::fs::symlink("one", path("current")).unwrap();
        let (_patrol, called) = patrolled(&path("current/site"));
        assert!(called.recv_timeout(ROUND * 2).is_err(), "nothing happened");
        std::os::unix::fs::symlink("two", path("next")).unwrap();
        fs::rename(path("next"), path("current")).unwrap();
        called.recv_timeout(LIMIT).unwrap();
        fs::rename(path("two/site"), path("two/away")).unwrap();
        fs::create_dir(path("two/site")).unwrap();
        called.recv_timeout(LIMIT).unwrap();
    }

    #[test]
    fn everything_is_looked_at_again_and_again_without_watches() {
        let home = tempfile::tempdir().unwrap();
        let (patrol, called) = patrolled(home.path());
        assert!(patrol.is_blind(true), "it is news");
        assert!(!patrol.is_blind(true), "it is no news");
        called.recv_timeout(LIMIT).unwrap();
        called.recv_timeout(LIMIT).unwrap();
        drop(patrol);
        while called.recv_timeout(LIMIT).is_ok() {}
    }
}
