//! The shipped INFRAM 2018, loss by loss.

use std::collections::BTreeMap;
use std::sync::Arc;

use gradus_engine::model::{CriterionKind, Model};
use gradus_tests::site::Site;

fn infram() -> Arc<Model> {
    gradus_crds::library::find("infram-2018").expect("the library has INFRAM")
}

fn names(wanted: impl Fn(CriterionKind, Option<u32>) -> bool) -> Vec<String> {
    let model = infram();
    let wanted = model
        .criteria
        .iter()
        .filter(|criterion| wanted(criterion.kind, criterion.stage));
    wanted.map(|criterion| criterion.name.to_string()).collect()
}

/// The eighteen standard criteria and the formal policy.
fn nineteen() -> Vec<String> {
    names(|kind, _| kind == CriterionKind::Standard)
}

fn texts(names: &[String]) -> impl Iterator<Item = &str> {
    names.iter().map(String::as_str)
}

/// Everything but the interim states, without some and with some refuted.
fn site(silent: &[&str], refuted: &[&str]) -> Site {
    let nineteen = nineteen();
    let declared =
        texts(&nineteen).filter(|name| !silent.contains(name) && !refuted.contains(name));
    refuted
        .iter()
        .fold(Site::of(infram()).has(declared), |site, name| {
            site.refuted(name)
        })
}

#[test]
fn the_model_is_the_one_the_vectors_speak_of() {
    assert_eq!(nineteen().len(), 19);
    assert_eq!(names(|kind, _| kind == CriterionKind::Negative).len(), 5);
    assert_eq!(
        names(|kind, stage| kind == CriterionKind::Interim && stage == Some(1)).len(),
        6
    );
    let sizes: Vec<usize> = (1..=7)
        .map(|rank| {
            names(|kind, stage| kind != CriterionKind::Negative && stage == Some(rank)).len()
        })
        .collect();
    assert_eq!(sizes, [6, 3, 4, 4, 4, 2, 3]);
}

#[test]
fn the_fact_vectors_come_out() {
    assert_eq!(site(&[], &[]).stage(), Some(7));
    assert_eq!(site(&["formal-security-policy"], &[]).stage(), Some(1));
    assert_eq!(site(&[], &["sdn-experience-validation"]).stage(), Some(5));
    assert_eq!(site(&[], &["adaptive-sdn-control"]).stage(), Some(6));
    assert_eq!(
        site(&[], &["active-active-ha", "cloud-strategy"]).stage(),
        Some(7)
    );
    assert_eq!(site(&[], &["end-to-end-qos"]).stage(), Some(7));
    assert_eq!(site(&["intrusion-detection"], &[]).stage(), Some(7));
}

#[test]
fn the_lesser_states_alone_make_stage_one() {
    let lesser = names(|kind, stage| kind == CriterionKind::Interim && stage == Some(1));
    assert_eq!(Site::of(infram()).has(texts(&lesser)).stage(), Some(1));
}

#[test]
fn everything_absent_is_stage_zero_and_nothing_is_not_assessed() {
    let all = names(|_, _| true);
    let view = Site::of(infram()).lacks(texts(&all)).view();
    assert_eq!((view.assessed, view.stage), (true, Some(0)));
    let view = Site::of(infram()).view();
    assert_eq!(
        (view.assessed, view.stage, view.potential_stage),
        (false, None, None)
    );
}

fn tally(stages: impl Iterator<Item = Option<u32>>) -> BTreeMap<Option<u32>, u32> {
    let mut tally = BTreeMap::new();
    for stage in stages {
        *tally.entry(stage).or_default() += 1;
    }
    tally
}

#[test]
fn every_single_loss_ends_where_the_design_says() {
    let nineteen = nineteen();
    let stages = tally(texts(&nineteen).map(|lost| site(&[], &[lost]).stage()));
    assert_eq!(stages, [(Some(5), 2), (Some(6), 3), (Some(7), 14)].into());
}

#[test]
fn every_double_loss_ends_where_the_design_says() {
    let nineteen = nineteen();
    let pairs = (0..19).flat_map(|one| (one + 1..19).map(move |other| (one, other)));
    let stages =
        tally(pairs.map(|(one, other)| site(&[], &[&nineteen[one], &nineteen[other]]).stage()));
    let expected = [(1, 1), (2, 3), (3, 6), (4, 6), (5, 35), (6, 45), (7, 75)];
    assert_eq!(
        stages,
        expected.map(|(stage, count)| (Some(stage), count)).into()
    );
}
