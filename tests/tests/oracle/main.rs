//! The engine and the oracle, which was written apart from it, say the same of everything: scores,
//! forecasts, roadmaps and causes, over random sites and random stories.

mod causes;
mod edge_cases;
mod forecasts;
mod planted;
mod roadmaps;
mod scores;

use gradus_tests::compare::{described, shrink};
use gradus_tests::random::{self, Rng, instant, tried};
use gradus_tests::scene::Scene;
use jiff::Timestamp;

/// Nothing is wrong with any of so many random scenes, or of as many as are asked for; else the smallest scene with which
/// something is.
fn nothing_is_wrong(
    first_seed: u64,
    scenes: u64,
    wrong: impl Fn(&Scene, Timestamp) -> Vec<String>,
) {
    for seed in 0..tried("GRADUS_WORLDS", scenes) {
        let mut rng = Rng::new(first_seed + seed);
        let scene = random::scene(&mut rng);
        let now = instant(&mut rng);
        if !wrong(&scene, now).is_empty() {
            let smallest = shrink(&scene, &|scene| !wrong(scene, now).is_empty());
            let lines = wrong(&smallest, now).join("\n");
            panic!("seed {seed} at {now}:\n{lines}\n{}", described(&smallest));
        }
    }
}
