//! Forecast, what-if, impact and roadmap, against the world that really comes to that.

use std::path::PathBuf;

use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::query::{self, Change, oracle};
use gradus_engine::world::World;
use gradus_operator::inputs::folder::scan;
use gradus_operator::modes::folder::world_of;
use gradus_tests::compare::world;
use gradus_tests::random::Rng;
use gradus_tests::random::{noon, scene};
use gradus_tests::running::binary::root;
use gradus_tests::site::Site;
use jiff::{SignedDuration, Timestamp};

/// The day of the example.
fn day() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().expect("an instant")
}

fn group_at(at: Timestamp) -> World {
    let folder: PathBuf = root().join("examples/hospital-group");
    world_of(scan(&[folder], &mut std::io::empty()), at)
}

fn assessment(namespace: &str, name: &str) -> ObjectKey {
    ObjectKey::new(Kind::Assessment, namespace, name)
}

fn stage(world: &mut World, key: &ObjectKey) -> Option<u32> {
    world
        .snapshot()
        .assessments
        .get(key)
        .and_then(|view| view.stage)
}

#[test]
fn impact_of_one_capability_covers_every_model() {
    let group = group_at(day());
    let lost = Change::Lose("wireless-most-premises".into());
    let outcomes = query::what_if(&group, "larkmere-general", &[lost]).expect("it is there");
    let told: Vec<_> = outcomes
        .iter()
        .map(|one| (&*one.assessment.name, one.stage, one.stage_after))
        .collect();
    assert_eq!(
        told,
        [
            ("emram", Some(6), Some(6)),
            ("infram", Some(5), Some(3)),
            ("nimm", Some(2), Some(2))
        ]
    );
    let infram = &outcomes[1];
    assert!(
        infram.lost.iter().any(|name| &**name == "video-on-mobile"),
        "what depends on it goes too"
    );
    assert!(infram.gained.is_empty());
}

#[test]
fn several_changes_are_evaluated_together() {
    let group = group_at(day());
    let lose = Change::Lose("wireless-most-premises".into());
    let gain = Change::Add("active-active-ha".into());
    let outcomes =
        query::what_if(&group, "larkmere-general", &[lose, gain]).expect("they are there");
    let infram = outcomes
        .iter()
        .find(|one| &*one.assessment.name == "infram")
        .expect("it is scored");
    assert_eq!(
        infram.stage_after,
        Some(4),
        "the one makes up for the other at stage 4, not at 5"
    );
}

#[test]
fn an_ended_waiver_and_an_expired_attestation_take_their_stage_with_them() {
    let group = group_at(day());
    let ended = query::what_if(
        &group,
        "stonebridge",
        &[Change::EndWaiver("video-rooms".into())],
    )
    .expect("it is there");
    let infram = ended
        .iter()
        .find(|one| &*one.assessment.name == "infram")
        .expect("it is scored");
    assert_eq!((infram.stage, infram.stage_after), (Some(4), Some(3)));

    let expired = Change::Expire("penetration-test-firewall".into());
    let outcomes = query::what_if(&group, "larkmere-general", &[expired]).expect("it is there");
    let infram = outcomes
        .iter()
        .find(|one| &*one.assessment.name == "infram")
        .expect("it is scored");
    assert_eq!((infram.stage, infram.stage_after), (Some(5), Some(4)));
    assert_eq!(
        infram.potential_after,
        Some(6),
        "what has expired is Unknown, not absent"
    );
}

#[test]
fn change_of_an_unknown_name_is_an_error() {
    let group = group_at(day());
    let wrong = [
        Change::Lose("wirless".into()),
        Change::EndWaiver("none".into()),
    ];
    let told = query::what_if(&group, "larkmere-general", &wrong).expect_err("neither is there");
    assert_eq!(
        told,
        [
            "there is no capability `wirless`",
            "there is no waiver `none`"
        ]
    );
}

#[test]
fn moved_clock_equals_a_world_of_that_day() {
    let group = group_at(day());
    for days in [30, 84, 85, 120, 200, 400, 900] {
        let then = day() + SignedDuration::from_hours(24 * days);
        let mut later = group_at(then);
        for namespace in ["larkmere-general", "stonebridge", "westhaven"] {
            for outcome in
                query::what_if(&group, namespace, &[Change::At(then)]).expect("it is there")
            {
                let real = stage(&mut later, &outcome.assessment);
                assert_eq!(
                    outcome.stage_after, real,
                    "{} after {days} days",
                    outcome.assessment
                );
            }
        }
    }
}

#[test]
fn a_forecast_comes_true_to_the_instant() {
    let snapshot = group_at(day()).snapshot();
    let mut count = 0;
    for (key, view) in &snapshot.assessments {
        let Some(forecast) = &view.forecast else {
            continue;
        };
        count += 1;
        let mut then = group_at(forecast.at);
        assert_eq!(
            stage(&mut then, key),
            Some(forecast.stage),
            "{key}: {}",
            forecast.because
        );
        let mut just_before = group_at(forecast.at - SignedDuration::from_secs(1));
        assert_eq!(
            stage(&mut just_before, key),
            view.stage,
            "{key} an instant before"
        );
    }
    assert!(
        count >= 3,
        "the example has forecasts; only {count} were found"
    );
}

#[test]
fn impact_by_counting_is_impact_by_scoring_in_the_example_and_in_random_scenes() {
    let mut group = group_at(day());
    for key in group.snapshot().assessments.keys() {
        assert_eq!(
            query::impact(&group, key),
            oracle::impact_by_scoring(&group, key),
            "{key}"
        );
    }
    for seed in 0..400 {
        let scene = scene(&mut Rng::new(seed));
        let mut random = world(scene.deltas(), noon());
        for key in random.snapshot().assessments.keys() {
            assert_eq!(
                query::impact(&random, key),
                oracle::impact_by_scoring(&random, key),
                "{key} of seed {seed}"
            );
        }
    }
}

#[test]
fn walking_a_roadmap_reaches_its_stage_with_everything_needed_first() {
    let infram = gradus_crds::library::find("infram-2018").expect("the library has it");
    let bare = Site::of(infram.clone()).has(["intrusion-detection", "remote-access-vpn"]);
    let key = assessment("default", "site");
    let world = world(bare.scene.deltas(), noon());
    for to in 1..=7 {
        let way = query::roadmap(&world, &key, to).expect("INFRAM is walked");
        let walked = way
            .steps
            .iter()
            .fold(bare.clone(), |site, step| site.has([&*step.criterion]));
        assert!(walked.stage() >= Some(to), "stage {to} by {:?}", way.steps);
        assert!(way.effort_at_least <= way.effort_days);
        assert!(way.awards_needed.is_empty());
        for (place, step) in way.steps.iter().enumerate() {
            for first in &step.after {
                let earlier = way.steps[..place]
                    .iter()
                    .any(|done| done.criterion == *first);
                assert!(earlier, "{} comes after {first}", step.criterion);
            }
        }
    }
}

#[test]
fn a_roadmap_names_the_award_that_its_stage_waits_for() {
    let group = group_at(day());
    let way = query::roadmap(&group, &assessment("larkmere-general", "emram"), 7)
        .expect("EMRAM is walked");
    assert_eq!(way.awards_needed, [7]);
}

#[test]
fn exact_roadmap_is_the_cheapest() {
    let infram = gradus_crds::library::find("infram-2018").expect("the library has it");
    let all: Vec<&str> = infram
        .criteria
        .iter()
        .filter(|one| one.stage == Some(1))
        .map(|one| &*one.name)
        .collect();
    let site = Site::of(infram.clone());
    let way = query::roadmap(
        &world(site.scene.deltas(), noon()),
        &assessment("default", "site"),
        1,
    )
    .expect("INFRAM is walked");
    let effort = |name: &str| {
        let stated = infram.criteria.iter().find(|one| &*one.name == name);
        u64::from(stated.and_then(|one| one.effort_days).unwrap_or(1))
    };
    let cheapest = (0u32..1 << all.len())
        .map(|picks| {
            all.iter()
                .enumerate()
                .filter(|(place, _)| picks & (1 << place) != 0)
                .map(|(_, name)| *name)
                .collect()
        })
        .filter(|picked: &Vec<&str>| site.clone().has(picked.iter().copied()).stage() >= Some(1))
        .map(|picked| picked.into_iter().map(effort).sum::<u64>())
        .min();
    assert_eq!(Some(way.effort_days), cheapest);
    assert_eq!(way.effort_days, way.effort_at_least);
}
