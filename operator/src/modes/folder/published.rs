//! What the loop shows to everybody else.

use std::sync::Arc;

use gradus_engine::key::ObjectKey;
use gradus_engine::ledger::Entry;
use gradus_engine::view::Snapshot;
use gradus_manifests::finding::Finding;

/// Everything that outputs read: complete, and never changed once it is published.
#[derive(Debug, Clone, Default)]
pub struct Published {
    /// What is known and what follows from it.
    pub snapshot: Arc<Snapshot>,
    /// What is wrong with documents and state, by file and line.
    pub findings: Arc<[Finding]>,
    /// What was committed in this process, oldest first, at most [`Published::TRANSITIONS`].
    pub transitions: Arc<[Transition]>,
    /// How reading and writing go.
    pub health: Health,
    /// How much work was done so far.
    pub work: Work,
}

/// A history entry that was committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// The assessment that moved.
    pub assessment: ObjectKey,
    /// How and why.
    pub entry: Entry,
}

/// How reading and writing go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    /// Whether the folder was read once.
    pub scanned: bool,
    /// Whether everything known could be read at the last look. While not, nothing is committed.
    pub complete: bool,
    /// Why the state cannot be written, when it cannot.
    pub unwritten: Option<String>,
}

/// How much work was done since the loop began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Work {
    /// Files read.
    pub reads: u64,
    /// Deltas applied.
    pub deltas: u64,
}

impl Published {
    /// How many transitions are kept for those who look a little later.
    pub const TRANSITIONS: usize = 50;
}

impl Health {
    /// Whether everything was read, and can be kept.
    ///
    /// # Errors
    ///
    /// What is waited for, in a sentence.
    pub fn ready(&self) -> Result<(), String> {
        if !self.scanned {
            return Err("the folder has not been read yet".to_owned());
        }
        if !self.complete {
            return Err("some of the folder cannot be read; nothing is committed".to_owned());
        }
        match &self.unwritten {
            Some(reason) => Err(format!(
                "the state cannot be written, and nothing is committed: {reason}; name another folder with --state"
            )),
            None => Ok(()),
        }
    }
}
