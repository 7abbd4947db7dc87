//! EMRAM, Core IO and NIMM as they are shipped: a site that has everything, and what one unit, one
//! date or one answer changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use gradus_engine::delta::Delta;
use gradus_engine::fact::FactValue;
use gradus_engine::key::{Kind, Name, ObjectKey};
use gradus_engine::model::{Item, Leaf, Model, Requires, Test};
use gradus_engine::object::{Attestation, Capability, Claim, Life, Object, Subject, Unit, Units};
use gradus_engine::predicate;
use gradus_tests::site::{Site, capability};
use jiff::Timestamp;
use jiff::civil::date;

fn shipped(name: &str) -> Arc<Model> {
    gradus_crds::library::find(name).expect("the library has it")
}

fn leaves(requires: &Requires) -> Vec<&Leaf> {
    match requires {
        Requires::Leaf(leaf) => vec![leaf],
        Requires::AllOf(items) | Requires::AnyOf(items) | Requires::AtLeast { of: items, .. } => {
            items
                .iter()
                .flat_map(|item| match item {
                    Item::Leaf(leaf) => std::slice::from_ref(leaf),
                    Item::AnyOf(leaves) => leaves.as_slice(),
                })
                .collect()
        }
    }
}

/// A hundred wards and the emergency department, of which so many wards are covered.
fn wards(covered: usize, emergency: bool) -> Units {
    let unit = |name: String, covered| Unit {
        name: name.into(),
        weight: 1,
        covered,
    };
    let wards = (0..100).map(|number| unit(format!("ward-{number}"), number < covered));
    Units::Items(wards.chain([unit("ed".to_owned(), emergency)]).collect())
}

/// Everything that a model asks for: every unit covered, every question answered yes, 2 or 5.
fn everything(model: &Model) -> BTreeMap<Name, Capability> {
    let mut all: BTreeMap<Name, Capability> = BTreeMap::new();
    for leaf in model
        .criteria
        .iter()
        .flat_map(|criterion| leaves(&criterion.requires))
    {
        match leaf {
            Leaf::Absent(kind) => {
                all.entry(kind.clone()).or_insert_with(|| Capability {
                    claim: Claim::Absent,
                    ..capability(kind)
                });
            }
            Leaf::Capability {
                capability: kind,
                test,
                ..
            } => {
                let had = all.entry(kind.clone()).or_insert_with(|| capability(kind));
                had.claim = Claim::Present;
                match test {
                    Test::Where(text) => {
                        let asked = predicate::parse(text).expect("the model is checked");
                        had.facts.extend(
                            asked
                                .facts()
                                .map(|fact| (Name::from(fact), fitting(text, fact))),
                        );
                    }
                    Test::Coverage(_) => had.units = Some(wards(100, true)),
                    Test::Grade { fact, max, .. } => {
                        had.facts.insert(fact.clone(), FactValue::Integer(*max));
                    }
                    Test::Exists | Test::Choice { .. } => {}
                }
            }
        }
    }
    all
}

fn fitting(text: &str, fact: &str) -> FactValue {
    match text {
        _ if text.contains(&format!("facts.{fact} <= 2")) => FactValue::Integer(2),
        _ if text.contains(&format!("facts.{fact} >= 3")) => FactValue::Integer(5),
        _ => FactValue::Boolean(true),
    }
}

fn site(model: &Arc<Model>, change: impl FnOnce(&mut BTreeMap<Name, Capability>)) -> Site {
    let mut all = everything(model);
    change(&mut all);
    all.into_iter()
        .fold(Site::of(model.clone()), |site, (name, capability)| {
            site.declares(&name, capability)
        })
}

fn with_award(mut site: Site, model: &str, stage: u32) -> Site {
    let award = Attestation {
        subject: Subject::Award {
            assessment: "site".into(),
            model: model.into(),
            stage,
        },
        statement: "Visited and found so.".to_owned(),
        facts: BTreeMap::new(),
        attested_by: "visitor".into(),
        external: Some("Outside Body".into()),
        issued: date(2026, 3, 1),
        valid_until: date(2036, 1, 1),
        created: None,
    };
    let key = ObjectKey::new(Kind::Attestation, "default", "award");
    let life = Life {
        uid: "award".into(),
        generation: 1,
    };
    site.scene.apply(&Delta::Upsert {
        key,
        life,
        object: Object::Attestation(award),
    });
    site
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

#[test]
fn emram_stage_seven_waits_for_an_outside_award_and_ends_three_years_after_it() {
    let model = shipped("emram-2018");
    let complete = site(&model, |_| {});
    assert_eq!(
        complete.stage(),
        Some(6),
        "everything is there but the award"
    );
    let awarded = with_award(complete, "emram-2018", 7);
    let stage = |instant| awarded.view_at(at(instant)).stage;
    assert_eq!(stage("2026-02-28T23:59:59Z"), Some(6));
    assert_eq!(stage("2026-03-01T00:00:00Z"), Some(7));
    assert_eq!(stage("2029-02-28T23:59:59Z"), Some(7));
    assert_eq!(
        stage("2029-03-01T00:00:00Z"),
        Some(6),
        "three years, though the attestation says ten"
    );
}

#[test]
fn an_award_for_a_lower_stage_opens_no_higher_gate() {
    let model = shipped("emram-2018");
    let awarded = with_award(site(&model, |_| {}), "emram-2018", 6);
    assert_eq!(awarded.view_at(at("2026-06-01T00:00:00Z")).stage, Some(6));
    assert!(
        awarded
            .view_at(at("2026-06-01T00:00:00Z"))
            .awarded
            .is_some()
    );
}

#[test]
fn emram_counts_nursing_documentation_over_every_unit() {
    let model = shipped("emram-2018");
    let nursing = |units: Units| {
        site(&model, |all| {
            all.get_mut("nursing-documentation")
                .expect("it is asked for")
                .units = Some(units);
        })
        .stage()
    };
    assert_eq!(nursing(wards(91, false)), Some(6));
    assert_eq!(
        nursing(wards(89, true)),
        Some(3),
        "stage 4 asks for nine units in ten, this department among them"
    );
    assert_eq!(nursing(wards(49, true)), Some(2), "stage 3 asks for half");
}

#[test]
fn emram_closed_loops_must_be_used_in_the_emergency_department_which_is_outside_their_share() {
    let model = shipped("emram-2018");
    let loops = |units: Units| {
        site(&model, |all| {
            all.get_mut("closed-loop-medication")
                .expect("it is asked for")
                .units = Some(units);
        })
        .stage()
    };
    assert_eq!(loops(wards(95, true)), Some(6));
    assert_eq!(
        loops(wards(100, false)),
        Some(5),
        "the emergency department must use it"
    );
}

#[test]
fn core_io_passes_at_eighty_percent_and_fails_at_seventy_nine() {
    let model = shipped("core-io");
    let directory = |covered| {
        let units = Units::Totals {
            total: 100,
            covered,
        };
        site(&model, |all| {
            all.get_mut("directory-services")
                .expect("it is asked for")
                .units = Some(units);
        })
        .view()
    };
    assert_eq!(directory(80).stage, Some(4));
    let short = directory(79);
    assert_eq!(short.stage, Some(1), "the lowest domain decides");
    let identity = short
        .domains
        .iter()
        .find(|domain| &*domain.name == "identity-access")
        .expect("it is listed");
    assert_eq!((identity.stage, identity.missing), (Some(1), 1));
    let others = short
        .domains
        .iter()
        .filter(|domain| &*domain.name != "identity-access");
    assert!(others.into_iter().all(|domain| domain.stage == Some(4)));
}

#[test]
fn nimm_answers_all_five_give_level_five_and_silence_gives_the_lowest() {
    let model = shipped("nimm-2011");
    assert_eq!(site(&model, |_| {}).stage(), Some(5));
    let silent = site(&model, |all| {
        all.retain(|name, _| &**name == "fixed-lan");
    })
    .view();
    assert_eq!(silent.stage, Some(1));
    let unknown = site(&model, |all| {
        for capability in all.values_mut() {
            capability.claim = Claim::Unknown;
        }
    })
    .view();
    assert_eq!((unknown.stage, unknown.potential_stage), (Some(1), Some(5)));
}

#[test]
fn every_shipped_model_is_all_potential_when_nobody_has_found_out() {
    for (name, highest) in [
        ("infram-2018", 7),
        ("emram-2018", 6),
        ("nimm-2011", 5),
        ("core-io", 4),
    ] {
        let model = shipped(name);
        let unknown = site(&model, |all| {
            for capability in all.values_mut() {
                capability.claim = Claim::Unknown;
            }
        });
        assert_eq!(unknown.view().potential_stage, Some(highest), "{name}");
    }
}
