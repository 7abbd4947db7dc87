//! What an assessment may remember over one life: nothing is lost, repeated or rewritten.
//!
//! [`check_life`] takes what a watch saw of one assessment, in its order; [`check_events`] holds
//! the Events against it. A watch sees every write, and a write can hold more new entries than a
//! status keeps, so entries that were never seen are no complaint; within one status, and in what
//! was seen, the sequence has no gap and the chain of digests is whole.

mod events;
mod marks;
mod record;

use std::collections::BTreeSet;

use serde_json::Value;

use super::object::{text, title};

pub use events::check_events;
use marks::check_marks;
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
        complaints.extend(record.take(now));
        if let Some(before) = before {
            complaints.extend(check_marks(before, now, &record));
        }
    }
    complaints.extend(record.check_chain());
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

    #[test]
    fn a_gap_in_a_status_is_noticed() {
        let mut life = Life::eventful().observed;
        let last = life.len() - 1;
        let history = life[last]["status"]["history"].as_array_mut().unwrap();
        history.remove(1);
        only(&check_life(&life), "entry 3 follows entry 1");
    }

    #[test]
    fn a_sequence_that_stands_twice_is_noticed() {
        let mut life = Life::eventful().observed;
        let last = life.len() - 1;
        let history = life[last]["status"]["history"].as_array_mut().unwrap();
        history.push(history[history.len() - 1].clone());
        only(&check_life(&life), "entry 4 follows entry 4");
    }

    #[test]
    fn an_entry_that_is_rewritten_is_noticed() {
        let mut life = Life::eventful().observed;
        let last = life.len() - 1;
        life[last]["status"]["history"][0]["to"] = json!(9);
        only(&check_life(&life), "entry 1 was rewritten");
    }

    #[test]
    fn an_entry_altered_before_anybody_saw_it_breaks_the_chain() {
        let mut life = Life::eventful().observed;
        for object in &mut life {
            if object["status"]["history"][1].is_object() {
                object["status"]["history"][1]["capability"] = json!("innocent");
            }
        }
        only(&check_life(&life), "history entry 2 was altered");
    }

    #[test]
    fn an_entry_that_cannot_be_read_is_noticed() {
        let mut life = Life::eventful().observed;
        life.truncate(1);
        life[0]["status"]["history"][0]["at"] = json!("soon");
        assert!(check_life(&life)[0].contains("entry that cannot be read"));
    }

    #[test]
    fn a_history_that_goes_back_is_noticed() {
        let mut life = Life::eventful().observed;
        let earlier = life[1]["status"]["history"].clone();
        let last = life.len() - 1;
        life[last]["status"]["history"] = earlier;
        life[last]["status"]["regressions"] = json!(1);
        let complaints = check_life(&life);
        assert!(
            complaints
                .iter()
                .any(|said| said.contains("ended at 3, and now at 2")),
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
    fn a_new_mark_is_no_fall_and_a_fall_under_a_kept_mark_is_one() {
        let life = Life::new()
            .moved(None, 5, None)
            .new_mark(5, 3, "another-digest");
        assert_eq!(check_life(&life.observed), none());
        let kept = Life::new()
            .moved(None, 5, None)
            .moved(Some(5), 3, Some("ModelChanged"));
        assert_eq!(check_life(&kept.observed), none());
    }

    #[test]
    fn a_fall_under_a_kept_mark_that_ended_before_the_watch_began_may_be_counted() {
        let life = Life::new()
            .moved(None, 5, None)
            .moved(Some(5), 3, Some("ModelChanged"))
            .moved(Some(3), 5, None);
        assert_eq!(check_life(&life.observed[2..]), none());
    }

    #[test]
    fn a_mark_goes_down_only_with_its_model_or_by_acknowledgement() {
        let fallen = Life::new()
            .moved(None, 5, None)
            .moved(Some(5), 3, Some("CapabilityLost"));
        let mut quiet = fallen.clone().repeated();
        let last = quiet.len() - 1;
        quiet[last]["status"]["highWater"]["stage"] = json!(3);
        only(&check_life(&quiet), "the mark goes down from 5 to 3");
        let acknowledged = fallen.acknowledged(2);
        assert_eq!(check_life(&acknowledged.observed), none());
    }

    #[test]
    fn a_mark_does_not_vanish_under_its_model() {
        let mut life = Life::eventful().repeated();
        let last = life.len() - 1;
        life[last]["status"]["highWater"] = Value::Null;
        only(&check_life(&life), "the mark is gone");
        life[last]["status"]["modelDigest"] = json!("another-digest");
        assert_eq!(check_life(&life), none());
    }

    #[test]
    fn a_domains_mark_does_not_go_down_under_one_model() {
        let mut life = Life::eventful().repeated();
        let last = life.len() - 1;
        for (object, mark) in [(last - 1, 4), (last, 3)] {
            life[object]["status"]["domains"] = json!([{"name": "mobility", "highWater": mark}]);
        }
        only(&check_life(&life), "the mark of mobility goes down");
        life[last]["status"]["domains"][0]["highWater"] = json!(4);
        assert_eq!(check_life(&life), none());
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
            ("/status/first", Value::Null, "first changes"),
        ] {
            let mut life = Life::eventful().repeated();
            let last = life.len() - 1;
            *life[last].pointer_mut(pointer).unwrap() = wrong;
            only(&check_life(&life), words);
        }
    }

    #[test]
    fn a_standing_fall_is_in_the_history() {
        let mut life = Life::eventful().repeated();
        let last = life.len() - 1;
        life[last]["status"]["regression"] = json!([{"sequence": 1}]);
        only(&check_life(&life), "entry 1 stands as a fall and is none");
        life[last]["status"]["regression"] = json!([{"sequence": 9}]);
        only(&check_life(&life), "entry 9 stands as a fall and is none");
    }
}
