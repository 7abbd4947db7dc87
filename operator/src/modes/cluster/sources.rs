//! The state of all sources: what was read whole, what is hidden, what is silent.

use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};

use gradus_engine::key::{Kind, Name, ObjectKey};

use super::source::SourceState;
use crate::inputs::watch::{Failure, LastContact, WatchScope};
use crate::kinds::KindRow;

/// The state of all sources, by number.
#[derive(Debug)]
pub(super) struct Sources {
    all: Vec<SourceState>,
    silent_after: Duration,
}

impl Sources {
    pub(super) fn new(scopes: Vec<WatchScope>, silent_after: Duration) -> Self {
        let all = scopes.into_iter().map(|scope| SourceState {
            name: scope.to_string().into(),
            scope,
            pulse: LastContact::new(),
            listed: None,
            namespaces: HashMap::new(),
            failure: None,
            hidden: false,
            silent: false,
        });
        Self {
            all: all.collect(),
            silent_after,
        }
    }

    pub(super) fn all(&self) -> &[SourceState] {
        &self.all
    }

    /// The name of a source among the metrics.
    pub(super) fn name(&self, index: usize) -> Name {
        let source = self.all.get(index);
        source.map(|source| source.name.clone()).unwrap_or_default()
    }

    /// A complete list was reported. True if it is the first, or the first after a failure.
    pub(super) fn complete(&mut self, index: usize, began: Instant, whole: bool) -> bool {
        let Some(source) = self.all.get_mut(index) else {
            return false;
        };
        let is_news = source.listed.is_none() || source.failure.is_some() || source.hidden;
        source.listed = Some(began);
        source.namespaces.retain(|_, at| *at > began);
        source.failure = None;
        source.hidden &= !whole;
        is_news
    }

    /// A complete list of one namespace was reported.
    pub(super) fn namespace_complete(&mut self, index: usize, namespace: Name, began: Instant) {
        if let Some(source) = self.all.get_mut(index) {
            source.namespaces.insert(namespace, began);
        }
    }

    /// A source failed. True if it had not failed yet, or in another way.
    pub(super) fn failed(&mut self, index: usize, failure: Failure) -> bool {
        let before = self
            .all
            .get_mut(index)
            .map(|source| source.failure.replace(failure));
        before.is_some_and(|before| before != Some(failure))
    }

    /// Objects of a source cannot be seen any more.
    pub(super) fn hide(&mut self, index: usize) {
        if let Some(source) = self.all.get_mut(index) {
            source.hidden = true;
        }
    }

    /// The source answers, whatever failed before; rights and kinds are back with the next whole list.
    pub(super) fn heard(&mut self, index: usize) {
        if let Some(source) = self.all.get_mut(index)
            && source.failure.is_some_and(|failure| !failure.hides())
        {
            source.failure = None;
        }
    }

    /// Whether a first list is still being read.
    // See D-042.
    pub(super) fn is_reading(&self) -> bool {
        self.all
            .iter()
            .any(|source| source.listed.is_none() && source.failure.is_none())
    }

    /// Whether a source is still being read for the first time.
    pub(super) fn is_first(&self, index: usize) -> bool {
        let source = self.all.get(index);
        source.is_some_and(|source| source.listed.is_none())
    }

    /// Requires another list of every source before anything is written.
    pub(super) fn require_lists(&mut self) {
        for source in &mut self.all {
            source.listed = None;
        }
    }

    /// Notices which sources are silent now; returns those for which that changed.
    pub(super) fn update_silence(&mut self) -> Vec<(WatchScope, bool)> {
        let mut changed = Vec::new();
        for source in &mut self.all {
            let silent = source.pulse.silence() > self.silent_after;
            if source.listed.is_some() && silent != source.silent {
                source.silent = silent;
                changed.push((source.scope.clone(), silent));
            }
        }
        changed
    }

    /// Whether what a source reported last may be stale. A forbidden source does not count: its objects are Unknown, and
    /// shown to be.
    pub(super) fn is_silent(&self) -> bool {
        let mut scored = self
            .all
            .iter()
            .filter(|source| KindRow::of(source.scope.kind).decides_stages);
        scored.any(|source| source.silent && !source.hidden)
    }

    /// Whether everything that an object's status rests on was read whole in this process.
    // See D-054.
    pub(super) fn may_write(&self, key: &ObjectKey) -> bool {
        self.read_by(key).all(|source| source.listed.is_some())
    }

    /// Whether everything that it rests on was listed since an instant.
    pub(super) fn listed_since(&self, key: &ObjectKey, instant: Instant) -> bool {
        self.read_by(key).all(|source| {
            let alone = source.namespaces.get(source.namespace_of(key));
            let listed = source.listed.max(alone.copied());
            listed.is_some_and(|at| at >= instant)
        })
    }

    /// What is to be listed, so that everything an object rests on is: the number of a source and a namespace each. What
    /// has no namespace is in the empty one.
    pub(super) fn lists_for<'a>(
        &'a self,
        key: &'a ObjectKey,
    ) -> impl Iterator<Item = (usize, Name)> + 'a {
        let all = self.all.iter().enumerate();
        let read = all.filter(move |(_, source)| source.is_read_by(key));
        read.map(move |(index, source)| (index, source.namespace_of(key).into()))
    }

    /// Whether the definition of an object's kind is missing, so that nothing can be written to it.
    // See D-164.
    pub(super) fn is_kind_absent(&self, key: &ObjectKey) -> bool {
        let own = |source: &&SourceState| {
            source.scope.kind == key.kind && source.scope.covers(&key.namespace)
        };
        let mut own = self.all.iter().filter(own);
        own.any(|source| source.failure == Some(Failure::Absent))
    }

    /// Whether a lower stage in a namespace is a fall: not while its capabilities cannot be seen.
    // See D-050.
    pub(super) fn may_fold(&self, namespace: &str) -> bool {
        let capabilities = |source: &&SourceState| {
            source.scope.kind == Kind::Capability && source.scope.covers(namespace)
        };
        self.all
            .iter()
            .filter(capabilities)
            .all(|source| !source.hidden)
    }

    /// The sources of what an assessment reads that have been silent for too long, or cannot be read.
    // See D-052.
    pub(super) fn silent_for(&self, key: &ObjectKey) -> Vec<Name> {
        let silent = self
            .read_by(key)
            .filter(|source| source.silent || source.hidden);
        silent.map(|source| source.name.clone()).collect()
    }

    fn read_by<'a>(&'a self, key: &'a ObjectKey) -> impl Iterator<Item = &'a SourceState> {
        self.all.iter().filter(|source| source.is_read_by(key))
    }

    /// What is still waited for before the operator is ready; none once everything was read that blocks readiness.
    pub(super) fn waits_for(&self) -> Vec<String> {
        let unread = self.all.iter().filter(|source| source.listed.is_none());
        unread
            .filter(|source| !self.blocks_nothing(source))
            .map(|source| match source.failure {
                Some(failure) => format!("{}: {failure}", source.name),
                None => format!("{}: not read yet", source.name),
            })
            .collect()
    }

    /// The namespaces of which not everything was read in this process: what is known of their assessments
    /// rests on half of it.
    // See D-055.
    pub(super) fn unread_namespaces(&self) -> BTreeSet<Name> {
        let unread = self.all.iter().filter(|source| source.listed.is_none());
        unread
            .filter_map(|source| source.scope.namespace.clone())
            .collect()
    }

    /// Whether a source is that of one forbidden namespace, while the same kind was read in another one.
    // Why: a tenant that was removed must not block the others. See D-055.
    fn blocks_nothing(&self, unread: &SourceState) -> bool {
        let elsewhere = |source: &SourceState| {
            source.scope.kind == unread.scope.kind && source.listed.is_some()
        };
        unread.hidden && unread.scope.namespace.is_some() && self.all.iter().any(elsewhere)
    }

    /// What does not go well now, though nothing is waited for.
    pub(super) fn troubles(&self) -> Vec<String> {
        let is_borne =
            |source: &&SourceState| source.listed.is_some() || self.blocks_nothing(source);
        let borne = self.all.iter().filter(is_borne);
        borne
            .filter_map(|source| match source.failure {
                Some(failure) if source.listed.is_none() => Some(format!(
                    "{}: assessments of its namespace are not shown until it is read: {failure}",
                    source.name
                )),
                Some(failure) => Some(format!("{}: {failure}", source.name)),
                None if source.silent => Some(format!(
                    "{}: silent for {} seconds; its objects are stale",
                    source.name,
                    source.pulse.silence().as_secs()
                )),
                None => None,
            })
            .collect()
    }

    /// The first source whose task has sent no request for longer than this, in a sentence.
    pub(super) fn hanging(&self, longest: Duration) -> Option<String> {
        let hangs = |source: &&SourceState| source.pulse.idle() > longest;
        self.all.iter().find(hangs).map(|source| {
            let seconds = source.pulse.idle().as_secs();
            format!(
                "source {} has sent no request for {seconds} seconds",
                source.name
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(namespaces: &[&str]) -> Sources {
        let namespaces: Vec<Name> = namespaces.iter().map(|name| Name::from(*name)).collect();
        Sources::new(WatchScope::all(&namespaces), Duration::from_secs(90))
    }

    fn index(sources: &Sources, name: &str) -> usize {
        sources
            .all
            .iter()
            .position(|source| &*source.name == name)
            .unwrap()
    }

    fn key(kind: Kind, namespace: &str) -> ObjectKey {
        ObjectKey::new(kind, namespace, "a")
    }

    fn complete(sources: &mut Sources, except: &str) {
        for index in 0..sources.all.len() {
            if &*sources.all[index].name != except {
                sources.complete(index, Instant::now(), true);
            }
        }
    }

    #[test]
    fn nothing_is_written_before_everything_it_rests_on_was_read() {
        let mut all = sources(&[]);
        complete(&mut all, "waivers");
        assert!(!all.may_write(&key(Kind::Assessment, "north")));
        assert!(
            all.may_write(&key(Kind::MaturityModel, "")),
            "a model rests on itself only"
        );
        all.complete(index(&all, "waivers"), Instant::now(), true);
        assert!(all.may_write(&key(Kind::Assessment, "north")));
    }

    #[test]
    fn a_namespace_that_cannot_be_read_holds_up_no_other() {
        let mut all = sources(&["north", "south"]);
        complete(&mut all, "capabilities/north");
        assert!(!all.may_write(&key(Kind::Assessment, "north")));
        assert!(all.may_write(&key(Kind::Assessment, "south")));
        assert_eq!(all.waits_for(), ["capabilities/north: not read yet"]);
        assert_eq!(all.unread_namespaces(), [Name::from("north")].into());
    }

    #[test]
    fn forbidden_source_does_not_block_readiness() {
        let mut all = sources(&["north", "south"]);
        complete(&mut all, "capabilities/north");
        let north = index(&all, "capabilities/north");
        all.failed(north, Failure::Denied);
        let denied = [format!("capabilities/north: {}", Failure::Denied)];
        assert_eq!(all.waits_for(), denied, "it may be for a moment");
        all.hide(north);
        assert_eq!(all.waits_for(), <[&str; 0]>::default());
        let [said] = all.troubles().try_into().unwrap();
        assert!(
            said.contains("assessments of its namespace are not shown"),
            "{said}"
        );
        assert_eq!(all.unread_namespaces(), [Name::from("north")].into());

        let mut alone = sources(&["north"]);
        complete(&mut alone, "capabilities/north");
        let north = index(&alone, "capabilities/north");
        alone.failed(north, Failure::Denied);
        alone.hide(north);
        assert_eq!(alone.waits_for(), denied, "of this kind nothing was read");
    }

    #[test]
    fn profiles_hold_up_nothing_but_themselves() {
        let mut all = sources(&[]);
        complete(&mut all, "profiles");
        assert!(all.may_write(&key(Kind::Assessment, "north")));
        assert!(!all.may_write(&key(Kind::Profile, "")));
    }

    #[test]
    fn a_stage_is_not_folded_while_its_capabilities_are_hidden() {
        let mut all = sources(&["north", "south"]);
        complete(&mut all, "");
        let capabilities = index(&all, "capabilities/north");
        assert!(all.failed(capabilities, Failure::Denied));
        assert!(!all.failed(capabilities, Failure::Denied), "told once");
        assert!(
            all.may_fold("north"),
            "a server that starts denies for a moment"
        );
        all.hide(capabilities);
        assert!(!all.may_fold("north"));
        assert!(all.may_fold("south"));
        let silent = all.silent_for(&key(Kind::Assessment, "north"));
        assert_eq!(silent, [Name::from("capabilities/north")]);
        all.hide(capabilities);
        assert!(all.complete(capabilities, Instant::now(), false));
        assert!(!all.may_fold("north"), "a kind that is being filled again");
        assert!(all.complete(capabilities, Instant::now(), true));
        assert!(all.may_fold("north"));
    }

    #[test]
    fn list_of_one_namespace_counts_for_it_alone() {
        let mut all = sources(&[]);
        complete(&mut all, "");
        let since = Instant::now();
        let (north, south) = (
            key(Kind::Assessment, "north"),
            key(Kind::Assessment, "south"),
        );
        let lists: Vec<_> = all.lists_for(&north).collect();
        assert_eq!(lists.len(), 5, "all kinds but profiles");
        for (source, namespace) in lists {
            assert!(!all.listed_since(&north, since));
            all.namespace_complete(source, namespace, Instant::now());
        }
        assert!(all.listed_since(&north, since));
        assert!(!all.listed_since(&south, since));
    }

    #[test]
    fn nothing_is_written_to_a_kind_without_definition() {
        let mut all = sources(&[]);
        complete(&mut all, "");
        let index = index(&all, "capabilities");
        let capability = key(Kind::Capability, "north");
        assert!(!all.is_kind_absent(&capability));
        all.failed(index, Failure::Absent);
        assert!(all.is_kind_absent(&capability));
        assert!(!all.is_kind_absent(&key(Kind::Assessment, "north")));
        all.complete(index, Instant::now(), true);
        assert!(!all.is_kind_absent(&capability));
    }

    #[test]
    fn a_broken_connection_hides_nothing() {
        let mut all = sources(&[]);
        complete(&mut all, "");
        all.failed(index(&all, "capabilities"), Failure::Broken);
        assert!(all.may_fold("north"));
        assert!(all.silent_for(&key(Kind::Assessment, "north")).is_empty());
        assert_eq!(all.troubles().len(), 1);
    }
}
