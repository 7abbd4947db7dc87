//! The engine beside the oracle, the engine beside itself, and the smallest scene on which
//! two of them differ.

mod described;
mod said;
mod shrink;

use std::collections::BTreeMap;

use gradus_engine::delta::{Delta, Settled};
use gradus_engine::verdict::Verdict;
use gradus_engine::view::{AssessmentView, Snapshot};
use gradus_engine::world::World;
use jiff::Timestamp;

use crate::oracle::{Judgement, judge};
use crate::scene::Scene;
pub use described::described;
pub use said::{said, unlike};
pub use shrink::shrink;

/// A world that was told these changes and settled.
pub fn world(deltas: impl IntoIterator<Item = Delta>, now: Timestamp) -> World {
    let mut world = World::new();
    for delta in deltas {
        world.apply(delta);
    }
    settle(&mut world, now);
    world
}

/// Settles to the end.
///
/// # Panics
///
/// When something remains without a budget.
pub fn settle(world: &mut World, now: Timestamp) -> Settled {
    let settled = world.settle(now, usize::MAX);
    assert_eq!(settled.remaining, 0, "nothing remains without a budget");
    settled
}

/// The engine's views of a scene.
pub fn snapshot(scene: &Scene, now: Timestamp) -> Snapshot {
    world(scene.deltas(), now).snapshot()
}

/// Where the engine and the oracle differ, a line each.
pub fn disagreements(scene: &Scene, snapshot: &Snapshot, now: Timestamp) -> Vec<String> {
    let mut lines = Vec::new();
    for (key, _, _) in scene.assessments() {
        let Some(view) = snapshot.assessments.get(key) else {
            lines.push(format!("{key}: the engine has no view of it"));
            continue;
        };
        let said = match judge(scene, key, now) {
            Some(judgement) => beside(&judgement, view),
            None if view.assessed => vec!["the engine assesses what cannot be scored".to_owned()],
            None => Vec::new(),
        };
        lines.extend(said.into_iter().map(|line| format!("{key}: {line}")));
    }
    lines
}

fn beside(oracle: &Judgement, view: &AssessmentView) -> Vec<String> {
    let mut lines = Vec::new();
    let mut differ = |what: &str, oracle: String, engine: String| {
        if oracle != engine {
            lines.push(format!("{what}: oracle {oracle}, engine {engine}"));
        }
    };
    differ(
        "assessed",
        format!("{:?}", oracle.assessed),
        format!("{:?}", view.assessed),
    );
    if !oracle.assessed || !view.assessed {
        return lines;
    }
    for row in &view.criteria {
        differ(
            &row.name,
            format!("{:?}", oracle.verdicts.get(&*row.name)),
            format!("{:?}", Some(row.verdict)),
        );
        if let (Some(class), None, Verdict::Met) =
            (oracle.classes.get(&*row.name), &row.met_by, row.verdict)
        {
            differ(
                &format!("class of {}", row.name),
                format!("{:?}", Some(class)),
                format!("{:?}", row.class.as_ref()),
            );
        }
    }
    differ(
        "stage",
        format!("{:?}", oracle.stage.proven),
        format!("{:?}", view.stage),
    );
    differ(
        "potential stage",
        format!("{:?}", oracle.stage.potential),
        format!("{:?}", view.potential_stage),
    );
    differ(
        "stage without waivers",
        format!("{:?}", oracle.stage.without_waivers),
        format!("{:?}", view.stage_without_waivers),
    );
    let domains: BTreeMap<String, Option<u32>> = view
        .domains
        .iter()
        .map(|domain| (domain.name.to_string(), domain.stage))
        .collect();
    differ(
        "domains",
        format!("{:?}", oracle.domain_stages),
        format!("{domains:?}"),
    );
    let exact = oracle
        .score
        .proven
        .as_ref()
        .map(|score| format!("{}/{}", score.numer(), score.denom()));
    differ(
        "score",
        format!("{exact:?}"),
        format!(
            "{:?}",
            view.score
                .as_ref()
                .map(|score| format!("{}/{}", score.numerator, score.denominator))
        ),
    );
    differ(
        "shown",
        format!("{:?}", oracle.shown),
        format!("{:?}", view.score.as_ref().map(|score| score.shown.clone())),
    );
    differ(
        "tally",
        format!("{:?}", oracle.tally),
        format!("{:?}", tally(view)),
    );
    if let Some(missing) = oracle.missing {
        differ("missing", missing.to_string(), view.missing.to_string());
    }
    lines
}

fn tally(view: &AssessmentView) -> BTreeMap<Verdict, u64> {
    let tally = view.tally;
    let counts = [
        (Verdict::Met, tally.met),
        (Verdict::Held, tally.held),
        (Verdict::Unmet, tally.unmet),
        (Verdict::Unknown, tally.unknown),
        (Verdict::NotApplicable, tally.not_applicable),
        (Verdict::Waived, tally.waived),
    ];
    counts.into_iter().filter(|(_, count)| *count > 0).collect()
}
