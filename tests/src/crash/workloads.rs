//! Twelve workloads: every way to lose a stage, to win it back, and to be asked about it.

use gradus_engine::key::Kind;
use serde_json::{Value, json};

use super::model::{ANSWERS, CRITERIA, DOMAINS, LADDER, POINTS, ladder};
use super::objects::{
    absent, assessment, assessment_with, attestation, dependent, graded, labelled, present,
    vouched, waiver,
};
use super::workload::{Expected, Step, Workload};

/// The assessment of nearly every workload.
const SITE: &str = "site";
/// A model that a workload changes is its own.
const EDITION: &str = "crash-edition-NAMESPACE";

/// All of them.
pub fn workloads() -> Vec<Workload> {
    vec![
        a_capability_is_denied_and_claimed_again(),
        capabilities_are_removed_and_come_back_one_by_one(),
        a_dependency_is_denied_and_removed(),
        an_attestation_is_withdrawn(),
        a_waiver_is_deleted(),
        the_scope_changes(),
        the_model_changes(),
        a_fall_is_acknowledged(),
        a_fall_happens_in_a_pause(),
        an_assessment_is_made_anew(),
        two_models_share_a_capability(),
        domains_fall_when_it_has_lasted(),
    ]
}

fn site(stage: u64, entries: u64) -> Expected {
    Expected::at(SITE, stage, entries)
}

/// Everything that the ladder asks for, and the assessment by it.
fn complete() -> Vec<Value> {
    let mut objects: Vec<Value> = CRITERIA.iter().map(|(name, _)| present(name)).collect();
    objects.push(assessment(SITE, LADDER));
    objects
}

/// The same, one capability in other words.
fn complete_but(other: Value) -> Vec<Value> {
    let mut objects = complete();
    objects.retain(|object| object["metadata"]["name"] != other["metadata"]["name"]);
    objects.push(other);
    objects
}

fn a_capability_is_denied_and_claimed_again() -> Workload {
    Workload {
        name: "a capability is denied and claimed again",
        objects: complete(),
        first: vec![site(3, 1)],
        steps: vec![
            Step::apply(absent("failover"), [site(2, 2).falls(1, 1)]),
            Step::apply(present("failover"), [site(3, 3).falls(1, 0)]),
            Step::apply(absent("power"), [site(0, 4).falls(2, 1)]),
            Step::apply(present("power"), [site(3, 5).falls(2, 0)]),
        ],
    }
}

fn capabilities_are_removed_and_come_back_one_by_one() -> Workload {
    let capability = Kind::Capability;
    Workload {
        name: "capabilities are removed and come back one by one",
        objects: complete(),
        first: vec![site(3, 1)],
        steps: vec![
            Step::delete(capability, "failover", [site(2, 2).falls(1, 1)]),
            Step::delete(capability, "wireless", [site(1, 3).falls(2, 2)]),
            Step::apply(present("wireless"), [site(2, 4).falls(2, 2)]),
            Step::apply(present("failover"), [site(3, 5).falls(2, 0)]),
        ],
    }
}

fn a_dependency_is_denied_and_removed() -> Workload {
    let mut objects = complete_but(dependent("wireless", "feed"));
    objects.push(present("feed"));
    Workload {
        name: "a dependency is denied and removed",
        objects,
        first: vec![site(3, 1)],
        steps: vec![
            Step::apply(absent("feed"), [site(1, 2).falls(1, 1)]),
            Step::apply(present("feed"), [site(3, 3).falls(1, 0)]),
            Step::delete(Kind::Capability, "feed", [site(1, 4).falls(2, 1)]),
            Step::apply(present("feed"), [site(3, 5).falls(2, 0)]),
        ],
    }
}

fn an_attestation_is_withdrawn() -> Workload {
    let mut objects = complete_but(vouched("failover"));
    objects.push(attestation("review", "failover"));
    let again = attestation("second-review", "failover");
    Workload {
        name: "an attestation is withdrawn",
        objects,
        first: vec![site(3, 1)],
        steps: vec![
            Step::delete(Kind::Attestation, "review", [site(2, 2).falls(1, 1)]),
            Step::apply(again, [site(3, 3).falls(1, 0)]),
            Step::delete(Kind::Attestation, "second-review", [site(2, 4).falls(2, 1)]),
        ],
    }
}

fn a_waiver_is_deleted() -> Workload {
    let mut objects = complete_but(absent("backup"));
    objects.push(waiver("works", SITE, "backup"));
    let again = waiver("longer-works", SITE, "backup");
    Workload {
        name: "a waiver is deleted",
        objects,
        first: vec![site(3, 1)],
        steps: vec![
            Step::delete(Kind::Waiver, "works", [site(2, 2).falls(1, 1)]),
            Step::apply(again, [site(3, 3).falls(1, 0)]),
            Step::delete(Kind::Waiver, "longer-works", [site(2, 4).falls(2, 1)]),
            Step::apply(present("backup"), [site(3, 5).falls(2, 0)]),
        ],
    }
}

fn the_scope_changes() -> Workload {
    let of = |place: &str| {
        let labels = json!({"capabilities": {"matchLabels": {"place": place}}});
        assessment_with(SITE, LADDER, labels)
    };
    let mut objects: Vec<Value> = CRITERIA
        .iter()
        .map(|(name, _)| labelled(present(name), "place", "north"))
        .collect();
    objects.push(of("north"));
    let moved = labelled(present("failover"), "place", "south");
    Workload {
        name: "the scope changes",
        objects,
        first: vec![site(3, 1)],
        steps: vec![
            Step::apply(moved, [site(2, 2).falls(1, 1)]),
            Step::apply(assessment(SITE, LADDER), [site(3, 3).falls(1, 0)]),
            Step::apply(of("south"), [site(0, 4).falls(2, 1)]),
            Step::apply(assessment(SITE, LADDER), [site(3, 5).falls(2, 0)]),
        ],
    }
}

fn the_model_changes() -> Workload {
    let asks_more = |names: [&'static str; 2], stage: u32| {
        let mut criteria = CRITERIA.to_vec();
        criteria.extend(names.map(|name| (name, stage)));
        ladder(EDITION, &criteria)
    };
    let first = ladder(EDITION, &CRITERIA);
    let mut objects: Vec<Value> = CRITERIA.iter().map(|(name, _)| present(name)).collect();
    objects.extend([first.clone(), assessment(SITE, EDITION)]);
    let keeps = json!({"regression": {"onModelChange": "Keep"}});
    Workload {
        name: "the model changes",
        objects,
        first: vec![site(3, 1)],
        steps: vec![
            Step::apply(asks_more(["archive", "vault"], 3), [site(2, 2)]),
            Step::apply(absent("wireless"), [site(1, 3).falls(1, 1)]),
            Step::apply(present("wireless"), [site(2, 4).falls(1, 0)]),
            Step::apply(
                assessment_with(SITE, EDITION, keeps),
                [site(2, 4).falls(1, 0)],
            ),
            Step::apply(asks_more(["archive", "vault"], 2), [site(1, 5).falls(2, 1)]),
            Step::apply(first, [site(3, 6).falls(2, 0)]),
        ],
    }
}

fn a_fall_is_acknowledged() -> Workload {
    let acknowledges = json!({"regression": {"acknowledge": {"sequence": 2}}});
    let acknowledged = assessment_with(SITE, LADDER, acknowledges);
    Workload {
        name: "a fall is acknowledged",
        objects: complete(),
        first: vec![site(3, 1)],
        steps: vec![
            Step::apply(absent("failover"), [site(2, 2).falls(1, 1)]),
            Step::apply(acknowledged, [site(2, 2).falls(1, 0)]),
            Step::apply(absent("wireless"), [site(1, 3).falls(2, 1)]),
            Step::apply(present("wireless"), [site(2, 4).falls(2, 0)]),
            Step::apply(present("failover"), [site(3, 5).falls(2, 0)]),
        ],
    }
}

fn a_fall_happens_in_a_pause() -> Workload {
    let pauses = json!({"engagement": {"state": "Paused", "reason": "The works go on."}});
    Workload {
        name: "a fall happens in a pause",
        objects: complete(),
        first: vec![site(3, 1)],
        steps: vec![
            Step::apply(assessment_with(SITE, LADDER, pauses), [site(3, 1)]),
            Step::apply(absent("failover"), [site(2, 1)]),
            Step::apply(assessment(SITE, LADDER), [site(2, 2).falls(1, 1)]),
            Step::apply(present("failover"), [site(3, 3).falls(1, 0)]),
        ],
    }
}

fn an_assessment_is_made_anew() -> Workload {
    Workload {
        name: "an assessment is made anew",
        objects: complete(),
        first: vec![site(3, 1)],
        steps: vec![
            Step::apply(absent("failover"), [site(2, 2).falls(1, 1)]),
            Step::delete(Kind::Assessment, SITE, Vec::new()),
            Step::apply(assessment(SITE, LADDER), [site(2, 1)]),
            Step::apply(absent("wireless"), [site(1, 2).falls(1, 1)]),
            Step::apply(present("wireless"), [site(2, 3).falls(1, 0)]),
        ],
    }
}

fn two_models_share_a_capability() -> Workload {
    let points = |stage, entries| Expected::at("points", stage, entries);
    let mut objects: Vec<Value> = ANSWERS.iter().map(|name| graded(name, 3)).collect();
    objects.extend([
        present("failover"),
        present("backup"),
        assessment(SITE, LADDER),
        assessment("points", POINTS),
    ]);
    Workload {
        name: "two models share a capability",
        objects,
        first: vec![site(3, 1), points(3, 1)],
        steps: vec![
            Step::apply(
                graded("wireless", 1),
                [site(3, 1), points(2, 2).falls(1, 1)],
            ),
            Step::apply(
                graded("wireless", 3),
                [site(3, 1), points(3, 3).falls(1, 0)],
            ),
            Step::apply(
                absent("wireless"),
                [site(1, 2).falls(1, 1), points(2, 4).falls(2, 1)],
            ),
            Step::apply(
                graded("wireless", 3),
                [site(3, 3).falls(1, 0), points(3, 5).falls(2, 0)],
            ),
        ],
    }
}

fn domains_fall_when_it_has_lasted() -> Workload {
    let shows = |entries| site(0, entries).without_stage();
    let holds = json!({"regression": {"holdFor": "1s"}});
    let mut objects: Vec<Value> = CRITERIA.iter().map(|(name, _)| present(name)).collect();
    objects.push(assessment_with(SITE, DOMAINS, holds));
    Workload {
        name: "domains fall when it has lasted",
        objects,
        first: vec![shows(0)],
        steps: vec![
            Step::apply(absent("wireless"), [shows(1).falls(1, 1)]),
            Step::apply(present("wireless"), [shows(2).falls(1, 0)]),
            Step::apply(absent("backup"), [shows(3).falls(2, 1)]),
        ],
    }
}
