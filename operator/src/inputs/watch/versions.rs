//! What a source has shown: which object in which version. Decides what is news.

use std::collections::HashMap;

use gradus_engine::key::{Name, Uid};

/// Counts how often resource versions ran back: versions of different epochs do not compare.
// See D-047.
pub(crate) type Epoch = u32;

/// Namespace and name of an object.
pub(super) type NamespacedName = (Name, Name);

/// Everything that a source has shown and not taken back.
#[derive(Debug, Default)]
pub(super) struct KnownVersions {
    objects: HashMap<NamespacedName, Object>,
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
    /// version older than was shown means that versions ran back.
    pub(super) fn listed(&mut self, name: NamespacedName, uid: &Uid, version: u64) -> Listed {
        let object = Object {
            uid: uid.clone(),
            version,
            list: self.list,
        };
        match self.objects.insert(name, object) {
            Some(before) if before.uid == *uid && version < before.version => {
                self.begin_epoch(version);
                Listed::RanBack
            }
            Some(before) if before.uid == *uid && version == before.version => Listed::Same,
            _ => Listed::News,
        }
    }

    /// A list is complete, as of a version: what it did not show any more.
    pub(super) fn end_list(&mut self, version: u64) -> Vec<(NamespacedName, Uid)> {
        self.deleted.clear();
        self.version = version;
        let list = self.list;
        let missing = self
            .objects
            .iter()
            .filter(|(_, object)| object.list != list);
        let mut missing: Vec<(NamespacedName, Uid)> = missing
            .map(|(name, object)| (name.clone(), object.uid.clone()))
            .collect();
        missing.sort();
        missing
    }

    /// The server names a version. True when versions ran back: another history is shown now, and
    /// everything must be listed.
    pub(super) fn ran_back(&mut self, version: u64) -> bool {
        let ran_back = version < self.version;
        if ran_back {
            self.begin_epoch(version);
        }
        self.version = version;
        ran_back
    }

    fn begin_epoch(&mut self, version: u64) {
        self.epoch = self.epoch.wrapping_add(1);
        self.version = version;
        self.deleted.clear();
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
    fn versions_that_run_back_begin_another_epoch() {
        let mut shown = listed();
        assert!(!shown.ran_back(11));
        assert!(shown.ran_back(8));
        assert_eq!(shown.epoch(), 1);
        assert!(!shown.ran_back(9));
    }

    #[test]
    fn what_is_to_be_shown_again_is_news_in_the_next_list() {
        let mut shown = listed();
        shown.show_again();
        shown.begin_list();
        assert_eq!(shown.listed(place("a"), &uid("1"), 5), Listed::News);
    }

    #[test]
    fn an_object_that_is_older_in_a_list_than_before_begins_another_epoch() {
        let mut shown = listed();
        shown.begin_list();
        assert_eq!(shown.listed(place("b"), &uid("2"), 6), Listed::RanBack);
        assert_eq!(shown.epoch(), 1);
    }
}
