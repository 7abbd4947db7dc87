//! A fall is named after the loss that broke the walk, not after what was missing all along.

use crate::site::{Site, at, lost};
use gradus_engine::fold::{Loss, Overall, event_name, event_name_of_change};
use gradus_engine::verdict::Cause;

/// Stands at 6, then falls to 3 with these losses; the cause and the capability that are told.
fn fall(site: &mut Site, lost: Vec<Loss>) -> (Cause, Option<String>) {
    site.stands(6, 0);
    site.lost = lost;
    site.stands(3, 100);
    let fall = &site.ledger.standing[0];
    (fall.cause, fall.capability.clone())
}

fn named(cause: Cause, capability: &str) -> (Cause, Option<String>) {
    (cause, Some(capability.to_owned()))
}

#[test]
fn what_was_missing_all_along_within_the_threshold_is_not_the_cause() {
    let losses = vec![
        lost(4, "never-had", None, Cause::CapabilityLost),
        lost(4, "just-lost", Some(100), Cause::EvidenceLost),
    ];
    assert_eq!(
        fall(&mut Site::new(), losses),
        named(Cause::EvidenceLost, "just-lost-object")
    );
}

#[test]
fn the_loss_for_which_no_room_was_left_decides_by_instant_then_name() {
    let losses = vec![
        lost(4, "c", Some(90), Cause::CapabilityLost),
        lost(4, "b", Some(90), Cause::WaiverEnded),
        lost(4, "a", Some(80), Cause::AttestationExpired),
    ];
    let mut site = Site::new();
    site.missing = 2;
    assert_eq!(
        fall(&mut site, losses),
        named(Cause::WaiverEnded, "b-object")
    );
}

#[test]
fn a_heavy_loss_breaks_a_stage_that_lighter_ones_did_not() {
    let losses = vec![
        lost(4, "light", Some(10), Cause::CapabilityLost),
        Loss {
            weight: 5,
            ..lost(4, "heavy", Some(20), Cause::DependencyLost)
        },
        lost(4, "later", Some(30), Cause::EvidenceLost),
    ];
    let mut site = Site::new();
    site.missing = 4;
    assert_eq!(
        fall(&mut site, losses),
        named(Cause::DependencyLost, "heavy-object")
    );
}

#[test]
fn the_lowest_broken_stage_decides_before_an_earlier_loss_above_it() {
    let losses = vec![
        lost(2, "below-and-passing", Some(5), Cause::CapabilityLost),
        lost(4, "lower", Some(20), Cause::EvidenceLost),
        lost(5, "higher", Some(10), Cause::CapabilityLost),
    ];
    assert_eq!(
        fall(&mut Site::new(), losses),
        named(Cause::EvidenceLost, "lower-object")
    );
}

#[test]
fn a_closed_gate_is_the_cause_when_no_weight_is_missing() {
    let losses = vec![
        lost(4, "within-the-threshold", Some(20), Cause::CapabilityLost),
        lost(4, "-", Some(90), Cause::AwardEnded),
    ];
    let mut site = Site::new();
    site.missing = 0;
    assert_eq!(
        fall(&mut site, losses),
        named(Cause::AwardEnded, "--object")
    );
}

#[test]
fn a_stage_that_fails_without_any_loss_fell_by_its_scope() {
    let mut site = Site::new();
    site.next_stage = Some(4);
    let losses = vec![lost(5, "elsewhere", Some(20), Cause::CapabilityLost)];
    assert_eq!(fall(&mut site, losses), (Cause::ScopeChanged, None));
}

#[test]
fn in_points_the_last_loss_decides() {
    let points = |name: &str, since| {
        let mut loss = lost(0, name, since, Cause::CapabilityLost);
        loss.stage = None;
        loss
    };
    let losses = vec![
        points("never-answered", None),
        points("last", Some(50)),
        points("before", Some(40)),
    ];
    assert_eq!(
        fall(&mut Site::new(), losses),
        named(Cause::CapabilityLost, "last-object")
    );
}

#[test]
fn the_domain_that_decides_names_the_cause() {
    let of = |domain: &str, mut loss: Loss| {
        loss.domain = Some(domain.into());
        loss
    };
    let mut site = Site::new();
    site.overall = Overall::LowestDomain;
    site.commit(Some(6), &[("a", 6), ("b", 6)], 0);
    site.lost = vec![
        of("a", lost(5, "of-a", Some(10), Cause::CapabilityLost)),
        of("b", lost(4, "of-b", Some(20), Cause::EvidenceLost)),
    ];
    site.commit(Some(3), &[("a", 4), ("b", 3)], 100);
    assert_eq!(
        site.ledger.standing[0].capability.as_deref(),
        Some("of-b-object")
    );
}

#[test]
fn event_names_are_stable_and_short() {
    let uid = "0b1c".into();
    let name = event_name(&"n".repeat(253), &uid, 7);
    assert_eq!(name.len(), 200 + 1 + 16);
    assert_eq!(event_name("site", &uid, 7), "site.bccc8064fb413aaa");
    assert_ne!(event_name("site", &uid, 7), event_name("site", &uid, 8));
    let change = event_name_of_change("site", &uid, "StageChanged", at(0));
    assert_eq!(
        change,
        event_name_of_change("site", &uid, "StageChanged", at(0))
    );
    assert_ne!(
        change,
        event_name_of_change("site", &uid, "StageChanged", at(1))
    );
}
