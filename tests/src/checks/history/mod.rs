//! What an assessment may remember over one life: nothing is lost, repeated or rewritten.
//!
//! [`check_life`] takes what a watch saw of one assessment, in its order; [`check_events`] holds
//! the Events against it. Every status is whole by itself, from the digest that its oldest entry
//! stands on to the newest entry, and none takes back what an earlier one told. A watch sees every
//! write, but a write can hold more new entries than a status keeps: entries that were never seen
//! are no complaint.

mod events;
mod marks;
mod record;

use std::collections::BTreeSet;

use serde_json::Value;

use super::object::{text, title};

pub use events::check_events;
use marks::{check_marks, check_version};
use record::Record;

/// What the observations of one life break of what an assessment may remember.
pub fn check_life(observed: &[Value]) -> Vec<String> {
    let Some(first) = observed.first() else {
        return Vec::new();
    };
    let lives: BTreeSet<Option<&str>> = observed.iter().map(uid).collect();
    if lives.len() > 1 {
        return vec![format!("{}: more than one life: {lives:?}", title(first))];
    }
    let mut record = Record::default();
    let mut complaints = Vec::new();
    for (before, now) in pairs(observed) {
        let ledger_before = record.ledger.clone();
        complaints.extend(record.take(now));
        if let (Some(before), Some(ledger)) = (&ledger_before, &record.ledger) {
            complaints.extend(check_marks(before, ledger, &record));
        }
        complaints.extend(before.and_then(|before| check_version(before, now)));
    }
    complaints
        .into_iter()
        .map(|complaint| format!("{}: {complaint}", title(first)))
        .collect()
}

/// Every observation with the one before it.
fn pairs(observed: &[Value]) -> impl Iterator<Item = (Option<&Value>, &Value)> {
    let before = std::iter::once(None).chain(observed.iter().map(Some));
    before.zip(observed)
}

fn uid(object: &Value) -> Option<&str> {
    text(object, "/metadata/uid")
}

#[cfg(test)]
mod sample;

#[cfg(test)]
mod tests {
    use gradus_engine::verdict::Cause;
    use serde_json::json;

    use super::sample::Life;
    use super::*;

    fn none() -> Vec<String> {
        Vec::new()
    }

    fn only(complaints: &[String], words: &str) {
        assert_eq!(complaints.len(), 1, "{complaints:?}");
        assert!(complaints[0].contains(words), "{complaints:?}");
        assert!(complaints[0].starts_with("Assessment north/site: "));
    }

    #[test]
    fn a_life_of_rises_falls_and_restorations_is_whole() {
        assert_eq!(check_life(&Life::eventful().observed), none());
        assert_eq!(check_life(&[]), none());
    }

    #[test]
    fn a_life_that_is_watched_from_its_middle_is_whole() {
        let life = Life::long(30).observed;
        assert_eq!(check_life(&life), none());
        assert_eq!(check_life(&life[25..]), none());
    }

    #[test]
    fn a_recreated_assessment_is_another_life() {
        let mut life = Life::eventful().observed;
        life[3]["metadata"]["uid"] = json!("another");
        only(&check_life(&life), "more than one life");
    }

    /// The life with one more observation that tells nothing new, and that one to change.
    fn repeated(life: Life) -> (Vec<Value>, usize) {
        let observed = life.observe().observed;
        let last = observed.len() - 1;
        (observed, last)
    }

    #[test]
    fn a_gap_in_a_status_is_noticed() {
        let (mut life, last) = repeated(Life::eventful());
        let history = life[last]["status"]["history"].as_array_mut().unwrap();
        history.remove(1);
        only(&check_life(&life), "history entry 3 does not follow");
    }

    #[test]
    fn a_sequence_that_stands_twice_is_noticed() {
        let (mut life, last) = repeated(Life::eventful());
        let history = life[last]["status"]["history"].as_array_mut().unwrap();
        history.push(history[history.len() - 1].clone());
        only(&check_life(&life), "history entry 4 does not follow");
    }

    #[test]
    fn an_entry_altered_before_anybody_saw_it_breaks_the_chain() {
        let mut life = Life::eventful().observed;
        life.truncate(2);
        life[1]["status"]["history"][1]["capability"] = json!("innocent");
        only(&check_life(&life), "history entry 2 was altered");
    }

    #[test]
    fn an_oldest_entry_that_stands_on_another_digest_is_noticed() {
        let mut life = Life::long(30).observed.split_off(29);
        assert_eq!(check_life(&life), none());
        life[0]["status"]["ledger"]["historyAnchor"] = json!("0");
        only(&check_life(&life), "history entry 11 was altered");
    }

    #[test]
    fn an_entry_that_is_rewritten_with_its_digest_is_noticed() {
        let mut life = Life::new()
            .rise(5)
            .fall(5, 3, Cause::CapabilityLost)
            .observed;
        let forged = Life::new().rise(5).fall(5, 4, Cause::CapabilityLost);
        life.extend(forged.observe().observed.split_off(2));
        only(&check_life(&life), "entry 2 was rewritten");
    }

    #[test]
    fn a_status_that_cannot_be_read_is_noticed() {
        let (mut life, last) = repeated(Life::eventful());
        life[last]["status"]["history"][0]["at"] = json!("soon");
        only(&check_life(&life), "the status cannot be read");
        life[last]["status"] = Value::Null;
        only(&check_life(&life), "the status cannot be read");
    }

    #[test]
    fn an_assessment_that_has_no_status_yet_is_whole() {
        let mut life = Life::eventful().observed;
        let mut first = life[0].clone();
        first.as_object_mut().unwrap().remove("status");
        life.insert(0, first);
        assert_eq!(check_life(&life), none());
    }

    #[test]
    fn a_history_that_goes_back_is_noticed() {
        let mut life = Life::eventful().observed;
        let earlier = life[2]["status"].clone();
        let (_, last) = repeated(Life::eventful());
        life.push(life[last - 1].clone());
        life[last]["status"] = earlier;
        let complaints = check_life(&life);
        assert!(
            complaints[0].contains("ended at 4, and now at 3"),
            "{complaints:?}"
        );
    }

    #[test]
    fn the_counter_is_the_number_of_falls() {
        for wrong in [0, 2] {
            let mut life = Life::eventful().observed;
            life.truncate(2);
            life[1]["status"]["regressions"] = json!(wrong);
            only(&check_life(&life), &format!("counts {wrong} falls"));
        }
        let mut middle = Life::long(30).observed.split_off(25);
        let last = middle.len() - 1;
        let counted = middle[last]["status"]["regressions"].as_u64().unwrap();
        middle[last]["status"]["regressions"] = json!(counted + 1);
        only(
            &check_life(&middle),
            &format!("counts {} falls", counted + 1),
        );
    }

    #[test]
    fn a_counter_may_count_what_was_never_seen_and_no_more() {
        let mut life = Life::long(50).observed;
        life.drain(5..45);
        assert_eq!(check_life(&life), none());
        for wrong in [12, 34] {
            life[5]["status"]["regressions"] = json!(wrong);
            let complaints = check_life(&life[..6]);
            assert_eq!(complaints.is_empty(), wrong == 12, "{complaints:?}");
        }
    }

    #[test]
    fn the_counter_never_goes_down() {
        let mut life = Life::long(50).observed;
        life.drain(5..45);
        life[4]["status"]["regressions"] = json!(2);
        life[5]["status"]["regressions"] = json!(1);
        let complaints = check_life(&life[..6]);
        assert!(
            complaints
                .iter()
                .any(|said| said.ends_with("the counter goes down")),
            "{complaints:?}"
        );
    }

    #[test]
    fn a_fall_goes_down_and_has_a_cause() {
        let whole = Life::new().rise(5).fall(5, 3, Cause::ModelChanged);
        assert_eq!(check_life(&whole.observed), none());
        let up = Life::new().rise(3).fall(3, 5, Cause::CapabilityLost);
        only(&check_life(&up.observed), "entry 2 is called a fall");
    }

    #[test]
    fn a_new_mark_is_no_fall() {
        let life = Life::new().rise(5).new_mark(5, 3, "another");
        assert_eq!(check_life(&life.observed), none());
    }

    #[test]
    fn a_mark_goes_down_only_with_its_model_or_by_acknowledgement() {
        let fallen = || Life::new().rise(5).fall(5, 3, Cause::CapabilityLost);
        let (mut quiet, last) = repeated(fallen());
        quiet[last]["status"]["highWater"]["stage"] = json!(3);
        only(&check_life(&quiet), "the mark goes down from 5 to 3");
        let acknowledged = fallen().acknowledge(2);
        assert_eq!(check_life(&acknowledged.observed), none());
        let mut unasked = acknowledged.observed;
        unasked[2]["spec"] = json!({});
        only(&check_life(&unasked), "the mark goes down from 5 to 3");
    }

    #[test]
    fn a_mark_does_not_vanish_under_its_model() {
        let (mut life, last) = repeated(Life::eventful());
        life[last]["status"]["highWater"] = Value::Null;
        only(&check_life(&life), "the mark is gone");
        life[last]["status"]["ledger"]["edition"]["modelDigest"] = json!("another");
        assert_eq!(check_life(&life), none());
    }

    #[test]
    fn a_domains_mark_goes_down_by_its_own_acknowledged_fall_only() {
        let marked = |mark: u32| {
            let mut life = Life::eventful();
            life.ledger
                .domain_high_water
                .insert("mobility".to_owned(), mark);
            life.observe().observed
        };
        let mut life = marked(4);
        life.extend(marked(3).split_off(4));
        only(
            &check_life(&life),
            "the mark of mobility goes down from 4 to 3",
        );
        let last = life.len() - 1;
        life[last] = life[last - 1].clone();
        assert_eq!(check_life(&life), none());
        let carried = &mut life[last]["status"]["ledger"];
        carried["domainHighWater"] = json!({});
        only(&check_life(&life), "the mark of mobility is gone");
    }

    #[test]
    fn instants_versions_and_the_first_stage_never_go_back() {
        for (pointer, wrong, words) in [
            (
                "/status/stageChangedAt",
                json!("2020-01-01T00:00:00Z"),
                "stageChangedAt goes back",
            ),
            (
                "/status/stageChangedAt",
                Value::Null,
                "stageChangedAt goes back",
            ),
            (
                "/metadata/resourceVersion",
                json!("1"),
                "resourceVersion goes back",
            ),
            ("/status/first", Value::Null, "the first stage changes"),
        ] {
            let (mut life, last) = repeated(Life::eventful());
            *life[last].pointer_mut(pointer).unwrap() = wrong;
            only(&check_life(&life), words);
        }
    }

    #[test]
    fn a_standing_fall_is_in_the_history() {
        let fallen = Life::new().rise(5).fall(5, 3, Cause::CapabilityLost);
        let (mut life, last) = repeated(fallen);
        for wrong in [1, 9] {
            life[last]["status"]["regression"][0]["sequence"] = json!(wrong);
            only(
                &check_life(&life),
                &format!("entry {wrong} stands as a fall and is none"),
            );
        }
    }
}
