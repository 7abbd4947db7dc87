//! Scores.

use gradus_tests::compare::{disagreements, snapshot};

use crate::nothing_is_wrong;

/// Scenes tried in every run.
const SCENES: u64 = 4_000;

#[test]
fn engine_and_oracle_agree_on_scores_of_random_scenes() {
    nothing_is_wrong(0, SCENES, |scene, now| {
        disagreements(scene, &snapshot(scene, now), now)
    });
}
