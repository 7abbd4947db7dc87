//! The state of one source.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use gradus_engine::key::{Kind, Name, ObjectKey};

use crate::inputs::watch::{Failure, LastContact, WatchScope};
use crate::kinds::KindRow;

/// The state of one source.
#[derive(Debug)]
pub(super) struct SourceState {
    pub(super) scope: WatchScope,
    pub(super) name: Name,
    pub(super) pulse: Arc<LastContact>,
    /// When the last whole list was begun; none before the first.
    pub(super) listed: Option<Instant>,
    /// When the last list of a namespace alone was begun, where that was after the last whole list.
    pub(super) namespaces: HashMap<Name, Instant>,
    pub(super) failure: Option<Failure>,
    /// Whether objects of it cannot be seen, or may be on their way back.
    pub(super) hidden: bool,
    pub(super) silent: bool,
}

impl SourceState {
    /// Whether an object's status rests on it.
    // See D-053.
    pub(super) fn is_read_by(&self, key: &ObjectKey) -> bool {
        match key.kind {
            Kind::MaturityModel | Kind::Profile => self.scope.kind == key.kind,
            _ => KindRow::of(self.scope.kind).decides_stages && self.scope.covers(&key.namespace),
        }
    }

    /// The namespace in which it has what an object rests on; the empty one holds what has none.
    pub(super) fn namespace_of<'a>(&self, key: &'a ObjectKey) -> &'a str {
        if self.scope.kind.namespaced() {
            &key.namespace
        } else {
            ""
        }
    }

    /// Whether it was read whole, and its watch goes on.
    pub(super) fn is_synced(&self) -> bool {
        self.listed.is_some() && self.failure.is_none() && !self.silent
    }
}
