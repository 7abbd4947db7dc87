//! A snapshot as text, so that two can be compared.

use std::collections::BTreeMap;
use std::fmt::Write;

use gradus_engine::view::{AssessmentView, Snapshot};

/// Everything a snapshot says but what it remembers (ledgers, and since when), as text by object.
pub fn said(snapshot: &Snapshot) -> BTreeMap<String, String> {
    let mut said = BTreeMap::from([("next due".to_owned(), format!("{:?}", snapshot.next_due))]);
    for (key, view) in &snapshot.assessments {
        let AssessmentView {
            problem,
            assessed,
            stage,
            potential_stage,
            stage_without_waivers,
            next_stage,
            missing,
            score,
            stages,
            ..
        } = &**view;
        let mut text = String::new();
        let _ = writeln!(
            text,
            "{problem:?} {assessed} {stage:?} {potential_stage:?} {stage_without_waivers:?}"
        );
        let _ = writeln!(
            text,
            "{next_stage:?} {missing} {score:?}\n{stages:?}\n{:?}\n{:?}",
            view.domains, view.criteria
        );
        let _ = writeln!(
            text,
            "{:?} {:?}\n{:?}\n{:?}",
            view.tally, view.confidence, view.gaps, view.next_steps
        );
        let _ = writeln!(
            text,
            "{:?} {:?}\n{:?}",
            view.awarded, view.forecast, view.ends
        );
        let _ = writeln!(
            text,
            "{:?} {} {:?}",
            view.target_risk, view.paused, view.stale_sources
        );
        let _ = writeln!(
            text,
            "{:?} {}\n{:?}",
            view.standing, view.inputs_digest, view.impacts
        );
        said.insert(key.to_string(), text);
    }
    for view in snapshot.capabilities.iter() {
        let mut text = String::new();
        let _ = writeln!(
            text,
            "{:?} {:?} {:?} {:?}",
            view.kind, view.state, view.reason, view.class
        );
        let _ = writeln!(
            text,
            "{:?} {:?}\n{:?}",
            view.facts, view.disagreeing, view.evidence
        );
        let _ = writeln!(
            text,
            "{:?} {:?} {:?}",
            view.valid_until, view.missing_dependencies, view.standing
        );
        said.insert(view.key.to_string(), text);
    }
    for (key, view) in &snapshot.attestations {
        said.insert(
            key.to_string(),
            format!("{:?} {:?}", view.counted, view.valid_until),
        );
    }
    for (key, view) in &snapshot.waivers {
        said.insert(
            key.to_string(),
            format!(
                "{:?} {:?} {:?}",
                view.effective, view.would_pass_now, view.until
            ),
        );
    }
    said
}

/// The lines that two texts by object do not share.
pub fn unlike(left: &BTreeMap<String, String>, right: &BTreeMap<String, String>) -> Vec<String> {
    let mut lines = Vec::new();
    for key in left
        .keys()
        .chain(right.keys().filter(|key| !left.contains_key(*key)))
    {
        let texts = [left.get(key), right.get(key)].map(|text| text.map_or("", String::as_str));
        let [mut here, mut there] = texts.map(str::lines);
        loop {
            match (here.next(), there.next()) {
                (None, None) => break,
                (one, other) if one == other => {}
                (one, other) => lines.push(format!(
                    "{key}:\n  {}\n  {}",
                    one.unwrap_or("-"),
                    other.unwrap_or("-")
                )),
            }
        }
    }
    lines
}
