//! Roadmaps: ways that reach their stage, and how little would.

use gradus_engine::query::roadmap;
use gradus_tests::compare::world;
use gradus_tests::oracle::roadmap::{Roadmap, least, reaches};
use gradus_tests::scene::Scene;
use jiff::Timestamp;

use crate::nothing_is_wrong;

/// Scenes tried in every run.
const SCENES: u64 = 300;

/// Ways that are not the least, and stages that can be reached by one side only.
fn wrong(scene: &Scene, now: Timestamp) -> Vec<String> {
    let world = world(scene.deltas(), now);
    let mut lines = Vec::new();
    for (key, _, assessment) in scene.assessments() {
        let stages = scene
            .model(&assessment.model)
            .into_iter()
            .flat_map(|model| &model.stages);
        for to in stages.skip(1).map(|stage| stage.rank) {
            let told = roadmap(&world, key, to);
            let expected = least(scene, key, now, to);
            let fits = match (&expected, &told) {
                (Roadmap::NotTried, _) | (Roadmap::Unreachable, None) => true,
                (Roadmap::Least(way), Some(told)) => {
                    let steps = told.steps.iter().map(|step| step.criterion.to_string());
                    let leads = reaches(scene, key, now, &steps.collect(), to);
                    leads && (told.effort_days, told.effort_at_least) == (way.effort, way.effort)
                }
                _ => false,
            };
            if !fits {
                lines.push(format!(
                    "{key} to {to}: oracle {expected:?}, engine {told:?}"
                ));
            }
        }
    }
    lines
}

#[test]
fn way_is_the_least_that_reaches_its_stage_and_none_where_nothing_does() {
    nothing_is_wrong(5_000_000, SCENES, wrong);
}
