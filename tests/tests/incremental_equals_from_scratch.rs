//! The views of a world depend on the deltas applied, never on their order or batches.

use gradus_engine::delta::Delta;
use gradus_engine::key::Kind;
use gradus_engine::world::World;
use gradus_tests::compare::{
    described, disagreements, said, settle, shrink, snapshot, unlike, world,
};
use gradus_tests::random::{self, Rng, Step, instant, noon};
use gradus_tests::scene::Scene;
use jiff::{SignedDuration, Timestamp};

/// Lives lived in every run, and steps of each.
const LIVES: u64 = 120;
const STEPS: usize = 60;

/// Objects in any order, then what is known of them in any order.
fn shuffled(rng: &mut Rng, scene: &Scene) -> Vec<Delta> {
    let mut deltas = scene.deltas();
    rng.shuffle(&mut deltas);
    deltas.sort_by_key(|delta| !matches!(delta, Delta::Upsert { .. }));
    deltas
}

fn compare(world: &mut World, scene: &Scene, now: Timestamp, rng: &mut Rng, place: &str) {
    let incremental = said(&world.snapshot());
    let fresh = said(&gradus_tests::compare::world(shuffled(rng, scene), now).snapshot());
    let lines = unlike(&incremental, &fresh);
    assert!(
        lines.is_empty(),
        "{place} at {now}, incremental then from scratch:\n{}",
        lines.join("\n")
    );
}

#[test]
fn incremental_equals_from_scratch_over_random_changes() {
    for seed in 0..LIVES {
        let mut rng = Rng::new(seed);
        let mut scene = random::scene(&mut rng);
        let mut now = noon() - SignedDuration::from_hours(40 * 24);
        let mut world = world(scene.deltas(), now);
        for number in 0..STEPS {
            match random::step(&mut rng, &scene) {
                Step::Clock(pause) => now += pause,
                Step::Change(delta) => {
                    scene.apply(&delta);
                    world.apply(*delta);
                }
            }
            // Changes also come in batches.
            if rng.chance(80) {
                settle(&mut world, now);
                compare(
                    &mut world,
                    &scene,
                    now,
                    &mut rng,
                    &format!("seed {seed}, step {number}"),
                );
            }
        }
    }
}

#[test]
fn objects_not_named_as_changed_have_equal_views() {
    for seed in 0..LIVES {
        let mut rng = Rng::new(3_000_000 + seed);
        let mut scene = random::scene(&mut rng);
        let mut now = noon() - SignedDuration::from_hours(40 * 24);
        let mut world = world(scene.deltas(), now);
        let mut before = said(&world.snapshot());
        for number in 0..STEPS {
            match random::step(&mut rng, &scene) {
                Step::Clock(pause) => now += pause,
                Step::Change(delta) => {
                    scene.apply(&delta);
                    world.apply(*delta);
                }
            }
            let named: Vec<String> = settle(&mut world, now)
                .changes
                .iter()
                .map(ToString::to_string)
                .collect();
            let after = said(&world.snapshot());
            let mut silent = unlike(&before, &after);
            silent.retain(|line| {
                !line.starts_with("next due")
                    && !named.iter().any(|key| line.starts_with(&format!("{key}:")))
            });
            assert_eq!(
                silent,
                Vec::<String>::new(),
                "seed {seed}, step {number} at {now}"
            );
            before = after;
        }
    }
}

#[test]
fn world_of_many_changes_ends_where_the_oracle_says() {
    for seed in 0..LIVES {
        let mut rng = Rng::new(1_000_000 + seed);
        let mut scene = random::scene(&mut rng);
        let mut now = noon() - SignedDuration::from_hours(40 * 24);
        let mut world = world(scene.deltas(), now);
        for _ in 0..STEPS {
            match random::step(&mut rng, &scene) {
                Step::Clock(pause) => now += pause,
                Step::Change(delta) => {
                    scene.apply(&delta);
                    world.apply(*delta);
                }
            }
        }
        settle(&mut world, now);
        let lines = disagreements(&scene, &world.snapshot(), now);
        if !lines.is_empty() {
            let smallest = shrink(&scene, &|scene| {
                !disagreements(scene, &snapshot(scene, now), now).is_empty()
            });
            panic!(
                "seed {seed} at {now}:\n{}\n{}",
                lines.join("\n"),
                described(&smallest)
            );
        }
    }
}

#[test]
fn applying_everything_again_changes_nothing() {
    for seed in 0..LIVES {
        let mut rng = Rng::new(seed);
        let scene = random::scene(&mut rng);
        let now = instant(&mut rng);
        let mut world = world(scene.deltas(), now);
        let before = said(&world.snapshot());
        let settled = world.settle(now, usize::MAX);
        assert!(
            settled.changes.is_empty(),
            "seed {seed}: settling again changes nothing"
        );
        for delta in shuffled(&mut rng, &scene) {
            world.apply(delta);
        }
        settle(&mut world, now);
        assert_eq!(
            unlike(&before, &said(&world.snapshot())),
            Vec::<String>::new(),
            "seed {seed}"
        );
    }
}

#[test]
fn a_small_budget_ends_where_a_large_one_does() {
    for seed in 0..LIVES {
        let mut rng = Rng::new(seed);
        let scene = random::scene(&mut rng);
        let now = instant(&mut rng);
        let whole = said(&world(scene.deltas(), now).snapshot());
        let mut little = World::new();
        for delta in shuffled(&mut rng, &scene) {
            little.apply(delta);
        }
        let mut rounds = 0;
        while little.settle(now, 1).remaining > 0 {
            rounds += 1;
            assert!(rounds < 10_000, "seed {seed}: it comes to an end");
        }
        assert_eq!(
            unlike(&whole, &said(&little.snapshot())),
            Vec::<String>::new(),
            "seed {seed}"
        );
    }
}

#[test]
fn removed_objects_leave_nothing_behind() {
    for seed in 0..LIVES {
        let mut rng = Rng::new(seed);
        let scene = random::scene(&mut rng);
        let now = instant(&mut rng);
        let mut world = world(scene.deltas(), now);
        for (key, placed) in &scene.objects {
            world.apply(Delta::Remove {
                key: key.clone(),
                uid: placed.life.uid.clone(),
            });
        }
        settle(&mut world, now);
        let left = said(&world.snapshot());
        assert_eq!(left.keys().collect::<Vec<_>>(), ["next due"], "seed {seed}");
        assert!(
            world.snapshot().models.is_empty(),
            "seed {seed}: {:?}",
            Kind::MaturityModel
        );
    }
}
