//! Which file an object is taken from, when several files define it or one defines it badly.
//!
//! What is kept is a function of what the files say now, never of the order in which they came:
//! the first path's good document, else the object as it was last good, else nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use gradus_engine::key::ObjectKey;

use super::content::DefinedObject;

/// Everything that files say about one object.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    holds: Vec<Candidate>,
    settled: Option<Chosen>,
}

/// What one file says about an object. Ordered by file and position.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    file: Arc<str>,
    position: u32,
    quality: Quality,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Quality {
    Good([u8; 32]),
    Broken,
    Unavailable,
}

/// How an object stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Chosen {
    /// An earlier process knew it.
    Remembered,
    /// A file states it: the document at this position of the file.
    Good {
        /// The file.
        file: Arc<str>,
        /// The document's position among the file's good ones.
        position: u32,
        /// A digest of what it says.
        says: [u8; 32],
    },
    /// Its document is broken.
    Stale(Arc<str>),
    /// Its file cannot be read.
    Unavailable(Arc<str>),
}

/// What changed for an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CandidateChange {
    /// Nothing.
    Same,
    /// It stands otherwise now.
    Now(Chosen),
    /// No file states it any more.
    Gone,
}

/// All claims.
#[derive(Debug, Default)]
pub(super) struct AllCandidates {
    by_key: BTreeMap<ObjectKey, Candidates>,
    unavailable: usize,
}

impl AllCandidates {
    /// A file states an object well.
    pub(super) fn state(&mut self, file: &Arc<str>, position: usize, stated: &DefinedObject) {
        self.hold(&stated.key, file, position, Quality::Good(stated.says));
    }

    /// A file holds on to an object that it states badly, or may state where it cannot be read.
    pub(super) fn retain(&mut self, file: &Arc<str>, key: &ObjectKey, available: bool) {
        let quality = if available {
            Quality::Broken
        } else {
            Quality::Unavailable
        };
        self.hold(key, file, 0, quality);
    }

    /// An earlier process knew the object.
    pub(super) fn remember(&mut self, file: &Arc<str>, key: &ObjectKey) {
        self.retain(file, key, true);
        if let Some(claim) = self.by_key.get_mut(key) {
            claim.settled = Some(Chosen::Remembered);
        }
    }

    fn hold(&mut self, key: &ObjectKey, file: &Arc<str>, position: usize, quality: Quality) {
        let position = u32::try_from(position).unwrap_or(u32::MAX);
        let hold = Candidate {
            file: Arc::clone(file),
            position,
            quality,
        };
        let holds = &mut self.by_key.entry(key.clone()).or_default().holds;
        let at = holds.partition_point(|other| *other < hold);
        holds.insert(at, hold);
    }

    /// A file says nothing about an object any more.
    pub(super) fn release(&mut self, file: &Arc<str>, key: &ObjectKey) {
        if let Some(claim) = self.by_key.get_mut(key) {
            claim.holds.retain(|hold| hold.file != *file);
        }
    }

    /// Decides anew about an object, and remembers the decision.
    pub(super) fn settle(&mut self, key: &ObjectKey) -> CandidateChange {
        let Some(claim) = self.by_key.get_mut(key) else {
            return CandidateChange::Same;
        };
        let now = claim.decide();
        let was_unavailable = matches!(claim.settled, Some(Chosen::Unavailable(_)));
        let is_unavailable = matches!(now, Some(Chosen::Unavailable(_)));
        self.unavailable += usize::from(is_unavailable);
        self.unavailable -= usize::from(was_unavailable);
        let before = std::mem::replace(&mut claim.settled, now.clone());
        match now {
            Some(now)
                if before
                    .as_ref()
                    .is_some_and(|before| before.says_the_same(&now)) =>
            {
                CandidateChange::Same
            }
            Some(now) => CandidateChange::Now(now),
            None => {
                self.by_key.remove(key);
                if before.is_some() {
                    CandidateChange::Gone
                } else {
                    CandidateChange::Same
                }
            }
        }
    }

    /// Files and positions at which an object is stated well, when there are several.
    pub(super) fn duplicates(&self, key: &ObjectKey) -> Vec<(Arc<str>, u32)> {
        let holds = self
            .by_key
            .get(key)
            .map(|claim| claim.holds.as_slice())
            .unwrap_or_default();
        let good: Vec<_> = holds
            .iter()
            .filter(|hold| matches!(hold.quality, Quality::Good(_)))
            .map(|hold| (Arc::clone(&hold.file), hold.position))
            .collect();
        if good.len() > 1 { good } else { Vec::new() }
    }

    /// How many objects are known whose file cannot be read.
    pub(super) fn unavailable(&self) -> usize {
        self.unavailable
    }
}

impl Candidates {
    fn decide(&self) -> Option<Chosen> {
        let good = self.holds.iter().find_map(|hold| match hold.quality {
            Quality::Good(says) => {
                let file = Arc::clone(&hold.file);
                Some(Chosen::Good {
                    file,
                    position: hold.position,
                    says,
                })
            }
            _ => None,
        });
        good.or_else(|| {
            let hold = self.holds.first()?;
            let file = Arc::clone(&hold.file);
            Some(match hold.quality {
                Quality::Unavailable => Chosen::Unavailable(file),
                _ => Chosen::Stale(file),
            })
        })
    }
}

impl Chosen {
    /// A document that only moved within its file says the same.
    fn says_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Good { file, says, .. },
                Self::Good {
                    file: other_file,
                    says: other_says,
                    ..
                },
            ) => file == other_file && says == other_says,
            _ => self == other,
        }
    }
}
