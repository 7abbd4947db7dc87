//! Every word of the engine that a dashboard shows has a text and a colour.

use std::collections::BTreeSet;

use gradus_engine::verdict::{CapabilityState, Cause, EvidenceClass, Verdict};
use serde_json::Value;

use crate::dashboards;
use crate::json::{items, panels, text};

fn labels<'a>(words: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    words.into_iter().map(str::to_owned).collect()
}

fn overrides(title: &str) -> Vec<Value> {
    let dashboards = dashboards();
    let mut panels = dashboards.iter().flat_map(panels);
    let panel = panels.find(|panel| panel["title"] == title).expect(title);
    items(&panel["fieldConfig"]["overrides"]).cloned().collect()
}

/// The series that have a name and a colour of their own.
fn named_series(title: &str) -> BTreeSet<String> {
    let overrides = overrides(title);
    labels(
        overrides
            .iter()
            .map(|each| text(&each["matcher"]["options"])),
    )
}

/// The values of a column that have a text and a colour.
fn mapped_values(title: &str) -> BTreeSet<String> {
    let overrides = overrides(title);
    let properties = overrides.iter().flat_map(|each| items(&each["properties"]));
    let mappings = properties.filter(|property| property["id"] == "mappings");
    let options = mappings.flat_map(|property| items(&property["value"]));
    options
        .filter_map(|mapping| mapping["options"].as_object())
        .flat_map(|values| values.keys().cloned())
        .collect()
}

#[test]
fn every_verdict_has_a_text_and_a_colour() {
    let verdicts = Verdict::ALL.iter().map(|word| word.as_label());
    assert_eq!(named_series("Criteria by verdict"), labels(verdicts));
}

#[test]
fn every_class_of_evidence_has_a_text_and_a_colour() {
    let counted = [Verdict::Held, Verdict::Waived, Verdict::Unknown].map(Verdict::as_label);
    let classes = EvidenceClass::ALL.iter().map(|word| word.as_label());
    assert_eq!(
        named_series("Criteria by evidence"),
        labels(classes.chain(counted))
    );
}

#[test]
fn every_state_of_a_capability_has_a_text_and_a_colour() {
    let states = CapabilityState::ALL.iter().map(|word| word.as_label());
    assert_eq!(mapped_values("Missing capabilities"), labels(states));
}

#[test]
fn every_cause_of_a_fall_has_a_text_and_a_colour() {
    let causes = Cause::ALL.iter().map(|word| word.as_label());
    assert_eq!(mapped_values("Cause of the fall"), labels(causes));
}
