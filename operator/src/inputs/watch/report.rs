//! What a source reports to the event loop.

use std::time::Instant;

use gradus_engine::key::{Name, ObjectKey, Uid};

use super::failure::Failure;
use super::observed::ObservedObject;
use super::versions::Epoch;

/// A report, and the number of the source that it comes from.
#[derive(Debug)]
pub(crate) struct SourceReport {
    pub(crate) source: usize,
    pub(crate) report: Report,
}

/// What a source reports to the event loop.
#[derive(Debug)]
pub(crate) enum Report {
    /// An object is there, or is another now.
    Seen(Box<ObservedObject>, Epoch),
    /// An object is gone.
    Gone(ObjectKey, Uid),
    /// The whole source cannot be seen any more, and has not been for a while.
    Unseen,
    /// An object cannot be seen any more, since its whole kind cannot.
    Hidden(ObjectKey),
    /// Everything that there is has been told; the list was begun at this instant. Not `whole` while a
    /// kind that was put back may still be filled again.
    Complete { began: Instant, whole: bool },
    /// Everything that there is in one namespace has been told; the list was begun at this instant. The empty namespace
    /// holds what has none.
    NamespaceComplete { namespace: Name, began: Instant },
    /// The source answers again after a failure.
    Heard,
    /// The source cannot be read.
    Failed(Failure),
}
