//! Properties of the fold over random lives of a site.

use crate::site::{Site, at};
use gradus_engine::fold::verify;
use gradus_engine::ledger::Broken;
use gradus_engine::ledger::{Entry, Ledger};
use gradus_engine::verdict::Cause;
use jiff::SignedDuration;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

#[derive(Debug, Clone)]
enum Step {
    Stand(u32, u32),
    Suspend(bool),
    Acknowledge(u64),
    Hold(i64),
    Edition(u8),
    Unscored,
}

fn steps() -> impl Strategy<Value = Vec<(i64, Step)>> {
    let step = prop_oneof![
        12 => (0_u32..8, 0_u32..4).prop_map(|(stage, domain)| Step::Stand(stage, domain)),
        1 => any::<bool>().prop_map(Step::Suspend),
        2 => (0_u64..12).prop_map(Step::Acknowledge),
        1 => prop_oneof![Just(0_i64), Just(30)].prop_map(Step::Hold),
        1 => (0_u8..2).prop_map(Step::Edition),
        1 => Just(Step::Unscored),
    ];
    prop::collection::vec((1_i64..40, step), 1..60)
}

/// Lives a life and gives the site after every commit, with the entries of that commit.
fn live(
    has_overall: bool,
    life: &[(i64, Step)],
    mut seen: impl FnMut(&Site, &Ledger, &[Entry], Option<u32>),
) {
    let mut site = if has_overall {
        Site::new()
    } else {
        Site::of_domains()
    };
    let mut second = 0;
    for (pause, step) in life {
        second += pause;
        let mut stage = None;
        let mut domain = None;
        site.assessed = true;
        match *step {
            Step::Stand(at, other) => (stage, domain) = (has_overall.then_some(at), Some(other)),
            Step::Suspend(suspended) => site.suspended = suspended,
            Step::Acknowledge(sequence) => site.regression.acknowledge = Some(sequence),
            Step::Hold(seconds) => site.regression.hold_for = SignedDuration::from_secs(seconds),
            Step::Edition(edition) => site.digest = if edition == 0 { "d1" } else { "d2" },
            Step::Unscored => site.assessed = false,
        }
        let domains: Vec<_> = domain.map(|stage| ("only", stage)).into_iter().collect();
        let folded = site.folded(stage, &domains, second);
        let before = std::mem::replace(&mut site.ledger, folded.ledger);
        seen(
            &site,
            &before,
            &folded.entries,
            stage.or(domain.filter(|_| !has_overall)),
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_counter_counts_the_falls_and_nothing_else(has_overall: bool, life in steps()) {
        let mut falls = 0;
        live(has_overall, &life, |site, _, entries, _| {
            let fall = |entry: &&Entry| entry.cause.is_some_and(|cause| cause != Cause::ModelChanged);
            falls += entries.iter().filter(fall).count() as u64;
            assert_eq!(site.ledger.regressions, falls);
        });
    }

    #[test]
    fn the_mark_is_never_below_a_committed_stage_and_falls_only_when_a_person_or_a_model_says_so(life in steps()) {
        live(true, &life, |site, before, entries, stage| {
            let mark = site.mark();
            let old = before.high_water.as_ref().map(|mark| mark.stage);
            if let (Some(stage), false) = (stage, site.suspended) {
                assert!(mark >= Some(stage));
            }
            let new_mark = entries.iter().any(|entry| entry.cause == Some(Cause::ModelChanged));
            let acknowledged = site.ledger.acknowledged != before.acknowledged;
            assert!(mark >= old || new_mark || acknowledged);
        });
    }

    #[test]
    fn a_fall_stands_exactly_while_the_stage_was_committed_below_the_mark(life in steps()) {
        live(true, &life, |site, _, _, stage| {
            if let (Some(stage), false) = (stage, site.suspended) {
                let below = site.mark().is_some_and(|mark| stage < mark);
                let stands = !site.ledger.standing.is_empty();
                assert!(!stands || below, "what stands is below the mark");
                assert!(stands || !below || site.ledger.below_since.is_some(), "below the mark is a fall, or held");
            }
        });
    }

    #[test]
    fn every_entry_takes_the_next_sequence_and_the_sequence_counts_entries(has_overall: bool, life in steps()) {
        let mut told = 0;
        live(has_overall, &life, |site, _, entries, _| {
            for entry in entries {
                told += 1;
                assert_eq!(entry.sequence, told);
            }
            assert_eq!(site.ledger.sequence, told);
            assert!(site.ledger.history.len() <= Ledger::HISTORY);
        });
    }

    #[test]
    fn flapping_below_the_mark_writes_a_bounded_history(stages in prop::collection::vec(0_u32..7, 200)) {
        let mut site = Site::new();
        site.stands(7, 0);
        for (second, stage) in (1..).zip(stages) {
            site.stands(stage, second);
        }
        // Every fall is deeper than the last, and after each only higher stages are told.
        assert!(site.ledger.sequence <= 1 + 7 + 7 * 6 / 2);
        assert!(site.ledger.regressions <= 7);
    }

    #[test]
    fn a_commit_that_was_lost_in_a_crash_is_made_up_for_by_the_next(stages in prop::collection::vec(0_u32..7, 2..30), lost: prop::sample::Index) {
        let lost = lost.index(stages.len());
        let mut steady = Site::new();
        let mut crashed = Site::new();
        let (mut told, mut told_after_crash) = (Vec::new(), Vec::new());
        for (index, (second, stage)) in (0_i64..).step_by(10).zip(stages).enumerate() {
            told.extend(steady.stands(stage, second));
            let _ = (index == lost).then(|| crashed.folded(Some(stage), &[], second));
            let restart = if index == lost { 5 } else { 0 };
            told_after_crash.extend(crashed.stands(stage, second + restart));
        }
        prop_assert_eq!(told, told_after_crash);
        prop_assert_eq!((steady.mark(), steady.standing()), (crashed.mark(), crashed.standing()));
        prop_assert_eq!(steady.ledger.regressions, crashed.ledger.regressions);
    }
}

#[test]
fn a_ledger_survives_its_json() {
    let mut runner = TestRunner::new_with_rng(
        Config::with_cases(100),
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    );
    runner
        .run(&(any::<bool>(), steps()), |(has_overall, life)| {
            live(has_overall, &life, |site, _, _, _| {
                let json = serde_json::to_string(&site.ledger).expect("a ledger has a JSON form");
                let read: Ledger = serde_json::from_str(&json).expect("and is read back");
                assert_eq!(read, site.ledger);
            });
            Ok(())
        })
        .expect("every ledger survives");
}

fn mutate(ledger: &mut Ledger, which: usize, how: u8, salt: u32) {
    let index = which % ledger.history.len();
    let entry = &mut ledger.history[index];
    match how {
        0 => entry.sequence = entry.sequence.wrapping_add(u64::from(salt) + 1),
        1 => entry.at = at(entry.at.as_second() + i64::from(salt) + 1),
        2 => entry.from = Some(entry.from.map_or(salt, |from| from + salt + 1)),
        3 => entry.to += salt + 1,
        4 => {
            entry.cause = if entry.cause.is_some() {
                None
            } else {
                Some(Cause::CapabilityLost)
            }
        }
        5 => entry.capability = Some(format!("forged-{salt}")),
        6 => entry.domain = Some(format!("forged-{salt}")),
        7 => {
            let mut digest = entry.digest.clone().into_bytes();
            let place = salt as usize % digest.len();
            digest[place] = if digest[place] == b'0' { b'1' } else { b'0' };
            entry.digest = String::from_utf8(digest).expect("hex is text");
        }
        8 => {
            ledger.history.remove(index);
        }
        9 => ledger.history.insert(index, ledger.history[index].clone()),
        _ => {
            let other = (index + 1) % ledger.history.len();
            ledger.history.swap(index, other);
        }
    }
}

#[test]
fn a_thousand_random_edits_of_a_history_are_all_found() {
    for length in [7, 55] {
        let mut site = Site::new();
        for second in 0..length {
            site.stands(u32::try_from(second * 5 % 7).expect("small"), second);
        }
        assert!(site.ledger.history.len() > 1);
        let mut runner = TestRunner::new_with_rng(
            Config::with_cases(1_000),
            TestRng::deterministic_rng(RngAlgorithm::ChaCha),
        );
        runner
            .run(
                &(any::<usize>(), 0_u8..=10, 0_u32..1_000),
                |(which, how, salt)| {
                    let mut forged = site.ledger.clone();
                    mutate(&mut forged, which, how, salt);
                    prop_assert!(verify(&forged).is_err());
                    Ok(())
                },
            )
            .expect("every edit shows");
    }
}

#[test]
fn a_forged_entry_is_named() {
    let mut site = Site::new();
    site.stands(6, 0);
    site.stands(3, 1);
    site.stands(6, 2);
    let mut forged = site.ledger.clone();
    forged.history[1].to = 5;
    assert_eq!(verify(&forged), Err(Broken::Digest { sequence: 2 }));
    let mut cut = site.ledger.clone();
    cut.history.pop();
    assert_eq!(
        verify(&cut),
        Err(Broken::End {
            last: 2,
            sequence: 3
        })
    );
}
