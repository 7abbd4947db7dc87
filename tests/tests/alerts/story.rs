//! A story: a site from its beginning to its end, and what somebody must be told of it, by a plain judge.

use gradus_tests::ladder::RUNGS;
use gradus_tests::random::Rng;

use crate::site::{Rung, Site, Temper};

/// What somebody is told of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Word {
    /// It has fallen, and this rung is why.
    Fell(String),
    /// The fall has ended.
    Ended,
}

/// A site, chapter by chapter, and what must be told in each.
#[derive(Debug)]
pub(crate) struct Story {
    pub(crate) namespace: String,
    pub(crate) chapters: Vec<Chapter>,
}

#[derive(Debug)]
pub(crate) struct Chapter {
    /// How the site is now.
    pub(crate) site: Site,
    /// What is told of that.
    pub(crate) told: Option<Word>,
}

impl Story {
    /// The story of a seed, in so many chapters; in the last one the assessment goes.
    pub(crate) fn of(seed: u64, chapters: usize) -> Self {
        let namespace = format!("story-{seed}");
        let mut rng = Rng::new(seed);
        let mut site = Site::random(namespace.clone(), &mut rng);
        let mut judge = Judge::default();
        let mut told = Vec::new();
        for number in 0..chapters {
            if number + 1 == chapters {
                site.assessed = false;
            } else if number > 0 {
                // Mended in the chapter after, so that no error stands for long.
                site.change(&mut rng, number % 2 == 1);
            }
            told.push(Chapter {
                site: site.clone(),
                told: judge.word(&site),
            });
        }
        Self {
            namespace,
            chapters: told,
        }
    }
}

/// Knows the rules of falling, and nothing of how they are worked out.
#[derive(Debug, Default)]
struct Judge {
    mark: usize,
    /// The lowest stage since it was at its mark; none while it is there.
    fallen: Option<usize>,
    told: bool,
}

impl Judge {
    /// What is to be told, now that the site is as it is.
    fn word(&mut self, site: &Site) -> Option<Word> {
        let commits = site.assessed && !site.paused && site.temper != Temper::Descriptive;
        let known = !site.rungs.contains(&Rung::Mistyped);
        if commits && known {
            let stage = site.missing().unwrap_or(RUNGS.len());
            self.mark = self.mark.max(stage);
            let falls = stage < self.mark && site.temper != Temper::Patient;
            self.fallen = falls.then(|| stage.min(self.fallen.unwrap_or(stage)));
        }
        let fallen = self.fallen.filter(|_| commits);
        if fallen.is_some() == self.told {
            return None;
        }
        self.told = fallen.is_some();
        // Each stage rests on the rung above it, so the worst fall is one from there.
        Some(fallen.map_or(Word::Ended, |stage| Word::Fell(RUNGS[stage].to_owned())))
    }
}
