//! How the sources stand: what may be written, what is silent, and what to tell whoever asks.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use gradus_engine::key::{Kind, Name, ObjectKey};

use crate::inputs::watch::{Failure, Pulse, Scope};

/// How one source stands.
#[derive(Debug)]
pub(super) struct SourceStanding {
    pub(super) scope: Scope,
    pub(super) name: Name,
    pub(super) pulse: Arc<Pulse>,
    /// When the last whole list was begun; none before the first.
    listed: Option<Instant>,
    failure: Option<Failure>,
    /// Whether objects of it cannot be seen, or may be on their way back.
    hidden: bool,
    silent: bool,
}

/// How all sources stand.
#[derive(Debug)]
pub(super) struct Sources {
    all: Vec<SourceStanding>,
    silent_after: Duration,
}

impl Sources {
    pub(super) fn new(scopes: Vec<Scope>, silent_after: Duration) -> Self {
        let all = scopes.into_iter().map(|scope| SourceStanding {
            name: scope.to_string().into(),
            scope,
            pulse: Pulse::new(),
            listed: None,
            failure: None,
            hidden: false,
            silent: false,
        });
        Self {
            all: all.collect(),
            silent_after,
        }
    }

    pub(super) fn all(&self) -> &[SourceStanding] {
        &self.all
    }

    /// A whole list was told. True when it is the first, or the first after a failure.
    pub(super) fn complete(&mut self, index: usize, began: Instant, whole: bool) -> bool {
        let Some(source) = self.all.get_mut(index) else {
            return false;
        };
        let is_news = source.listed.is_none() || source.failure.is_some() || source.hidden;
        source.listed = Some(began);
        source.failure = None;
        source.hidden &= !whole;
        is_news
    }

    /// A source failed. True when it was not known to, or in another way.
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

    /// Everything must be read again before anything is written.
    pub(super) fn forget(&mut self) {
        for source in &mut self.all {
            source.listed = None;
        }
    }

    /// Looks which sources are silent now: those for which that changed.
    pub(super) fn listen(&mut self) -> Vec<Scope> {
        let mut changed = Vec::new();
        for source in &mut self.all {
            let silent = source.pulse.silence() > self.silent_after;
            if source.listed.is_some() && silent != source.silent {
                source.silent = silent;
                changed.push(source.scope.clone());
            }
        }
        changed
    }

    /// Whether what a source showed last may be old. One that may not be read is no secret: what it held is
    /// unknown, and said to be.
    pub(super) fn is_silent(&self) -> bool {
        let mut scored = self
            .all
            .iter()
            .filter(|source| source.scope.kind != Kind::Profile);
        scored.any(|source| source.silent && !source.hidden)
    }

    /// Whether everything that an object's status rests on was read whole in this process.
    // See D-054.
    pub(super) fn may_write(&self, key: &ObjectKey) -> bool {
        self.read_by(key).all(|source| source.listed.is_some())
    }

    /// Whether everything that it rests on was listed since an instant.
    pub(super) fn listed_since(&self, key: &ObjectKey, instant: Instant) -> bool {
        self.read_by(key)
            .all(|source| source.listed.is_some_and(|at| at >= instant))
    }

    /// Whether a lower stage in a namespace is a fall: not while its capabilities cannot be seen.
    // See D-050.
    pub(super) fn may_fold(&self, namespace: &str) -> bool {
        let capabilities = |source: &&SourceStanding| {
            source.scope.kind == Kind::Capability && source.scope.covers(namespace)
        };
        self.all
            .iter()
            .filter(capabilities)
            .all(|source| !source.is_hidden())
    }

    /// The sources of what an assessment reads that have been silent for too long, or cannot be read.
    // See D-052.
    pub(super) fn silent_for(&self, key: &ObjectKey) -> Vec<Name> {
        let silent = self
            .read_by(key)
            .filter(|source| source.silent || source.is_hidden());
        silent.map(|source| source.name.clone()).collect()
    }

    // See D-053.
    fn read_by(&self, key: &ObjectKey) -> impl Iterator<Item = &SourceStanding> {
        let (kind, namespace) = (key.kind, key.namespace.clone());
        self.all.iter().filter(move |source| match kind {
            Kind::MaturityModel | Kind::Profile => source.scope.kind == kind,
            _ => source.scope.kind != Kind::Profile && source.scope.covers(&namespace),
        })
    }

    /// What is still waited for before the operator is ready; none when everything was read once, but for
    /// namespaces that keep no other waiting.
    pub(super) fn waits_for(&self) -> Vec<String> {
        let unread = self.all.iter().filter(|source| source.listed.is_none());
        unread
            .filter(|source| !self.keeps_no_other_waiting(source))
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

    /// Whether a source is that of one namespace and may not be read, where the same kind was read in
    /// another one: a tenant that was removed must not blind the others.
    fn keeps_no_other_waiting(&self, unread: &SourceStanding) -> bool {
        let elsewhere = |source: &SourceStanding| {
            source.scope.kind == unread.scope.kind && source.listed.is_some()
        };
        unread.hidden && unread.scope.namespace.is_some() && self.all.iter().any(elsewhere)
    }

    /// What does not go well now, though nothing is waited for.
    pub(super) fn troubles(&self) -> Vec<String> {
        let is_borne = |source: &&SourceStanding| {
            source.listed.is_some() || self.keeps_no_other_waiting(source)
        };
        let borne = self.all.iter().filter(is_borne);
        borne
            .filter_map(|source| match source.failure {
                Some(failure) if source.listed.is_none() => Some(format!(
                    "{}: nothing is shown of its namespace until it was read: {failure}",
                    source.name
                )),
                Some(failure) => Some(format!("{}: {failure}", source.name)),
                None if source.silent => Some(format!(
                    "{}: silent for {} seconds; what it showed last is stale",
                    source.name,
                    source.pulse.silence().as_secs()
                )),
                None => None,
            })
            .collect()
    }

    /// A source whose task has not asked for so long hangs.
    pub(super) fn hanging(&self, longest: Duration) -> Option<String> {
        let hangs = |source: &&SourceStanding| source.pulse.idle() > longest;
        self.all.iter().find(hangs).map(|source| {
            let seconds = source.pulse.idle().as_secs();
            format!(
                "the source of {} has not asked for {seconds} seconds",
                source.name
            )
        })
    }
}

impl SourceStanding {
    /// Whether everything of it was read, and it is read on.
    pub(super) fn is_synced(&self) -> bool {
        self.listed.is_some() && self.failure.is_none() && !self.silent
    }

    fn is_hidden(&self) -> bool {
        self.hidden
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(namespaces: &[&str]) -> Sources {
        let namespaces: Vec<Name> = namespaces.iter().map(|name| Name::from(*name)).collect();
        Sources::new(Scope::all(&namespaces), Duration::from_secs(90))
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
    fn one_that_may_not_be_read_keeps_no_other_waiting() {
        let mut all = sources(&["north", "south"]);
        complete(&mut all, "capabilities/north");
        let north = index(&all, "capabilities/north");
        all.failed(north, Failure::Denied);
        let denied = [format!("capabilities/north: {}", Failure::Denied)];
        assert_eq!(all.waits_for(), denied, "it may be for a moment");
        all.hide(north);
        assert_eq!(all.waits_for(), <[&str; 0]>::default());
        let [said] = all.troubles().try_into().unwrap();
        assert!(said.contains("nothing is shown of its namespace"), "{said}");
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
    fn a_broken_connection_hides_nothing() {
        let mut all = sources(&[]);
        complete(&mut all, "");
        all.failed(index(&all, "capabilities"), Failure::Broken);
        assert!(all.may_fold("north"));
        assert!(all.silent_for(&key(Kind::Assessment, "north")).is_empty());
        assert_eq!(all.troubles().len(), 1);
    }
}
