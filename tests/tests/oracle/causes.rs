//! Causes of falls, over random stories of changes, pauses and restarts.

use gradus_engine::delta::Delta;
use gradus_engine::verdict::Transition;
use gradus_tests::compare::described;
use gradus_tests::oracle::cause::{At, Blame, blames};
use gradus_tests::oracle::judge;
use gradus_tests::random::{self, Rng, Step, noon, tried};
use gradus_tests::scene::Scene;
use gradus_tests::story::{Story, Told};
use jiff::{SignedDuration, Timestamp};

/// Stories told in every run.
const STORIES: u64 = 300;
/// Commits in each.
const COMMITS: u32 = 12;

/// A fall that was told, the site at the commit before and at its own, and what may be said of it.
struct Case {
    place: String,
    before: (Scene, Timestamp),
    after: (Scene, Timestamp),
    told: Told,
    blames: Vec<Blame>,
}

impl Case {
    fn fits(&self) -> bool {
        let Told {
            entry, evidence, ..
        } = &self.told;
        let capability = entry.capability.as_deref();
        entry.cause.is_some_and(|cause| {
            let mut blames = self.blames.iter();
            blames.any(|blame| blame.fits(cause, capability, evidence.as_deref()))
        })
    }

    fn described(&self) -> String {
        format!(
            "{}: {:?}\noracle {:#?}\nbefore, at {}\n{}\nafter, at {}\n{}",
            self.place,
            self.told,
            self.blames,
            self.before.1,
            described(&self.before.0),
            self.after.1,
            described(&self.after.0),
        )
    }
}

/// The falls of a story that happened between two commits, and not while it was paused.
fn falls(seed: u64) -> Vec<Case> {
    let mut rng = Rng::new(seed);
    let scene = random::scene(&mut rng);
    let mut story = Story::begin(scene, noon() - SignedDuration::from_hours(40 * 24));
    story.commit();
    let mut cases = Vec::new();
    for number in 0..COMMITS {
        let before = (story.scene.clone(), story.now);
        go_on(&mut rng, &mut story);
        let after = (story.scene.clone(), story.now);
        let (then, now) = (at(&before), at(&after));
        let told = story.commit().into_iter();
        let falls = told.filter(|told| told.entry.transition == Transition::Fall);
        for told in falls.filter(|told| is_new(then, now, told)) {
            let domain = told.entry.domain.as_deref();
            cases.push(Case {
                place: format!("seed {seed}, commit {number}"),
                before: before.clone(),
                after: after.clone(),
                blames: blames(then, now, &told.key, domain),
                told,
            });
        }
    }
    cases
}

/// One to three changes and pauses, and now and then a restart before anybody looks.
fn go_on(rng: &mut Rng, story: &mut Story) {
    for _ in 0..=rng.below(2) {
        match random::step(rng, &story.scene) {
            Step::Clock(pause) => story.pause(pause),
            Step::Change(delta) if matches!(*delta, Delta::Ledger { .. }) => {}
            Step::Change(delta) => story.change(*delta),
        }
    }
    if rng.chance(15) {
        story.restart();
    }
    story.pause(SignedDuration::from_secs(1));
}

fn at((scene, now): &(Scene, Timestamp)) -> At<'_> {
    At { scene, now: *now }
}

fn is_new(before: At<'_>, after: At<'_>, told: &Told) -> bool {
    let stage = |at: At<'_>| {
        let judgement = judge(at.scene, &told.key, at.now)?;
        match &told.entry.domain {
            Some(domain) => judgement.domain_stages.get(domain).copied().flatten(),
            None => judgement.stage.proven,
        }
    };
    stage(before) > stage(after)
}

#[test]
fn fall_is_blamed_on_what_the_oracle_blames() {
    let stories = tried("GRADUS_STORIES", STORIES);
    let cases = (0..stories).flat_map(|seed| falls(6_000_000 + seed));
    let wrong: Vec<Case> = cases.filter(|case| !case.fits()).collect();
    let told = |case: &Case| format!("{}: {:?}\n  {:?}", case.place, case.told, case.blames);
    let places: Vec<String> = wrong.iter().map(told).collect();
    let first = wrong.first().map(Case::described).unwrap_or_default();
    assert!(wrong.is_empty(), "{}\n{first}", places.join("\n"));
}
