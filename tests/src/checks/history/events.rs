//! The Events of a history: one for each entry, by its name, and none of no entry.

use std::collections::{BTreeMap, BTreeSet};

use gradus_engine::fold::event_name;
use gradus_engine::verdict::Transition;
use serde_json::Value;

use super::super::object::{count, text, title};
use super::record::Record;
use super::uid;

/// The reason and the type of an entry's Event: only a fall is a Warning.
fn event_of(transition: Transition) -> (&'static str, &'static str) {
    match transition {
        Transition::Rise => ("StageAdvanced", "Normal"),
        Transition::Fall => ("StageRegressed", "Warning"),
        Transition::Restoration => ("StageRestored", "Normal"),
        Transition::NewMark => ("ModelChanged", "Normal"),
    }
}

/// Whether a reason is that of an entry's Event, and not of a change without a sequence.
fn is_of_entry(reason: &str) -> bool {
    Transition::ALL
        .iter()
        .any(|transition| event_of(*transition).0 == reason)
}

/// What the Events (`events.k8s.io/v1`) break of a life that was observed: every entry from the
/// oldest that was seen on has exactly one. Older ones may have theirs, and they may be gone.
///
/// An Event that was seen several times is one: its uid tells.
pub fn check_events(observed: &[Value], events: &[Value]) -> Vec<String> {
    let Some(object) = observed.last() else {
        return Vec::new();
    };
    let mut record = Record::default();
    for object in observed {
        record.take(object);
    }
    let raised = Raised::of(object, events);
    let mut complaints = Vec::new();
    let oldest = record.entries.keys().next().copied().unwrap_or(1);
    for sequence in oldest..=record.last {
        complaints.extend(raised.check_entry(sequence, &record));
    }
    complaints.extend(raised.of_no_entry(record.last));
    complaints
        .into_iter()
        .map(|complaint| format!("{}: {complaint}", title(object)))
        .collect()
}

/// The Events about one object, by name.
struct Raised<'a> {
    object: &'a Value,
    by_name: BTreeMap<&'a str, Vec<&'a Value>>,
}

impl<'a> Raised<'a> {
    fn of(object: &'a Value, events: &'a [Value]) -> Self {
        let mut by_name: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
        for event in events {
            let about = text(event, "/regarding/uid");
            if about.is_some() && about == uid(object) {
                let name = text(event, "/metadata/name").unwrap_or_default();
                by_name.entry(name).or_default().push(event);
            }
        }
        Self { object, by_name }
    }

    fn name_of(&self, sequence: u64) -> String {
        let name = text(self.object, "/metadata/name").unwrap_or_default();
        event_name(name, &uid(self.object).unwrap_or_default().into(), sequence)
    }

    fn check_entry(&self, sequence: u64, record: &Record) -> Vec<String> {
        let name = self.name_of(sequence);
        let Some(events) = self.by_name.get(name.as_str()) else {
            return vec![format!("entry {sequence} has no Event {name}")];
        };
        let mut complaints = Vec::new();
        let lives: BTreeSet<Option<&str>> = events.iter().map(|event| uid(event)).collect();
        if lives.len() > 1 {
            complaints.push(format!("entry {sequence} has {} Events", lives.len()));
        }
        for event in events {
            complaints.extend(self.check_event(event, sequence, record));
        }
        complaints.sort();
        complaints.dedup();
        complaints
    }

    fn check_event(&self, event: &Value, sequence: u64, record: &Record) -> Vec<String> {
        let mut complaints = Vec::new();
        let series = count(event, "/series/count").or(count(event, "/deprecatedCount"));
        if let Some(times) = series.filter(|times| *times > 1) {
            complaints.push(format!(
                "the Event of entry {sequence} was raised {times} times"
            ));
        }
        let namespace = text(event, "/metadata/namespace");
        if namespace != text(self.object, "/metadata/namespace") {
            complaints.push(format!("the Event of entry {sequence} is in {namespace:?}"));
        }
        if let Some(entry) = record.entries.get(&sequence) {
            let (reason, kind) = event_of(entry.transition);
            if event["reason"] != reason || event["type"] != kind {
                complaints.push(format!(
                    "the Event of entry {sequence} is a {} {}, and a {kind} {reason} is due",
                    event["type"], event["reason"]
                ));
            }
        }
        complaints
    }

    fn of_no_entry(&self, last: u64) -> Vec<String> {
        let names: BTreeSet<String> = (1..=last).map(|sequence| self.name_of(sequence)).collect();
        self.by_name
            .iter()
            .filter(|(name, events)| {
                let tells = |event: &&Value| event["reason"].as_str().is_some_and(is_of_entry);
                !names.contains(**name) && events.iter().any(tells)
            })
            .map(|(name, _)| format!("Event {name} tells of no entry"))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::sample::Life;
    use super::*;

    fn event(name: &str, uid: &str, reason: &str, kind: &str) -> Value {
        json!({
            "metadata": {"name": name, "namespace": "north", "uid": uid},
            "regarding": {"kind": "Assessment", "name": "site", "uid": "u-1"},
            "reason": reason,
            "type": kind,
        })
    }

    /// The Events of the eventful life, with names that another program computed.
    fn events() -> Vec<Value> {
        vec![
            event(FIRST, "e-1", "StageAdvanced", "Normal"),
            event(SECOND, "e-2", "StageRegressed", "Warning"),
            event(THIRD, "e-3", "StageRegressed", "Warning"),
            event(FOURTH, "e-4", "StageRestored", "Normal"),
        ]
    }

    const FIRST: &str = "site.7a22f3e721fbe1da";
    const SECOND: &str = "site.d11c4b323721bf2c";
    const THIRD: &str = "site.46700f370485ac5e";
    const FOURTH: &str = "site.ae188360c6f79af7";

    fn complaints(events: &[Value]) -> Vec<String> {
        check_events(&Life::eventful().observed, events)
    }

    fn only(complaints: &[String], words: &str) {
        assert_eq!(complaints.len(), 1, "{complaints:?}");
        assert!(complaints[0].contains(words), "{complaints:?}");
    }

    #[test]
    fn one_event_for_each_entry_is_right() {
        assert_eq!(complaints(&events()), Vec::<String>::new());
        assert_eq!(check_events(&[], &events()), Vec::<String>::new());
    }

    #[test]
    fn an_event_that_a_watch_saw_twice_is_one() {
        let mut events = events();
        events.push(events[1].clone());
        assert_eq!(complaints(&events), Vec::<String>::new());
    }

    #[test]
    fn an_entry_without_an_event_is_noticed() {
        let mut events = events();
        events.remove(1);
        only(
            &complaints(&events),
            &format!("entry 2 has no Event {SECOND}"),
        );
    }

    #[test]
    fn an_event_of_another_life_is_none() {
        let mut events = events();
        events[1]["regarding"]["uid"] = json!("u-0");
        only(&complaints(&events), "entry 2 has no Event");
    }

    #[test]
    fn two_events_for_one_entry_are_noticed() {
        let mut events = events();
        events.push(event(SECOND, "e-5", "StageRegressed", "Warning"));
        only(&complaints(&events), "entry 2 has 2 Events");
        for (field, series) in [
            ("series", json!({"count": 2})),
            ("deprecatedCount", json!(2)),
        ] {
            let mut events = self::events();
            events[1][field] = series;
            only(&complaints(&events), "entry 2 was raised 2 times");
        }
    }

    #[test]
    fn event_without_an_entry_is_noticed() {
        let mut events = events();
        events.push(event("site.0000", "e-5", "EvidenceExpired", "Warning"));
        assert_eq!(
            complaints(&events),
            Vec::<String>::new(),
            "no entry's reason"
        );
        events.push(event("site.0001", "e-6", "StageRegressed", "Warning"));
        only(&complaints(&events), "Event site.0001 tells of no entry");
    }

    #[test]
    fn event_matches_its_entry_and_only_a_fall_is_a_warning() {
        for (index, field, wrong) in [
            (0, "type", "Warning"),
            (1, "type", "Normal"),
            (1, "reason", "StageRestored"),
            (3, "reason", "StageAdvanced"),
        ] {
            let mut events = events();
            events[index][field] = json!(wrong);
            only(&complaints(&events), "is due");
        }
    }

    #[test]
    fn an_event_is_in_its_objects_namespace() {
        let mut events = events();
        events[0]["metadata"]["namespace"] = json!("default");
        only(&complaints(&events), "entry 1 is in");
    }

    #[test]
    fn entries_before_the_first_observation_may_have_lost_their_events() {
        let life = Life::long(30).observed;
        let seen = &life[25..];
        let all: Vec<Value> = (1..=30)
            .map(|sequence| {
                let name = event_name("site", &"u-1".into(), sequence);
                let (reason, kind) = event_of(match sequence {
                    1 => Transition::Rise,
                    even if even % 2 == 0 => Transition::Fall,
                    _ => Transition::Restoration,
                });
                event(&name, &format!("e-{sequence}"), reason, kind)
            })
            .collect();
        assert_eq!(check_events(seen, &all), Vec::<String>::new());
        assert_eq!(check_events(seen, &all[6..]), Vec::<String>::new());
        assert_eq!(check_events(seen, &all[7..]).len(), 1);
    }
}
