//! What is a rise, a fall, a restoration and a new mark, and what ends a fall.

use crate::site::{Site, at, lost};
use gradus_engine::ledger::Grounds;
use gradus_engine::object::OnModelChange;
use gradus_engine::verdict::Cause::{CapabilityLost, EvidenceLost, ModelChanged, ScopeChanged};
use jiff::SignedDuration;

#[test]
fn the_first_stage_is_told_and_becomes_first_and_mark() {
    let mut site = Site::new();
    assert_eq!(site.stands(3, 10), [(None, 3, None)]);
    assert_eq!(site.mark(), Some(3));
    assert_eq!(
        site.ledger
            .first
            .as_ref()
            .map(|first| (first.stage, first.at)),
        Some((3, at(10)))
    );
    assert_eq!(
        (site.ledger.stage, site.ledger.stage_changed_at),
        (Some(3), Some(at(10)))
    );
    assert_eq!(site.stands(3, 20), []);
    assert_eq!(site.ledger.stage_changed_at, Some(at(10)));
}

#[test]
fn a_rise_takes_the_mark_with_it_and_is_no_fall() {
    let mut site = Site::new();
    site.stands(3, 10);
    assert_eq!(site.stands(5, 20), [(Some(3), 5, None)]);
    assert_eq!((site.mark(), site.ledger.regressions), (Some(5), 0));
    assert_eq!(site.ledger.first.as_ref().map(|first| first.stage), Some(3));
}

#[test]
fn a_fall_stands_until_the_mark_is_reached_again() {
    let mut site = Site::new();
    site.stands(6, 10);
    assert_eq!(site.stands(3, 20), [(Some(6), 3, Some(ScopeChanged))]);
    assert_eq!((site.standing(), site.mark()), (vec![(2, 6, 3)], Some(6)));
    assert_eq!(site.stands(3, 25), []);
    assert_eq!(site.stands(6, 30), [(Some(3), 6, None)]);
    assert_eq!((site.standing(), site.ledger.regressions), (vec![], 1));
}

#[test]
fn a_deeper_stage_is_a_new_fall_and_the_worst_stands_first() {
    let mut site = Site::new();
    site.stands(6, 10);
    site.stands(4, 20);
    assert_eq!(site.stands(2, 30), [(Some(4), 2, Some(ScopeChanged))]);
    assert_eq!(site.standing(), [(3, 6, 2), (2, 6, 4)]);
    assert_eq!(site.ledger.regressions, 2);
}

#[test]
fn a_partial_recovery_is_told_once_and_ends_no_fall() {
    let mut site = Site::new();
    site.stands(6, 10);
    site.stands(3, 20);
    assert_eq!(site.stands(5, 30), [(Some(3), 5, None)]);
    assert_eq!(site.standing(), [(2, 6, 3)]);
    for second in (40..100).step_by(20) {
        assert_eq!(
            site.stands(3, second),
            [],
            "not below the lowest: the same fall"
        );
        assert_eq!(site.stands(5, second + 10), [], "not above what was told");
    }
    assert_eq!(
        (site.ledger.stage, site.ledger.stage_changed_at),
        (Some(5), Some(at(90)))
    );
    assert_eq!(site.stands(2, 110), [(Some(5), 2, Some(ScopeChanged))]);
    assert_eq!(site.stands(6, 120), [(Some(2), 6, None)]);
    assert_eq!(site.standing(), []);
}

#[test]
fn rising_past_the_mark_out_of_a_fall_ends_it_and_moves_the_mark() {
    let mut site = Site::new();
    site.stands(4, 10);
    site.stands(2, 20);
    assert_eq!(site.stands(5, 30), [(Some(2), 5, None)]);
    assert_eq!((site.standing(), site.mark()), (vec![], Some(5)));
}

#[test]
fn a_dip_shorter_than_hold_for_is_never_told() {
    let mut site = Site::new();
    site.regression.hold_for = SignedDuration::from_secs(60);
    site.stands(6, 10);
    assert_eq!(site.stands(3, 20), []);
    assert_eq!(site.ledger.stage, Some(3), "the stage moves at once");
    assert_eq!(site.folded(Some(3), &[], 20).next_due, Some(at(80)));
    assert_eq!(site.stands(6, 79), []);
    assert_eq!(site.ledger.below_since, None);
    site.stands(4, 90);
    assert_eq!(
        site.stands(3, 149),
        [],
        "still below: the same time runs on"
    );
    assert_eq!(site.stands(3, 150), [(Some(6), 3, Some(ScopeChanged))]);
    assert_eq!(site.ledger.standing[0].since, at(90));
    assert_eq!(site.folded(Some(3), &[], 150).next_due, None);
}

#[test]
fn hold_for_holds_for_a_deeper_fall_too() {
    let mut site = Site::new();
    site.stands(6, 10);
    site.stands(4, 20);
    site.regression.hold_for = SignedDuration::from_secs(60);
    assert_eq!(site.stands(2, 30), []);
    assert_eq!(site.stands(4, 50), []);
    assert_eq!(site.stands(2, 60), []);
    assert_eq!(site.stands(2, 119), []);
    assert_eq!(site.stands(2, 120), [(Some(4), 2, Some(ScopeChanged))]);
}

#[test]
fn an_acknowledgement_lowers_the_mark_once_for_that_fall_only() {
    let mut site = Site::new();
    site.stands(6, 10);
    site.stands(3, 20);
    site.regression.acknowledge = Some(2);
    assert_eq!(site.stands(3, 30), []);
    assert_eq!((site.mark(), site.standing()), (Some(3), vec![]));
    site.stands(5, 40);
    assert_eq!(
        site.stands(3, 50),
        [(Some(5), 3, Some(ScopeChanged))],
        "the next fall needs its own"
    );
    assert_eq!((site.mark(), site.standing()), (Some(5), vec![(4, 5, 3)]));
}

#[test]
fn a_deeper_fall_is_not_acknowledged_with_the_one_before_it() {
    let mut site = Site::new();
    site.stands(6, 10);
    site.stands(4, 20);
    site.stands(2, 30);
    site.regression.acknowledge = Some(2);
    assert_eq!(site.stands(2, 40), []);
    assert_eq!((site.mark(), site.standing()), (Some(4), vec![(3, 6, 2)]));
    site.regression.acknowledge = Some(3);
    assert_eq!(site.stands(2, 50), []);
    assert_eq!((site.mark(), site.standing()), (Some(2), vec![]));
}

#[test]
fn acknowledging_after_a_partial_recovery_lowers_the_mark_to_the_present_stage() {
    let mut site = Site::new();
    site.stands(6, 10);
    site.stands(3, 20);
    site.stands(5, 30);
    site.regression.acknowledge = Some(2);
    assert_eq!(site.stands(5, 40), []);
    assert_eq!((site.mark(), site.standing()), (Some(5), vec![]));
    assert_eq!(site.stands(3, 50), [(Some(5), 3, Some(ScopeChanged))]);
}

#[test]
fn an_acknowledgement_is_not_kept_for_a_fall_to_come() {
    let mut site = Site::new();
    site.regression.acknowledge = Some(2);
    site.stands(6, 10);
    site.stands(3, 20);
    assert_eq!(site.stands(3, 30), []);
    assert_eq!((site.mark(), site.standing()), (Some(6), vec![(2, 6, 3)]));
}

#[test]
fn another_model_starts_a_new_mark_and_is_no_fall() {
    let mut site = Site::new();
    site.stands(6, 10);
    site.stands(4, 20);
    site.model = "infram-2025";
    assert_eq!(site.stands(2, 30), [(Some(6), 2, Some(ModelChanged))]);
    assert_eq!(
        (site.mark(), site.standing(), site.ledger.regressions),
        (Some(2), vec![], 1)
    );
    assert_eq!(
        site.ledger
            .high_water
            .as_ref()
            .map(|mark| mark.model.as_str()),
        Some("infram-2025")
    );
}

#[test]
fn a_changed_digest_starts_a_new_mark_unless_the_mark_is_kept() {
    let mut site = Site::new();
    site.stands(6, 10);
    site.digest = "d2";
    assert_eq!(site.stands(5, 20), [(Some(6), 5, Some(ModelChanged))]);
    assert_eq!(site.ledger.regressions, 0);
    site.regression.on_model_change = OnModelChange::Keep;
    site.digest = "d3";
    assert_eq!(site.stands(5, 30), []);
    site.digest = "d4";
    assert_eq!(
        site.stands(3, 40),
        [(Some(5), 3, Some(ModelChanged))],
        "under Keep it is a fall"
    );
    assert_eq!((site.mark(), site.ledger.regressions), (Some(5), 1));
    site.model = "emram-2018";
    assert_eq!(
        site.stands(1, 50),
        [(Some(5), 1, Some(ModelChanged))],
        "another model never keeps a mark"
    );
    assert_eq!((site.mark(), site.standing()), (Some(1), vec![]));
}

#[test]
fn a_paused_site_commits_nothing_and_a_standing_fall_counts_once_on_resume() {
    let mut site = Site::new();
    site.stands(6, 10);
    site.suspended = true;
    let before = site.ledger.clone();
    assert_eq!(site.stands(3, 20), []);
    assert_eq!(site.ledger, before);
    site.suspended = false;
    assert_eq!(site.stands(3, 30), [(Some(6), 3, Some(ScopeChanged))]);
    assert_eq!(site.stands(3, 40), []);
    assert_eq!(site.ledger.regressions, 1);
}

#[test]
fn what_cannot_be_scored_or_holds_nothing_changes_nothing() {
    let mut site = Site::new();
    assert_eq!(site.commit(None, &[], 10), []);
    assert_eq!(site.ledger, gradus_engine::ledger::Ledger::default());
    site.stands(6, 20);
    let before = site.ledger.clone();
    site.assessed = false;
    assert_eq!(site.commit(None, &[], 30), []);
    assert_eq!(site.ledger, before);
}

#[test]
fn domain_marks_are_kept_beside_an_overall_stage_and_never_fall() {
    let mut site = Site::new();
    site.commit(Some(3), &[("mobility", 4), ("security", 2)], 10);
    assert_eq!(
        site.commit(Some(3), &[("mobility", 1), ("security", 3)], 20),
        []
    );
    let marks: Vec<_> = site
        .ledger
        .domain_high_water
        .iter()
        .map(|(name, mark)| (name.as_str(), *mark))
        .collect();
    assert_eq!(marks, [("mobility", 4), ("security", 3)]);
    assert_eq!((site.standing(), site.ledger.regressions), (vec![], 0));
}

#[test]
fn without_an_overall_stage_every_domain_falls_and_is_restored_on_its_own() {
    let mut site = Site::of_domains();
    assert_eq!(
        site.commit(None, &[("mobility", 4), ("security", 2)], 10),
        [],
        "domains begin in silence"
    );
    assert_eq!(
        site.commit(None, &[("mobility", 1), ("security", 3)], 20),
        [(Some(4), 1, Some(ScopeChanged)), (Some(2), 3, None)]
    );
    assert_eq!(site.ledger.standing[0].domain.as_deref(), Some("mobility"));
    assert_eq!(
        site.commit(None, &[("mobility", 4), ("security", 2)], 30),
        [(Some(1), 4, None), (Some(3), 2, Some(ScopeChanged))]
    );
    assert_eq!(
        (site.standing(), site.ledger.regressions),
        (vec![(4, 3, 2)], 2)
    );
    site.regression.acknowledge = Some(4);
    assert_eq!(
        site.commit(None, &[("mobility", 4), ("security", 2)], 40),
        []
    );
    assert_eq!(site.ledger.domain_high_water.get("security"), Some(&2));
}

#[test]
fn hold_for_runs_for_every_domain_apart() {
    let mut site = Site::of_domains();
    site.regression.hold_for = SignedDuration::from_secs(60);
    site.commit(None, &[("a", 4), ("b", 4)], 0);
    site.commit(None, &[("a", 1), ("b", 4)], 10);
    site.commit(None, &[("a", 1), ("b", 2)], 40);
    assert_eq!(
        site.folded(None, &[("a", 1), ("b", 2)], 40).next_due,
        Some(at(70))
    );
    assert_eq!(
        site.commit(None, &[("a", 1), ("b", 2)], 70),
        [(Some(4), 1, Some(ScopeChanged))]
    );
    assert_eq!(
        site.commit(None, &[("a", 1), ("b", 2)], 100),
        [(Some(4), 2, Some(ScopeChanged))]
    );
}

#[test]
fn a_domain_that_is_gone_keeps_its_fall_until_it_is_acknowledged() {
    let mut site = Site::of_domains();
    site.commit(None, &[("a", 4), ("b", 4)], 0);
    site.commit(None, &[("a", 1), ("b", 4)], 10);
    site.commit(None, &[("b", 4)], 20);
    assert_eq!(site.standing(), [(1, 4, 1)]);
    site.regression.acknowledge = Some(1);
    site.commit(None, &[("b", 4)], 30);
    assert_eq!(
        (site.standing(), site.ledger.domain_high_water.get("a")),
        (vec![], None)
    );
    assert_eq!(site.commit(None, &[("a", 2), ("b", 4)], 40), []);
}

#[test]
fn a_new_edition_of_a_model_without_overall_starts_a_new_mark_for_every_domain() {
    let mut site = Site::of_domains();
    site.commit(None, &[("a", 4), ("b", 4)], 0);
    site.commit(None, &[("a", 1), ("b", 4)], 10);
    site.digest = "d2";
    assert_eq!(
        site.commit(None, &[("a", 1), ("c", 3)], 20),
        [(Some(4), 1, Some(ModelChanged))]
    );
    assert_eq!(site.standing(), []);
    let marks: Vec<_> = site
        .ledger
        .domain_high_water
        .iter()
        .map(|(name, mark)| (name.as_str(), *mark))
        .collect();
    assert_eq!(marks, [("a", 1), ("c", 3)]);
}

#[test]
fn the_history_keeps_twenty_entries_and_its_chain() {
    let mut site = Site::new();
    for second in 0..60 {
        site.stands(if second % 2 == 0 { 6 } else { 3 }, second);
    }
    assert_eq!((site.ledger.sequence, site.ledger.regressions), (60, 30));
    let sequences: Vec<u64> = site
        .ledger
        .history
        .iter()
        .map(|entry| entry.sequence)
        .collect();
    assert_eq!(sequences, (41..=60).collect::<Vec<_>>());
}

#[test]
fn what_cannot_be_read_is_no_fall_until_it_is_read_and_lost() {
    let mut site = Site::new();
    site.stands(6, 10);
    site.missing = 1;
    let mut loss = lost(4, "backup", None, EvidenceLost);
    loss.unreadable = true;
    site.lost = vec![loss.clone()];
    assert_eq!(site.stands(3, 20), [], "nobody knows");
    assert_eq!(site.ledger.stage, Some(3), "the stage itself moves at once");
    loss.unreadable = false;
    site.lost = vec![loss];
    assert_eq!(site.stands(3, 30), [(Some(6), 3, Some(EvidenceLost))]);
    assert_eq!(site.standing(), [(2, 6, 3)]);
}

#[test]
fn what_cannot_be_read_hides_no_loss_below_it() {
    let mut site = Site::new();
    site.stands(6, 10);
    site.missing = 1;
    let mut hidden = lost(5, "backup", None, EvidenceLost);
    hidden.unreadable = true;
    site.lost = vec![lost(2, "vpn", None, CapabilityLost), hidden];
    assert_eq!(site.stands(1, 20), [(Some(6), 1, Some(CapabilityLost))]);
}

#[test]
fn an_acknowledgement_that_brings_the_mark_below_what_was_told_restores_nothing() {
    let mut site = Site::new();
    site.stands(6, 10);
    site.stands(4, 20);
    site.stands(2, 30);
    site.stands(5, 40);
    site.stands(4, 50);
    site.regression.acknowledge = Some(2);
    assert_eq!(site.stands(4, 60), []);
    assert_eq!((site.standing(), site.mark()), (vec![], Some(4)));
    assert_eq!(site.stands(5, 70), [(Some(4), 5, None)]);
}

#[test]
fn what_a_score_rested_on_is_remembered_until_its_loss_is_told() {
    let waived = |name: &str| Grounds {
        scope: None,
        waived: vec![name.to_owned()],
    };
    let mut site = Site::new();
    site.regression.hold_for = SignedDuration::from_secs(60);
    site.grounds = waived("vpn");
    site.stands(6, 10);
    assert!(site.ledger.grounds.waives("vpn"));
    site.grounds = Grounds::default();
    assert_eq!(site.stands(3, 20), [], "the hold runs");
    assert!(site.ledger.grounds.waives("vpn"));
    assert_eq!(site.stands(3, 80), [(Some(6), 3, Some(ScopeChanged))]);
    assert_eq!(site.ledger.grounds, Grounds::default());
}
