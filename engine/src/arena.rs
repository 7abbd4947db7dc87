//! Typed ids, and the one place that indexes by them: an id that leads nowhere is a bug, and panics
//! here instead of being passed over in silence everywhere.
//!
//! Why no library: `slab` holds the slots below, but its keys are bare `usize`, which every other
//! slab takes too. `slotmap` and `thunderdome` pay a generation a key and a check a look, for keys
//! that outlive what they name; here none does. `la-arena` never gives a slot back.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

use slab::Slab;

/// The place of something in an [`Arena`], a [`Table`] or another list in the same order.
pub(crate) trait Id: Copy {
    fn of(place: usize) -> Self;
    fn place(self) -> usize;
}

macro_rules! ids {
    ($($(#[$about:meta])* $visible:vis $name:ident,)+) => {
        $(
            $(#[$about])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            $visible struct $name(u32);

            impl Id for $name {
                fn of(place: usize) -> Self {
                    debug_assert!(u32::try_from(place).is_ok(), "ids have 32 bits");
                    Self(u32::try_from(place).unwrap_or(u32::MAX))
                }

                fn place(self) -> usize {
                    self.0 as usize
                }
            }
        )+
    };
}

ids! {
    /// A namespace of a world.
    pub(crate) NamespaceId,
    /// A capability of a world.
    pub CapabilityId,
    /// An assessment of a world.
    pub(crate) AssessmentId,
    /// An attestation of a world.
    pub(crate) AttestationId,
    /// A waiver of a world.
    pub(crate) WaiverId,
    /// A criterion of a model.
    pub(crate) CriterionId,
    /// A stage of a model.
    pub(crate) StageId,
    /// A domain of a model.
    pub(crate) DomainId,
    /// A leaf among those of all requirements of a model.
    pub(crate) LeafId,
}

impl CapabilityId {
    /// The id as an index into a list with a place for every capability of a world.
    pub fn index(self) -> usize {
        self.place()
    }
}

/// Things that come and go, each under an id of its own. The id of something that went is given
/// again.
#[derive(Debug)]
pub(crate) struct Arena<I, T> {
    slots: Slab<T>,
    ids: PhantomData<I>,
}

impl<I: Id, T> Arena<I, T> {
    pub(crate) fn insert(&mut self, value: T) -> I {
        I::of(self.slots.insert(value))
    }

    pub(crate) fn remove(&mut self, id: I) -> T {
        self.slots.remove(id.place())
    }

    /// What an id leads to that may be of something gone.
    pub(crate) fn find(&self, id: I) -> Option<&T> {
        self.slots.get(id.place())
    }
}

impl<I, T> Default for Arena<I, T> {
    fn default() -> Self {
        Self {
            slots: Slab::new(),
            ids: PhantomData,
        }
    }
}

impl<I: Id, T> Index<I> for Arena<I, T> {
    type Output = T;

    fn index(&self, id: I) -> &T {
        self.slots.index(id.place())
    }
}

impl<I: Id, T> IndexMut<I> for Arena<I, T> {
    fn index_mut(&mut self, id: I) -> &mut T {
        self.slots.index_mut(id.place())
    }
}

/// A list that is made once, and found in by id.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Table<I, T> {
    rows: Box<[T]>,
    ids: PhantomData<I>,
}

impl<I: Id, T> Table<I, T> {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, T> {
        self.rows.iter()
    }

    pub(crate) fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.rows.iter_mut()
    }

    /// Every row with its id.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (I, &T)> + Clone {
        entries(&self.rows)
    }
}

impl<I, T> FromIterator<T> for Table<I, T> {
    fn from_iter<L: IntoIterator<Item = T>>(rows: L) -> Self {
        Self {
            rows: rows.into_iter().collect(),
            ids: PhantomData,
        }
    }
}

impl<I: Id, T> Index<I> for Table<I, T> {
    type Output = T;

    fn index(&self, id: I) -> &T {
        self.rows.index(id.place())
    }
}

impl<I: Id, T> IndexMut<I> for Table<I, T> {
    fn index_mut(&mut self, id: I) -> &mut T {
        self.rows.index_mut(id.place())
    }
}

/// What an id leads to in a list of somebody else that is in the order of the ids.
pub(crate) fn row<I: Id, T>(rows: &[T], id: I) -> &T {
    rows.index(id.place())
}

/// Every row of such a list with its id.
pub(crate) fn entries<I: Id, T>(rows: &[T]) -> impl Iterator<Item = (I, &T)> + Clone {
    rows.iter()
        .enumerate()
        .map(|(place, row)| (I::of(place), row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arena_gives_the_id_of_what_went_again() {
        let mut arena: Arena<WaiverId, &str> = Arena::default();
        let (first, second) = (arena.insert("first"), arena.insert("second"));
        assert_eq!(arena.remove(first), "first");
        assert_eq!((arena.find(first), arena[second]), (None, "second"));
        assert_eq!(arena.insert("third"), first);
    }

    #[test]
    #[should_panic(expected = "invalid key")]
    fn arena_panics_on_an_id_that_leads_nowhere() {
        let mut arena: Arena<WaiverId, &str> = Arena::default();
        let gone = arena.insert("gone");
        arena.remove(gone);
        let _ = arena[gone];
    }

    #[test]
    fn table_finds_a_row_by_the_id_of_its_place() {
        let table: Table<CriterionId, char> = "abc".chars().collect();
        let found: Vec<(usize, char)> = table
            .entries()
            .map(|(id, row)| (id.place(), *row))
            .collect();
        assert_eq!(found, [(0, 'a'), (1, 'b'), (2, 'c')]);
        assert_eq!(table[CriterionId::of(1)], 'b');
    }
}
