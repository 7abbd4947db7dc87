//! What the event loop publishes for readers.

use std::sync::Arc;

use gradus_engine::key::ObjectKey;
use gradus_engine::ledger::Entry;
use gradus_engine::view::Snapshot;
use gradus_manifests::finding::Finding;

use crate::outputs::metrics::LabelCache;

/// Everything that readers see: complete, and never changed once it is published.
#[derive(Debug, Clone)]
pub struct Published {
    /// What is known and what follows from it.
    pub snapshot: Arc<Snapshot>,
    /// The labels of its series.
    pub labels: LabelCache,
    /// What is wrong with documents, objects and state, sorted.
    pub findings: Arc<[Finding]>,
    /// What a folder committed in this process, oldest first, at most [`Published::RECENT`].
    pub committed: Arc<[CommittedEntry]>,
    /// How reading and writing go.
    pub health: Health,
    /// How much work was done so far.
    pub work: Work,
}

/// A history entry that was committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommittedEntry {
    /// The assessment that moved.
    pub assessment: ObjectKey,
    /// How and why.
    pub entry: Entry,
}

/// How much work was done since the loop began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Work {
    /// Files read.
    pub reads: u64,
    /// Deltas applied.
    pub deltas: u64,
}

/// How reading and writing go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Why it is not ready, a sentence a line; none when it is.
    pub not_ready: Option<String>,
    /// Whether this replica writes; none where there is no other.
    pub role: Option<Role>,
    /// What does not go well though it is ready, a sentence each.
    pub troubles: Vec<String>,
    /// A source that does not even try, in a sentence: then the process is not alive.
    pub hanging: Option<String>,
    /// Whether the state may be shown as series.
    pub visibility: Visibility,
}

/// Whether this replica writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It writes.
    Leads,
    /// Another one does, or nobody.
    Follows,
}

/// Whether the state may be shown as series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// Not before everything was read, nor while it may be old and another replica knows better.
    Hidden,
    /// While the event loop runs.
    WhileAlive,
    /// In any case: nobody knows better, and without it alerts that stand would end.
    Always,
}

impl Published {
    /// How many committed entries are kept for those who look a little later.
    pub const RECENT: usize = 50;

    /// Nothing is known yet, for a reason.
    pub(crate) fn nothing(not_ready: &str) -> Self {
        Self {
            snapshot: Arc::default(),
            labels: LabelCache::default(),
            findings: Arc::default(),
            committed: Arc::default(),
            health: Health {
                not_ready: Some(not_ready.to_owned()),
                role: None,
                troubles: Vec::new(),
                hanging: None,
                visibility: Visibility::Hidden,
            },
            work: Work::default(),
        }
    }
}

impl Health {
    /// Whether everything was read, and can be kept.
    ///
    /// # Errors
    ///
    /// What is waited for, in a sentence.
    pub fn ready(&self) -> Result<(), String> {
        match &self.not_ready {
            Some(reason) => Err(reason.clone()),
            None => Ok(()),
        }
    }

    /// What to tell whoever watches: why it is not ready, or else what does not go well.
    pub fn trouble(&self) -> Option<&str> {
        let not_ready = self.not_ready.as_deref();
        not_ready.or(self.troubles.first().map(String::as_str))
    }
}
