//! What goes into the `World` and what comes out of settling it.

use std::sync::Arc;

use jiff::Timestamp;

use crate::fact::Facts;
use crate::key::{Name, ObjectKey, Uid};
use crate::ledger::Ledger;
use crate::object::{Life, Object};
use crate::verdict::{Reason, Truth};

/// One change of the inputs. The score depends on the final set of them, never on their order.
#[derive(Debug, Clone)]
pub enum Delta {
    /// An object is there, or is another now. A changed uid is a removal first.
    Upsert {
        /// The object's identity.
        key: ObjectKey,
        /// Its life.
        life: Life,
        /// What it says.
        object: Object,
    },
    /// An object is gone. Ignored when another life of it is known by now.
    Remove {
        /// The object's identity.
        key: ObjectKey,
        /// The life that ended.
        uid: Uid,
    },
    /// How the object's source stands; every `Upsert` sets it to [`Standing::Live`].
    Source {
        /// The object.
        key: ObjectKey,
        /// How its source stands.
        standing: Standing,
    },
    /// A probe looked, or tried to.
    Evidence {
        /// The capability's uid.
        capability: Uid,
        /// The evidence item's name.
        item: Name,
        /// Digest of the item as it was looked for; dropped when the item is another now.
        item_digest: Name,
        /// What was found, if the attempt was conclusive.
        conclusive: Option<Observation>,
        /// Why it was not, if it was not: never shortens the life of an earlier observation.
        attempt: Option<Attempt>,
    },
    /// An acknowledged commit of an assessment's ledger.
    Ledger {
        /// The assessment's uid.
        assessment: Uid,
        /// What it remembers now.
        ledger: Arc<Ledger>,
    },
}

/// How the source of an object stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Standing {
    /// It is read.
    #[default]
    Live,
    /// Its text cannot be used just now: its last good state stays, and says so.
    Stale {
        /// Since when.
        since: Timestamp,
        /// Which source, in a few words: a file's path.
        source: Name,
    },
    /// It is known to exist, and nothing else is: Unknown, never absent.
    Unavailable {
        /// Since when.
        since: Timestamp,
        /// Which source.
        source: Name,
    },
}

/// A conclusive observation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// True or False, never Unknown.
    pub verdict: Truth,
    /// The facts it supplies.
    pub facts: Facts,
    /// When.
    pub at: Timestamp,
}

/// An attempt to look that came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// Why.
    pub reason: Reason,
    /// When.
    pub at: Timestamp,
}

/// What settling did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settled {
    /// Objects whose result may be another now, sorted, without repeats.
    pub changes: Vec<ObjectKey>,
    /// Objects still waiting, when the budget ran out.
    pub remaining: usize,
    /// The next instant at which anything can change by time alone.
    pub next_due: Option<Timestamp>,
}

/// How much work was done since the world began: what growth tests count, and the operator exports.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Visits {
    /// Deltas applied.
    pub deltas: u64,
    /// Capabilities derived anew.
    pub capabilities: u64,
    /// Criteria whose requirement was evaluated.
    pub criteria: u64,
    /// Leaves of requirements evaluated, each over the capabilities of its type.
    pub predicates: u64,
    /// Assessments folded into stages.
    pub assessments: u64,
    /// Models compiled.
    pub programs: u64,
}
