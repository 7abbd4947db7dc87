//! The environment of stories: a watched folder or a cluster.

use anyhow::Result;
use gradus_tests::monitoring::Settings;
use serde_json::Value;

/// Who is gone for a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gone {
    Nobody,
    /// All of Gradus.
    Operator,
    /// The replica that leads; all of Gradus where there is one.
    Leader,
    Prometheus,
}

/// Gradus, and the objects that it sees.
pub(crate) trait Environment {
    /// Puts objects there or changes them, and takes others away.
    fn change(&self, changed: &[Value], gone: &[Value]) -> Result<()>;

    /// Whom Prometheus scrapes, and its rules, their durations shortened.
    fn settings(&self) -> Result<Settings>;

    /// Ends Gradus, or the replica that leads, without a chance to tidy up.
    fn kill(&mut self, whom: Gone) -> Result<()>;

    /// Starts again who was ended, where they were.
    fn revive(&mut self) -> Result<()>;
}
