//! What a change costs grows with what it touches, and with nothing else: counted, never timed.

mod growth_support;

use std::collections::BTreeSet;

use gradus_engine::delta::Visits;
use gradus_engine::model::{Item, Leaf, Model, Requires};
use gradus_engine::query::{self, oracle};
use gradus_engine::world::World;
use growth_support::{Estate, hospital_group, noon};

/// What one change of a capability made the world do.
fn work_of_a_change(world: &mut World, site: usize, kind: usize, turn: usize) -> Visits {
    let before = world.visits();
    world.apply(Estate::change(site, kind, turn));
    world.settle(noon(), usize::MAX);
    difference(world.visits(), before)
}

fn difference(after: Visits, before: Visits) -> Visits {
    Visits {
        deltas: after.deltas - before.deltas,
        capabilities: after.capabilities - before.capabilities,
        criteria: after.criteria - before.criteria,
        predicates: after.predicates - before.predicates,
        assessments: after.assessments - before.assessments,
        programs: after.programs - before.programs,
    }
}

/// The types that a criterion's leaves ask for, repeats included.
fn asked(requires: &Requires) -> Vec<String> {
    let kind = |leaf: &Leaf| match leaf {
        Leaf::Capability { capability, .. } => capability.to_string(),
        Leaf::Absent(kind) => kind.to_string(),
    };
    let of_items = |items: &[Item]| {
        items
            .iter()
            .flat_map(|item| match item {
                Item::Leaf(leaf) => vec![kind(leaf)],
                Item::AnyOf(leaves) => leaves.iter().map(kind).collect(),
            })
            .collect()
    };
    match requires {
        Requires::Leaf(leaf) => vec![kind(leaf)],
        Requires::AllOf(items) | Requires::AnyOf(items) => of_items(items),
        Requires::AtLeast { of, .. } => of_items(of),
    }
}

/// What a change of one type must cost, read off the models alone.
fn fan_out(models: &[std::sync::Arc<Model>], kind: &str) -> Visits {
    let mut expected = Visits {
        deltas: 1,
        capabilities: 1,
        ..Visits::default()
    };
    for model in models {
        let leaves: Vec<usize> = model
            .criteria
            .iter()
            .map(|criterion| {
                asked(&criterion.requires)
                    .iter()
                    .filter(|asked| *asked == kind)
                    .count()
            })
            .filter(|leaves| *leaves > 0)
            .collect();
        expected.assessments += u64::from(!leaves.is_empty());
        expected.criteria += leaves.len() as u64;
        expected.predicates += leaves.iter().sum::<usize>() as u64;
    }
    expected
}

#[test]
fn a_change_visits_exactly_what_reads_it_at_a_hundred_sites_and_at_fifteen_hundred() {
    let (mut few, mut many) = (hospital_group(100).world(), hospital_group(1_500).world());
    let models = hospital_group(1).model_list();
    for kind in 0..75 {
        let expected = fan_out(&models, &format!("Type{kind:02}"));
        let at_few = work_of_a_change(&mut few, kind % 100, kind, 1);
        let at_many = work_of_a_change(&mut many, kind * 19, kind, 1);
        assert_eq!(at_few, expected, "capability {kind} among 100 sites");
        assert_eq!(at_many, expected, "capability {kind} among 1500 sites");
    }
}

#[test]
fn nothing_is_visited_when_nothing_changed() {
    let mut world = hospital_group(3).world();
    let work = work_of_a_change(&mut world, 1, 1, 0);
    let nothing = Visits {
        deltas: 1,
        ..Visits::default()
    };
    assert_eq!(work, nothing);
}

#[test]
fn a_model_is_compiled_once_however_many_assessments_use_it() {
    for sites in [1, 20, 200] {
        assert_eq!(
            hospital_group(sites).world().visits().programs,
            5,
            "{sites} sites"
        );
    }
}

#[test]
fn a_change_names_the_capability_and_the_assessments_that_read_it_and_no_other_site() {
    let mut world = hospital_group(40).world();
    world.apply(Estate::change(7, 3, 1));
    let changes = world.settle(noon(), usize::MAX).changes;
    let namespaces: BTreeSet<&str> = changes.iter().map(|key| &*key.namespace).collect();
    assert_eq!(namespaces, BTreeSet::from([Estate::site(7).as_str()]));
    assert!(changes.len() <= 6, "{changes:?}");
}

#[test]
fn the_impact_of_every_capability_looks_at_leaves_in_step_with_the_model_not_with_its_square() {
    let looked_at = |kinds: usize, criteria: usize| {
        let estate = Estate {
            sites: 1,
            kinds,
            models: 1,
            criteria,
        };
        let world = estate.world();
        let impacts = query::impact(&world, &Estate::assessment_key(0, 0)).len();
        assert!(impacts * 3 >= kinds * 2, "{impacts} of {kinds} are read");
        oracle::impact_visits(&world, &Estate::assessment_key(0, 0))
    };
    let (few, twice, four_times) = (looked_at(75, 200), looked_at(150, 200), looked_at(300, 200));
    assert!(twice <= few * 11 / 10, "{few} leaves, then {twice}");
    assert!(
        four_times <= few * 11 / 10,
        "{few} leaves, then {four_times}"
    );
    let larger = looked_at(75, 400);
    assert!(
        larger <= few * 22 / 10,
        "{few} leaves of 200 criteria, {larger} of 400"
    );
}
