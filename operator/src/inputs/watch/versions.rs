//! Which object was reported in which version; drops repeats and older events.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use gradus_engine::key::{Name, Uid};

/// Counts how often resource versions went back: versions of different epochs do not compare.
// See D-047.
pub(crate) type Epoch = u32;

/// Namespace and name of an object.
pub(super) type NamespacedName = (Name, Name);

/// Everything that a source has shown and not taken back.
#[derive(Debug, Default)]
pub(super) struct KnownVersions {
    /// Sorted, so that those of one namespace are found without a look at the others.
    objects: BTreeMap<NamespacedName, Object>,
    /// Versions in which objects were deleted since the last list: older news of them is no news.
    deleted: HashMap<NamespacedName, u64>,
    /// The highest version that the server named.
    version: u64,
    epoch: Epoch,
    /// Counts lists: an object that was shown by an earlier one only is not there any more.
    list: u32,
}

/// What a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listed {
    /// What is known.
    Same,
    /// Something else.
    News,
    /// Something that was replaced before: another history is shown now.
    RanBack,
}

#[derive(Debug)]
struct Object {
    uid: Uid,
    version: u64,
    list: u32,
}

impl KnownVersions {
    /// The epoch of the versions that are shown now.
    pub(super) fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// A list begins.
    pub(super) fn begin_list(&mut self) {
        self.list = self.list.wrapping_add(1);
    }

    /// A list shows an object: whether it is another than before. A list is as of now, so an object in a
    /// version older than was shown means that versions went back; it is not taken in then.
    pub(super) fn listed(&mut self, name: NamespacedName, uid: &Uid, version: u64) -> Listed {
        let deleted = self.deleted.get(&name);
        if deleted.is_some_and(|deleted| *deleted >= version) {
            return Listed::RanBack;
        }
        let before = self.objects.get(&name);
        let before = before.filter(|before| before.uid == *uid);
        let listed = match before.map(|before| version.cmp(&before.version)) {
            Some(Ordering::Less) => return Listed::RanBack,
            Some(Ordering::Equal) => Listed::Same,
            Some(Ordering::Greater) | None => Listed::News,
        };
        let object = Object {
            uid: uid.clone(),
            version,
            list: self.list,
        };
        self.objects.insert(name, object);
        listed
    }

    /// A list is complete, as of a version: what it did not show any more.
    pub(super) fn end_list(&mut self, version: u64) -> Vec<(NamespacedName, Uid)> {
        self.deleted.clear();
        self.version = version;
        let list = self.list;
        let objects = self.objects.iter();
        let missing = objects.filter(|(_, object)| object.list != list);
        missing
            .map(|(name, object)| (name.clone(), object.uid.clone()))
            .collect()
    }

    /// The server names a version. True when it is older than what it named before.
    pub(super) fn is_older(&self, version: u64) -> bool {
        version < self.version
    }

    /// The server has come up to a version.
    pub(super) fn reached(&mut self, version: u64) {
        self.version = self.version.max(version);
    }

    /// Another history is shown from now on: nothing of what was shown compares with it, and all of it will be news.
    pub(super) fn begin_epoch(&mut self, version: u64) {
        self.epoch = self.epoch.wrapping_add(1);
        self.version = version;
        self.deleted.clear();
        self.show_again();
    }

    /// What a list of one namespace, as of a version, does not show any more.
    pub(super) fn missing(
        &self,
        namespace: &Name,
        version: u64,
        shown: &BTreeSet<NamespacedName>,
    ) -> Vec<(NamespacedName, Uid)> {
        let first = (namespace.clone(), Name::from(""));
        let known = self.objects.range(first..);
        let known = known.take_while(|((known_in, _), _)| known_in == namespace);
        let missing =
            known.filter(|(name, object)| object.version <= version && !shown.contains(*name));
        missing
            .map(|(name, object)| (name.clone(), object.uid.clone()))
            .collect()
    }

    /// A watch shows an object. True when that is news: not a repeat, and nothing older than what is
    /// known of it.
    pub(super) fn changed(&mut self, name: NamespacedName, uid: &Uid, version: u64) -> bool {
        if self
            .deleted
            .get(&name)
            .is_some_and(|deleted| *deleted >= version)
        {
            return false;
        }
        if self
            .objects
            .get(&name)
            .is_some_and(|known| known.version >= version)
        {
            return false;
        }
        self.version = self.version.max(version);
        let list = self.list;
        let uid = uid.clone();
        self.objects.insert(name, Object { uid, version, list });
        true
    }

    /// A watch shows that an object was deleted. Its uid, when that is news.
    pub(super) fn removed(&mut self, name: &NamespacedName, version: u64) -> Option<Uid> {
        if self
            .objects
            .get(name)
            .is_none_or(|known| known.version > version)
        {
            return None;
        }
        self.version = self.version.max(version);
        self.deleted.insert(name.clone(), version);
        self.forget(name)
    }

    /// An object is gone for good.
    pub(super) fn forget(&mut self, name: &NamespacedName) -> Option<Uid> {
        self.objects.remove(name).map(|known| known.uid)
    }

    /// Everything that is shown will be news again.
    pub(super) fn show_again(&mut self) {
        for object in self.objects.values_mut() {
            object.version = 0;
        }
    }

    /// Everything that is shown.
    pub(super) fn names(&self) -> impl Iterator<Item = &NamespacedName> {
        self.objects.keys()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &str) -> NamespacedName {
        ("north".into(), name.into())
    }

    fn uid(text: &str) -> Uid {
        text.into()
    }

    /// After a list of `a` in version 5 and `b` in version 7, as of version 10.
    fn listed() -> KnownVersions {
        let mut shown = KnownVersions::default();
        shown.begin_list();
        assert_eq!(shown.listed(place("a"), &uid("1"), 5), Listed::News);
        assert_eq!(shown.listed(place("b"), &uid("2"), 7), Listed::News);
        assert!(shown.end_list(10).is_empty());
        shown
    }

    #[test]
    fn a_list_that_shows_the_same_again_is_no_news() {
        let mut shown = listed();
        shown.begin_list();
        assert_eq!(shown.listed(place("a"), &uid("1"), 5), Listed::Same);
        assert_eq!(shown.listed(place("b"), &uid("2"), 11), Listed::News);
        assert!(shown.end_list(12).is_empty());
    }

    #[test]
    fn what_a_list_no_longer_has_is_found_by_comparing_keys() {
        let mut shown = listed();
        shown.begin_list();
        shown.listed(place("b"), &uid("2"), 7);
        assert_eq!(shown.end_list(12), [(place("a"), uid("1"))]);
    }

    #[test]
    fn a_repeated_or_older_event_is_no_news() {
        let mut shown = listed();
        assert!(shown.changed(place("a"), &uid("1"), 11));
        assert!(!shown.changed(place("a"), &uid("1"), 11), "a repeat");
        assert!(!shown.changed(place("a"), &uid("1"), 9), "older");
        assert!(
            shown.changed(place("b"), &uid("2"), 10),
            "other objects may come in any order"
        );
    }

    #[test]
    fn an_old_event_does_not_bring_a_deleted_object_back() {
        let mut shown = listed();
        assert_eq!(shown.removed(&place("a"), 12), Some(uid("1")));
        assert!(!shown.changed(place("a"), &uid("1"), 11));
        assert!(
            shown.changed(place("a"), &uid("3"), 13),
            "a new one is another object"
        );
        assert_eq!(
            shown.removed(&place("a"), 12),
            None,
            "a repeat of the old deletion"
        );
    }

    #[test]
    fn older_version_is_noticed_and_changes_nothing_until_another_epoch_begins() {
        let mut shown = listed();
        shown.reached(11);
        assert!(!shown.is_older(11));
        assert!(shown.is_older(8));
        assert_eq!(shown.epoch(), 0);
        shown.begin_epoch(8);
        assert_eq!(shown.epoch(), 1);
        assert!(!shown.is_older(9));
        shown.begin_list();
        assert_eq!(shown.listed(place("a"), &uid("1"), 4), Listed::News);
    }

    #[test]
    fn list_of_a_namespace_misses_only_what_is_there_and_no_newer_than_the_list() {
        let mut shown = listed();
        shown.changed(place("c"), &uid("3"), 15);
        shown.changed(("south".into(), "d".into()), &uid("4"), 9);
        let seen = [place("b")].into();
        let missing = shown.missing(&"north".into(), 12, &seen);
        assert_eq!(missing, [(place("a"), uid("1"))]);
    }

    #[test]
    fn what_is_to_be_shown_again_is_news_in_the_next_list() {
        let mut shown = listed();
        shown.show_again();
        shown.begin_list();
        assert_eq!(shown.listed(place("a"), &uid("1"), 5), Listed::News);
    }

    #[test]
    fn list_that_shows_a_deleted_object_shows_an_older_history() {
        let mut shown = listed();
        shown.removed(&place("a"), 12);
        shown.begin_list();
        assert_eq!(shown.listed(place("a"), &uid("1"), 5), Listed::RanBack);
        assert_eq!(shown.listed(place("a"), &uid("3"), 13), Listed::News);
    }

    #[test]
    fn object_that_is_older_in_a_list_than_before_is_not_taken_in() {
        let mut shown = listed();
        for _ in 0..2 {
            shown.begin_list();
            assert_eq!(shown.listed(place("b"), &uid("2"), 6), Listed::RanBack);
        }
        assert_eq!(shown.epoch(), 0);
    }
}
