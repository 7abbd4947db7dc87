use std::sync::Arc;

use gradus_crds::wording::{cause, sentence};
use gradus_engine::ledger::Entry;
use gradus_engine::object as o;
use gradus_engine::verdict::{Cause, Transition};
use gradus_engine::view::AssessmentView;

use crate::support;

fn said(name: &str, change: impl FnOnce(&mut AssessmentView)) -> String {
    let snapshot = support::snapshot();
    let (_, view) = snapshot
        .assessments
        .iter()
        .find(|(key, _)| key.name.as_ref() == name)
        .unwrap();
    let mut view = support::copy(view);
    change(&mut view);
    sentence(&view)
}

#[test]
fn a_fall_is_said_with_its_stages_its_day_and_its_cause() {
    assert_eq!(
        said("north-general", |_| {}),
        "Fell from stage 4 to stage 2 on 23 Nov 2026: capability wireless-most-premises was lost."
    );
}

#[test]
fn a_fall_that_is_half_mended_still_stands() {
    assert_eq!(
        said("north-general", |view| view.stage = Some(3)),
        "Fell from stage 4 to stage 2 on 23 Nov 2026: capability wireless-most-premises was lost. \
         At stage 3 since, still below the mark."
    );
}

#[test]
fn the_first_stage_is_said_with_the_day_it_was_measured() {
    assert_eq!(
        said("saint-brigid", |_| {}),
        "Stage 4, first measured on 3 Nov 2026."
    );
}

#[test]
fn a_new_mark_is_said_with_the_day_it_was_measured() {
    let anew = said("saint-brigid", |view| {
        let mut ledger = view.ledger.as_ref().clone();
        ledger.history[0].transition = Transition::NewMark;
        ledger.history[0].from = Some(2);
        view.ledger = Arc::new(ledger);
    });
    assert_eq!(anew, "Stage 4, measured anew on 3 Nov 2026.");
}

#[test]
fn a_rise_is_said_with_both_stages() {
    let rose = said("saint-brigid", |view| {
        let mut ledger = view.ledger.as_ref().clone();
        ledger.history[0].from = Some(2);
        view.ledger = Arc::new(ledger);
    });
    assert_eq!(rose, "Rose from stage 2 to stage 4 on 3 Nov 2026.");
}

#[test]
fn a_mended_fall_is_remembered() {
    let back = said("north-general", |view| {
        view.stage = Some(4);
        let mut ledger = view.ledger.as_ref().clone();
        ledger.standing.clear();
        ledger.stage = Some(4);
        let fall = ledger.history.last().unwrap().clone();
        ledger.history.push(Entry {
            sequence: 5,
            from: Some(2),
            to: 4,
            transition: Transition::Restoration,
            cause: None,
            capability: None,
            ..fall
        });
        view.ledger = Arc::new(ledger);
    });
    assert_eq!(
        back,
        "Back at stage 4 since 23 Nov 2026, after a fall to stage 2."
    );
}

#[test]
fn a_stage_that_is_below_and_not_yet_a_fall_says_so() {
    let below = said("saint-brigid", |view| {
        view.stage = Some(1);
        let mut ledger = view.ledger.as_ref().clone();
        ledger.below_since = Some(support::now());
        view.ledger = Arc::new(ledger);
    });
    assert_eq!(
        below,
        "At stage 1 since 23 Nov 2026, below stage 4: a fall if it stays there."
    );
}

#[test]
fn a_pause_is_said_before_what_is_computed() {
    assert_eq!(
        said("lab", |_| {}),
        "Paused since 1 Oct 2026 until 31 Jan 2027: the lab moves house. Computed and not committed: stage 2."
    );
}

#[test]
fn what_takes_no_part_says_so() {
    let engaged = |state| {
        said("saint-brigid", |view| {
            let mut spec = view.spec.as_ref().clone();
            spec.engagement.state = state;
            view.spec = Arc::new(spec);
        })
    };
    assert_eq!(
        engaged(o::EngagementState::NotEngaged),
        "Not engaged. Computed and not committed: stage 4."
    );
    assert_eq!(
        engaged(o::EngagementState::Withdrawn),
        "Withdrawn. Computed and not committed: stage 4."
    );
}

#[test]
fn silence_is_not_a_stage() {
    assert_eq!(
        said("annexe", |_| {}),
        "Not assessed: nothing that this model asks for is declared."
    );
}

#[test]
fn what_cannot_be_scored_keeps_its_last_stage() {
    assert_eq!(
        said("east-wing", |_| {}),
        "Cannot be scored now: there is no model `harbour-2062`. The last stage, 3, stays."
    );
}

#[test]
fn points_say_how_many_answers_they_stand_on() {
    assert_eq!(
        said("services", |_| {}),
        "3.1 points, from 12 of 13 answers. Descriptive: its falls are not raised."
    );
}

#[test]
fn a_domain_falls_by_its_title() {
    let fell = said("north-general", |view| {
        view.stage = None;
        let mut ledger = view.ledger.as_ref().clone();
        ledger.standing[0].domain = Some("mobility".to_owned());
        view.ledger = Arc::new(ledger);
    });
    assert_eq!(
        fell,
        "Mobility fell from stage 4 to stage 2 on 23 Nov 2026: capability wireless-most-premises was lost."
    );
}

#[test]
fn every_cause_ends_a_sentence_with_and_without_what_decided() {
    let mut lines = Vec::new();
    for each in Cause::ALL {
        lines.push(cause(*each, Some("wireless"), Some("site-walk")));
        lines.push(cause(*each, None, None));
    }
    insta::assert_snapshot!(lines.join("\n"));
}
