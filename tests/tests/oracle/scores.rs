//! Scores.

use gradus_tests::compare::{described, disagreements, shrink, snapshot};
use gradus_tests::random::{self, Rng, instant, tried};

/// Scenes tried in every run.
const SCENES: u64 = 4_000;

#[test]
fn engine_and_oracle_agree_on_scores_of_random_scenes() {
    for seed in 0..tried("GRADUS_WORLDS", SCENES) {
        let mut rng = Rng::new(seed);
        let scene = random::scene(&mut rng);
        let now = instant(&mut rng);
        if disagreements(&scene, &snapshot(&scene, now), now).is_empty() {
            continue;
        }
        let smallest = shrink(&scene, &|scene| {
            !disagreements(scene, &snapshot(scene, now), now).is_empty()
        });
        let lines = disagreements(&smallest, &snapshot(&smallest, now), now).join("\n");
        panic!("seed {seed} at {now}:\n{lines}\n{}", described(&smallest));
    }
}
