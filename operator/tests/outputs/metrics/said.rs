//! What the series say.

use std::collections::BTreeMap;

use super::{of, parse, samples, scrape};
use crate::support;

#[test]
fn absent_object_has_no_series() {
    let blocks = parse(&scrape(&support::snapshot()));
    for absent in [
        "gradus_assessment_stage",
        "gradus_assessment_high_water_stage",
        "gradus_assessment_awarded_stage",
        "gradus_assessment_fall_timestamp_seconds",
        "gradus_assessment_stage_changed_timestamp_seconds",
        "gradus_assessment_pause_end_timestamp_seconds",
        "gradus_assessment_missing_criteria",
        "gradus_assessment_score",
    ] {
        assert!(of(&blocks, absent, "annexe").is_empty(), "{absent}");
    }
    assert!(of(&blocks, "gradus_assessment_target_stage", "services").is_empty());
    assert!(of(&blocks, "gradus_assessment_target_at_risk", "services").is_empty());
    assert!(
        of(
            &blocks,
            "gradus_assessment_target_timestamp_seconds",
            "saint-brigid"
        )
        .is_empty()
    );
    assert_eq!(
        of(&blocks, "gradus_assessment_regressions_total", "annexe")[0].value,
        "0"
    );
}

#[test]
fn unscored_assessment_keeps_its_stage_and_has_no_counts() {
    let blocks = parse(&scrape(&support::snapshot()));
    assert_eq!(
        of(&blocks, "gradus_assessment_assessed", "east-wing")[0].value,
        "0"
    );
    assert_eq!(
        of(&blocks, "gradus_assessment_stage", "east-wing")[0].value,
        "3"
    );
    assert!(of(&blocks, "gradus_assessment_criteria", "east-wing").is_empty());
}

#[test]
fn a_fall_names_its_cause_and_a_pause_raises_none() {
    let blocks = parse(&scrape(&support::snapshot()));
    assert_eq!(
        of(&blocks, "gradus_assessment_regressed", "north-general")[0].value,
        "1"
    );
    let info = of(
        &blocks,
        "gradus_assessment_regression_info",
        "north-general",
    );
    assert_eq!(info[0].label("cause"), Some("capability_lost"));
    assert_eq!(info[0].label("capability"), Some("wireless-most-premises"));
    assert_eq!(
        of(&blocks, "gradus_assessment_regressed", "lab")[0].value,
        "0"
    );
    assert!(of(&blocks, "gradus_assessment_regression_info", "lab").is_empty());
    assert_eq!(
        of(&blocks, "gradus_assessment_info", "lab")[0].label("engagement"),
        Some("paused")
    );
}

#[test]
fn days_end_with_their_last_instant() {
    let blocks = parse(&scrape(&support::snapshot()));
    let target = &of(
        &blocks,
        "gradus_assessment_target_timestamp_seconds",
        "north-general",
    )[0]
    .value;
    assert_eq!(*target, support::seconds("2027-07-01T00:00:00Z"));
    let pause = &of(
        &blocks,
        "gradus_assessment_pause_end_timestamp_seconds",
        "lab",
    )[0]
    .value;
    assert_eq!(*pause, support::seconds("2027-02-01T00:00:00Z"));
}

#[test]
fn a_waiver_that_no_longer_counts_has_no_end() {
    let blocks = parse(&scrape(&support::snapshot()));
    let waivers: Vec<Option<&str>> = samples(&blocks, "gradus_waiver_expiry_timestamp_seconds")
        .iter()
        .map(|sample| sample.label("waiver"))
        .collect();
    assert_eq!(waivers, [Some("spare-link")]);
}

#[test]
fn verdicts_and_classes_are_all_there_from_first_sight() {
    let blocks = parse(&scrape(&support::snapshot()));
    let mut by_verdict: BTreeMap<&str, &str> = BTreeMap::new();
    for sample in of(&blocks, "gradus_assessment_criteria", "north-general") {
        by_verdict.insert(sample.label("verdict").unwrap(), &sample.value);
    }
    let expected = [
        ("held", "1"),
        ("met", "6"),
        ("not_applicable", "1"),
        ("unknown", "1"),
        ("unmet", "1"),
        ("waived", "1"),
    ];
    assert_eq!(by_verdict, BTreeMap::from(expected));
    assert_eq!(
        of(&blocks, "gradus_assessment_evidence_criteria", "annexe").len(),
        6
    );
}
