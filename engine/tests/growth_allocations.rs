//! Memory: nothing is allocated to evaluate a predicate, a change allocates the same whatever else
//! exists, and a capability takes no more bytes among many than among few.

mod growth_support;

use allocation_counter::measure;
use gradus_engine::fact::FactValue;
use gradus_engine::interner::Interner;
use gradus_engine::predicate::{Lookup, Predicate, Slot, Values, parse};
use gradus_engine::view::Snapshot;
use gradus_engine::world::World;
use growth_support::model::WHERES;
use growth_support::{Estate, hospital_group, noon};

/// The most that a capability may take, in bytes.
const RESIDENT: u64 = 600;

/// Facts by slot, as the world keeps them.
struct Stated(Vec<(Slot, FactValue)>);

impl Values for Stated {
    fn fact(&self, slot: Slot) -> Lookup<'_> {
        let fact = self.0.iter().find(|fact| fact.0 == slot);
        fact.map_or(Lookup::Absent, |fact| Lookup::Known((&fact.1).into()))
    }

    fn units(&self) -> Option<(u64, u64)> {
        Some((12, 7))
    }
}

#[test]
fn evaluating_a_predicate_allocates_nothing() {
    let mut names = Interner::default();
    let predicates: Vec<Predicate> = WHERES
        .iter()
        .chain(&["units.covered > 3 || !(facts.absent == 'x')"])
        .map(|text| {
            let expression = parse(text).expect("a text that parses");
            Predicate::compile(&expression, &mut |name| Slot(names.intern(name).0))
        })
        .collect();
    let stated = Stated(vec![
        (Slot(names.intern("level").0), FactValue::Integer(3)),
        (
            Slot(names.intern("mode").0),
            FactValue::Text("active".into()),
        ),
        (
            Slot(names.intern("version").0),
            FactValue::Text("1.4".into()),
        ),
    ]);
    let evaluation = measure(|| {
        for predicate in &predicates {
            std::hint::black_box(predicate.evaluate(&stated));
        }
    });
    assert_eq!(evaluation.count_total, 0);
}

/// How often each of some settled changes allocates, in the same capability of the same site.
fn allocations_per_change(sites: usize) -> Vec<u64> {
    let estate = Estate {
        sites,
        kinds: 20,
        models: 2,
        criteria: 50,
    };
    let mut world = estate.world();
    // Warmed up: sets of what waits have been filled and emptied before.
    (1..=40)
        .map(|turn| {
            let change = Estate::change(17, turn % 4, turn);
            let settling = measure(|| {
                world.apply(change);
                world.settle(noon(), usize::MAX);
                world.snapshot();
            });
            settling.count_total
        })
        .skip(20)
        .collect()
}

#[test]
fn a_change_allocates_the_same_at_a_hundred_sites_and_at_fifteen_hundred() {
    let (few, many) = (allocations_per_change(100), allocations_per_change(1_500));
    let total = |of: &[u64]| of.iter().sum::<u64>();
    assert!(
        total(&many) * 100 <= total(&few) * 101,
        "{few:?} against {many:?}"
    );
}

/// Bytes that stay with a world of so many sites, and the snapshot that shares them.
fn resident(sites: usize) -> u64 {
    let estate = hospital_group(sites);
    let mut kept: Option<(World, Snapshot)> = None;
    let info = measure(|| {
        let mut world = World::new();
        estate.capabilities().for_each(|delta| world.apply(delta));
        world.settle(noon(), usize::MAX);
        let snapshot = world.snapshot();
        kept = Some((world, snapshot));
    });
    drop(kept);
    u64::try_from(info.bytes_current).expect("something stays")
}

#[test]
fn a_capability_takes_at_most_600_bytes_and_the_same_among_ten_thousand_as_among_many() {
    let each: Vec<u64> = [134, 667, 1_467]
        .into_iter()
        .map(|sites| resident(sites) / (sites as u64 * 75))
        .collect();
    let (least, most) = (each.iter().min().copied(), each.iter().max().copied());
    let (least, most) = (least.expect("three"), most.expect("three"));
    assert!(
        most <= RESIDENT,
        "bytes each at 10k, 50k and 110k: {each:?}"
    );
    assert!(
        most * 100 <= least * 110,
        "bytes each at 10k, 50k and 110k: {each:?}"
    );
}
